"""Measure two models on the same rows, and how sure the difference is: a paired bootstrap, seeded, in NumPy alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.learning import Figure
from service.moderation.learning import drift

ROUNDS = 200
SEED = 20261122
INTERVAL = (2.5, 97.5)
FEWEST_ROUNDS = 100  # of those in which a measure could be taken
LEAST = 1e-4  # a score is kept with four decimals, so none is surer than that
ROWS_PER_BIN, MOST_BINS, FEWEST_BINS = 10, 15, 2
ROWS_PER_PART, MOST_PARTS = 20, 10

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Measure = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is measured on: `truth` and `weights` per row, and the `draws` (rounds × rows) of the bootstrap.

    The first draw is the rows as they are. Every draw is of whole rows, each with its weight.
    """

    truth: Flags
    draws: Floats

    @classmethod
    def of(cls, truth: Flags, weights: Floats) -> "Rows":
        """Draw, always the same for so many rows."""
        draws: Floats = np.ones((1 + ROUNDS, len(truth)))
        if len(truth):
            chance = np.random.default_rng(SEED)
            draws[1:] = chance.multinomial(len(truth), np.full(len(truth), 1 / len(truth)), ROUNDS)
        draws *= weights
        return cls(truth, draws)


def ranking(rows: Rows, champion: Floats, challenger: Floats) -> tuple[Figure, ...]:
    """Return how both models' scores in [0, 1] tell positives from negatives: the five figures of a head."""
    both = [[measure(rows, scores) for measure in MEASURES.values()] for scores in (champion, challenger)]
    return tuple(compared(name, *pair) for name, *pair in zip(MEASURES, *both, strict=True))


def share(name: str, rows: Rows, of: Flags, champion: Flags, challenger: Flags) -> Figure:
    """Return which share of the rows `of` each model flags."""
    base = rows.draws[:, of].sum(axis=1)
    flagged = (rows.draws[:, of & flags].sum(axis=1) for flags in (champion, challenger))
    return compared(name, *(_ratio(part, base) for part in flagged))


def compared(name: str, champion: Floats, challenger: Floats) -> Figure:
    """Return the figure of what was measured in every draw, the first being the rows as they are."""
    leads = (challenger - champion)[1:]
    leads = leads[np.isfinite(leads)]
    low, high = np.percentile(leads, INTERVAL).tolist() if len(leads) >= FEWEST_ROUNDS else (None, None)
    return Figure(name, _known(champion[0]), _known(challenger[0]), low, high)


def stability(before: Floats, after: Floats) -> float | None:
    """Return the population stability index of scores `after` against those `before`, by tenths of the latter.

    Of few scores the parts are larger. Below .1 nothing changed, above .25 much did (Siddiqi 2006). None where one
    is empty.
    """
    if not len(before) or not len(after):
        return None
    bins = max(FEWEST_BINS, min(MOST_PARTS, len(after) // ROWS_PER_PART))
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1))[1:-1])
    places = (np.searchsorted(edges, scores, "left") for scores in (before, after))
    return drift.stability(*(np.bincount(place, minlength=len(edges) + 1).tolist() for place in places))


def _auc(rows: Rows, scores: Floats) -> Floats:
    good, bad = _by_score(rows, scores)
    below = np.cumsum(good, axis=1) - good / 2  # of equal scores half are below
    return _ratio((bad * below).sum(axis=1), bad.sum(axis=1) * good.sum(axis=1))


def _recall_at(rate: float) -> Callable[[Rows, Floats], Floats]:
    def recall(rows: Rows, scores: Floats) -> Floats:
        good, bad = (part[:, ::-1].cumsum(axis=1) for part in _by_score(rows, scores))
        allowed = good <= rate * good[:, -1:] + 1e-9
        found = _ratio(np.where(allowed, bad, 0).max(axis=1, initial=0), bad[:, -1])
        return np.where(good[:, -1] > 0, found, np.nan)

    return recall


def _log_loss(rows: Rows, scores: Floats) -> Floats:
    sure = np.clip(scores, LEAST, 1 - LEAST)
    loss = -np.log(np.where(rows.truth, sure, 1 - sure))
    return _ratio(rows.draws @ loss, rows.draws.sum(axis=1))


def _calibration_error(rows: Rows, scores: Floats) -> Floats:
    """Return the expected calibration error over bins of equal mass (Naeini et al. 2015)."""
    bins = min(MOST_BINS, max(FEWEST_BINS, len(scores) // ROWS_PER_BIN))
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    off = scores - rows.truth
    gaps = sum(np.abs(rows.draws[:, part] @ off[part]) for part in parts)
    return _ratio(np.asarray(gaps, np.float64), rows.draws.sum(axis=1))


MEASURES: dict[str, Callable[[Rows, Floats], Floats]] = {
    "auc": _auc,
    "recall_at_1": _recall_at(0.01),
    "recall_at_5": _recall_at(0.05),
    "log_loss": _log_loss,
    "calibration_error": _calibration_error,
}


def _by_score(rows: Rows, scores: Floats) -> tuple[Floats, Floats]:
    """Return the weight of negatives and positives (draws × distinct scores), lowest score first."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(scores[order]) != 0)[: len(order)])
    drawn, truth = rows.draws[:, order], rows.truth[order]
    good, bad = (np.add.reduceat(drawn * part, starts, axis=1) for part in (~truth, truth))
    return good, bad


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return ratio


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def bins_of(scores: Sequence[float] | Floats, bins: int = 20) -> tuple[int, ...]:
    """Count scores in [0, 1] by so many equal steps."""
    return tuple(np.histogram(scores, bins=bins, range=(0, 1))[0].tolist())
