"""Fit logistic regression whose prior trusts each feature as far as naive Bayes does (after Wang and Manning, 2012).

The weight of feature j is w_j = s_j · v_j, where s_j is the size of its log-count ratio, and |v|² is penalised: telling
features move cheaply, chance ones hardly. L-BFGS from zero, so that the same rows give the same weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A linear score: `weights` per feature and `bias`."""

    weights: Floats
    bias: float
    loss: float
    steps: int


def unit_rows(rows: csr_matrix) -> NDArray[np.float32]:
    """Return 1/√n for each row of n features; 0 for an empty one."""
    counts = np.diff(rows.indptr)
    return np.where(counts > 0, 1 / np.sqrt(np.maximum(counts, 1)), 0).astype(np.float32)


def count_ratio(rows: csr_matrix, labels: Floats, weights: Floats, rare: int = 2) -> Floats:
    """Return |log ratio of a feature's share in positives and in negatives|; 0 if in fewer rows than `rare`."""
    columns = rows.T
    seen = columns @ np.ones(rows.shape[0], np.float32)
    positive = columns @ (labels * weights) + 1.0
    negative = columns @ ((1 - labels) * weights) + 1.0
    ratio = np.log(positive / positive.sum()) - np.log(negative / negative.sum())
    return np.where(seen >= rare, np.abs(ratio), 0.0)


def fit(rows: csr_matrix, labels: Floats, weights: Floats, scale: Floats, penalty: float, max_steps: int) -> Fitted:
    """Minimise weighted log loss + penalty/2 · |v|²; `labels` are probabilities, `scale` is s, rows count as 1/√n."""
    unit, columns = unit_rows(rows), rows.T
    share = float(np.average(labels, weights=weights))
    start_bias = float(np.log(share / (1 - share)))

    def objective(parameters: Floats) -> tuple[float, Floats]:
        v, shift = parameters[:-1], parameters[-1]
        logits = (rows @ (v * scale).astype(np.float32)) * unit + (start_bias + shift)
        loss = weights @ (np.logaddexp(0, logits) - labels * logits)
        slope = weights * (expit(logits) - labels)
        gradient = (columns @ (slope * unit).astype(np.float32)) * scale + penalty * v
        return loss + 0.5 * penalty * (v @ v), np.append(gradient, slope.sum())

    options = {"maxiter": max_steps, "maxcor": 6, "ftol": 1e-7}
    found = minimize(objective, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options=options)
    return Fitted(found.x[:-1] * scale, start_bias + float(found.x[-1]), float(found.fun), int(found.nit))
