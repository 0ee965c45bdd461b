"""The four ways to serve one head of a site, from the least change to the most, and the choice among them.

Each is checked on lessons that it did not learn from. A simpler one stays unless the next is better by a margin, in
standard errors of the difference. Moving weights needs no proof, only no sign of harm, for the base holds them back;
leaving the base behind must be earned.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from models import lean, logistic
from models.calibrate import fit_curve
from models.calibration import GRID, apply
from models.delta import HeadDelta
from models.lean import Lean, Rows

PRECISION = 0.05
LEAST, MOST = 0.1, 1000.0
MAX_MOVE = 0.25
_TRIALS, _NEARLY = 7, 0.85
LEAST_TRUST = 0.2
SAME_MEANING = 0.65
OWN_PENALTY = 0.2
MANY, MANY_OF_A_CLASS = 1000, 200

Floats = NDArray[np.float64]
Fit = Callable[[Rows], Lean]


@dataclass(frozen=True, slots=True)
class Head:
    """The lessons of one head, with what the base says of them and what it has learned before.

    `base` and `own` differ in what is known: the base's logit, or only the signs of spam. `buckets` are the columns of
    the features; `counts` how many of the base's texts had each, all of them together `met`; `information` what the
    base's training knows of each weight; `free` is 0 where nothing may be learned. `curve` is the base's.
    """

    base: Rows
    own: Rows
    buckets: NDArray[np.uint32]
    counts: Floats
    met: float
    information: Floats
    free: Floats
    curve: NDArray[np.float32]


def stiffness(head: Head) -> float:
    """Return the weight of the base's information at which the lessons move the base's own texts by `MAX_MOVE` at most.

    The move is in logits, in root mean square over texts like those that the base learned from. It asks for no label of
    a check, so one answer serves all folds.
    """
    low, high = LEAST, MOST
    if moved(head, adapted(head, head.base, low)) <= MAX_MOVE:
        return low
    for _ in range(_TRIALS):
        middle = float(np.sqrt(low * high))
        move = moved(head, adapted(head, head.base, middle))
        low, high = (middle, high) if move > MAX_MOVE else (low, middle)
        if _NEARLY * MAX_MOVE <= move <= MAX_MOVE:
            break
    return high


def moved(head: Head, fitted: Lean) -> float:
    """Return by how much the weights move the base's logit on its own texts, the features taken as independent."""
    if not head.met:
        return 0.0
    relative = fitted.weights / fitted.trust
    return float(np.sqrt(head.counts @ relative**2 / head.met))


def adapted(head: Head, rows: Rows, step: float) -> Lean:
    """Fit toward the base: each weight's scale is 1/√(k + tau · F), tau being `step` and F the base's information."""
    return lean.fit(rows, head.free / np.sqrt(PRECISION + step * head.information), LEAST_TRUST)


def from_scratch(head: Head, rows: Rows) -> Floats:
    """Return the scale of each weight: as far as naive Bayes trusts it."""
    ones = rows.features.copy()
    ones.data = np.ones_like(ones.data)
    ratio = logistic.count_ratio(ones, rows.targets, rows.weights, rare=1)
    scale: Floats = head.free * ratio / np.sqrt(OWN_PENALTY)
    return scale


