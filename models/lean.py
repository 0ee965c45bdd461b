"""Fit a head on few rows: logistic regression that leans on a score known beforehand.

The logit is c · known + w·x + b. Feature j may move by the scale s_j (w_j = s_j · v_j, |v|² is penalised), and c stays
near one: with the base's logit as `known` and its information in s this is the update toward the base; with nothing
known it is a fit from scratch. Truncated Newton steps from zero, so that the same rows give the same weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

MAX_STEPS, MAX_INNER = 12, 25
_SMALL = 1e-3
_TRUST_SCALE, _BIAS_SCALE = 0.5, 10.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Lessons of one head: features (n × columns) of ones / √n, what is `known`, targets in [0, 1], weights."""

    features: csr_matrix
    known: Floats
    targets: Floats
    weights: Floats

    def chosen(self, which: NDArray[np.intp]) -> "Rows":
        """Return some of the rows."""
        return Rows(self.features[which], self.known[which], self.targets[which], self.weights[which])


@dataclass(frozen=True, slots=True)
class Lean:
    """A fitted head: logit = `trust` · known + `weights` · x + `bias`."""

    trust: float
    weights: Floats
    bias: float

    def logits(self, rows: Rows) -> Floats:
        """Return the logits of rows."""
        logits: Floats = self.trust * rows.known + rows.features @ self.weights + self.bias
        return logits


def fit(rows: Rows, scale: Floats) -> Lean:
    """Minimise weighted log loss + ½|v|²; trust is kept near one and never negative."""
    start = _start_bias(rows)
    forth, back = _products(rows, scale)
    found = _minimise(rows, rows.known + start, forth, back, len(scale) + 2)
    trust = 1 + _TRUST_SCALE * float(found[-2])
    if trust < 0:
        without = Rows(rows.features, np.zeros_like(rows.known), rows.targets, rows.weights)
        return Lean(0.0, *_weights_and_bias(fit(without, scale)))
    return Lean(trust, found[:-2] * scale, start + _BIAS_SCALE * float(found[-1]))


def _weights_and_bias(fitted: Lean) -> tuple[Floats, float]:
    return fitted.weights, fitted.bias


Product = Callable[[Floats], Floats]


def _products(rows: Rows, scale: Floats) -> tuple[Product, Product]:
    """Return the product with features (scaled), `known` and a constant, and that with their transpose."""
    scaled = rows.features.multiply(scale.astype(np.float32)[None, :]).tocsr()
    columns = scaled.T
    known = rows.known * _TRUST_SCALE

    def forth(step: Floats) -> Floats:
        product: Floats = scaled @ step[:-2].astype(np.float32) + known * step[-2] + _BIAS_SCALE * step[-1]
        return product

    def back(slope: Floats) -> Floats:
        return np.concatenate([columns @ slope.astype(np.float32), [known @ slope, _BIAS_SCALE * slope.sum()]])

    return forth, back


def _minimise(rows: Rows, offset: Floats, forth: Product, back: Product, size: int) -> Floats:
    """Return the minimum of Σ weight · log loss of offset + forth(z), + ½|z|², by Newton steps solved in part."""
    place, logits = np.zeros(size), offset
    loss = _loss(rows, logits)
    first = None
    for _ in range(MAX_STEPS):
        chances = expit(logits)
        gradient = back(rows.weights * (chances - rows.targets)) + place
        first = first or float(np.linalg.norm(gradient))
        if np.linalg.norm(gradient) <= _SMALL * first:
            break
        step = _solve(rows.weights * chances * (1 - chances), gradient, forth, back)
        moved = forth(step)
        place, logits, better = _search(rows, place, logits, step, moved, loss)
        if loss - better <= _SMALL * _SMALL * loss:
            break
        loss = better
    return place


def _search(
    rows: Rows, place: Floats, logits: Floats, step: Floats, moved: Floats, loss: float
) -> tuple[Floats, Floats, float]:
    """Halve the step until the loss falls; return place, logits and loss there."""
    for halvings in range(12):
        share = 0.5**halvings
        here, there = place + share * step, logits + share * moved
        better = _loss(rows, there) + 0.5 * float(here @ here)
        if better < loss:
            return here, there, better
    return place, logits, loss


def _loss(rows: Rows, logits: Floats) -> float:
    return float(rows.weights @ (np.logaddexp(0, logits) - rows.targets * logits))


def _solve(curvature: Floats, gradient: Floats, forth: Product, back: Product) -> Floats:
    """Return about -H⁻¹ · gradient for H = 1 + backᵀ curvature forth, by conjugate gradients."""
    step, rest = np.zeros_like(gradient), -gradient
    direction, size = rest, float(rest @ rest)
    enough = size * 0.01
    for _ in range(MAX_INNER):
        bent = back(curvature * forth(direction)) + direction
        along = size / float(direction @ bent)
        step, rest = step + along * direction, rest - along * bent
        after = float(rest @ rest)
        if after <= enough:
            break
        direction, size = rest + (after / size) * direction, after
    return step


def _start_bias(rows: Rows) -> float:
    """Return the bias from which fitting starts: none beside what is known, else the share of positives' logit."""
    if rows.known.any():
        return 0.0
    share = float(np.clip(np.average(rows.targets, weights=rows.weights), 0.01, 0.99))
    return float(np.log(share / (1 - share)))
