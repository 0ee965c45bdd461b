"""Fit the curve from logit to probability on held-out rows: isotonic, with a little of a line so that order stays."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from models.calibration import GRID


def fit_curve(
    logits: NDArray[np.float64],
    labels: NDArray[np.float64],
    straight: float = 0.1,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float32]:
    """Return the probability at each knot of the grid; soft labels count by their share; strictly rising."""
    doubled = np.concatenate([logits, logits])
    target = np.repeat([1, 0], len(logits))
    trust = np.concatenate([labels, 1 - labels])
    trust *= 1.0 if weights is None else np.tile(weights, 2)
    platt = LogisticRegression(C=1e6).fit(doubled[:, None], target, sample_weight=trust)
    line = expit(platt.coef_[0, 0] * GRID + platt.intercept_[0])
    steps = IsotonicRegression(y_min=1e-5, y_max=1 - 1e-5, out_of_bounds="clip").fit(
        doubled, target, sample_weight=trust
    )
    curve: NDArray[np.float32] = ((1 - straight) * steps.predict(GRID) + straight * line).astype(np.float32)
    return curve