def no_weights(rows: Rows) -> Rows:
    """Return the rows without features."""
    return Rows(rows.features[:, :0], rows.known, rows.targets, rows.weights)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to serve a head: `fit` returns it, `rows` what it learns from, `margin` what it must be better by."""

    name: str
    margin: float
    rows: Callable[[Head], Rows]
    fit: Callable[[Head, Rows], Lean]


def candidates(head: Head) -> tuple[Candidate, ...]:
    """Return what may replace the base, the simplest first."""
    step = stiffness(head)
    return (
        Candidate("recalibrated", 1.0, lambda head: no_weights(head.base), lambda _, rows: lean.fit(rows, np.zeros(0))),
        Candidate("adapted", -1.0, lambda head: head.base, lambda head, rows: adapted(head, rows, step)),
        Candidate("own", 0.5, lambda head: head.own, lambda head, rows: lean.fit(rows, from_scratch(head, rows))),
    )


def held_out(rows: Rows, fit: Fit, folds: NDArray[np.intp]) -> Floats:
    """Return the logit of every lesson from a fit without its fold."""
    logits = np.zeros(len(folds))
    for fold in range(int(folds.max()) + 1):
        out, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        logits[out] = fit(rows.chosen(rest)).logits(rows.chosen(out))
    return logits


def calibrated(rows: Rows, logits: Floats, folds: NDArray[np.intp]) -> Floats:
    """Return the probability of every lesson by a line through the held-out logits of the other folds."""
    chances = np.zeros(len(folds))
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        found = line(logits[~out], rows.targets[~out], rows.weights[~out])
        chances[out] = expit(found.trust * logits[out] + found.bias)
    return chances


def line(logits: Floats, targets: Floats, weights: Floats) -> Lean:
    """Return the line from logits to calibrated ones; few lessons leave it near what it was."""
    nothing = csr_matrix((len(logits), 0), dtype=np.float32)
    return lean.fit(Rows(nothing, logits, targets, weights), np.zeros(0))


def base_chances(head: Head) -> Floats:
    """Return what the base says of the lessons."""
    known = head.base.known.astype(np.float32)[:, None]
    chances: Floats = apply(head.curve[None], known)[:, 0].astype(np.float64)
    return chances


def is_ranked(rows: Rows) -> bool:
    """Tell whether what is known may rank the lessons as it should, chance (one standard error) allowed for."""
    positives = float((rows.targets >= 0.5).sum())
    negatives = len(rows.targets) - positives
    error = float(np.sqrt((positives + negatives + 1) / (12 * positives * negatives)))
    return ranking(rows, rows.known) + error >= SAME_MEANING


def ranking(rows: Rows, scores: Floats) -> float:
    """Return the AUC of `scores`: how often one that applies is above one that does not."""
    return float(roc_auc_score(rows.targets >= 0.5, scores))


def losses(rows: Rows, chances: Floats) -> Floats:
    """Return the log loss of each lesson."""
    safe = np.clip(chances, 1e-4, 1 - 1e-4)
    found: Floats = -(rows.targets * np.log(safe) + (1 - rows.targets) * np.log(1 - safe))
    return found


def lead(rows: Rows, before: Floats, after: Floats) -> tuple[float, float]:
    """Return by how much the second losses are lower on average, and the standard error of that."""
    gains, weights = before - after, rows.weights / rows.weights.sum()
    mean = float(weights @ gains)
    return mean, float(np.sqrt((weights**2) @ (gains - mean) ** 2))


def choose(head: Head, found: dict[str, Floats], margins: dict[str, float]) -> str:
    """Return which of the losses `found` (base first, simplest first) to serve by.

    A head becomes the site's own only if the base does not rank these lessons: then it means something else there.
    """
    chosen = "base"
    for name, margin in margins.items():
        if name == "own" and is_ranked(head.base):
            continue
        mean, error = lead(head.base, found[chosen], found[name])
        if mean > margin * error:
            chosen = name
    return chosen


def served(head: Head, candidate: Candidate, held: Floats) -> HeadDelta:
    """Return the head as it is served: fitted on all lessons, its curve on the logits they had when held out."""
    rows = candidate.rows(head)
    if candidate.name == "recalibrated":
        nothing = (head.buckets[:0], np.zeros(0, np.float32))
        return HeadDelta("adapted", 1.0, 0.0, *nothing, curve_of(rows.known, rows))
    fitted = candidate.fit(head, rows)
    gain, signs = (0.0, fitted.trust) if candidate.name == "own" else (fitted.trust, 0.0)
    table = (head.buckets, fitted.weights.astype(np.float32), curve_of(held, rows))
    return HeadDelta(candidate.name, gain, fitted.bias, *table, signs)


def curve_of(logits: Floats, rows: Rows) -> NDArray[np.float32]:
    """Return the probability per knot: a line through few lessons, with the steps of many."""
    positives = float(rows.targets.sum())
    if len(logits) >= MANY and min(positives, len(logits) - positives) >= MANY_OF_A_CLASS:
        return fit_curve(logits, rows.targets, weights=rows.weights)
    found = line(logits, rows.targets, rows.weights)
    curve: NDArray[np.float32] = expit(found.trust * GRID + found.bias).astype(np.float32)
    return curve
