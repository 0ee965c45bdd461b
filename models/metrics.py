"""Measure scores against labels: ranking, recall at few false positives, calibration, thresholds."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

Floats = NDArray[np.floating]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well scores tell positives from negatives; nan where one of the two is missing."""

    rows: int
    positives: int
    auc: float
    average_precision: float
    recall_at_1: float
    recall_at_5: float
    calibration_error: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def rank(labels: Flags, scores: Floats) -> Ranking:
    """Return the figures for `scores` in [0, 1] against true/false `labels`."""
    positives = int(labels.sum())
    one_sided = positives in (0, len(labels))
    nan = float("nan")
    return Ranking(
        len(labels),
        positives,
        nan if one_sided else float(roc_auc_score(labels, scores)),
        nan if one_sided else float(average_precision_score(labels, scores)),
        nan if one_sided else recall_at(labels, scores, 0.01),
        nan if one_sided else recall_at(labels, scores, 0.05),
        calibration_error(labels, scores),
    )


def threshold_at(negatives: Floats, rate: float) -> float:
    """Return the lowest threshold that at most `rate` of the negatives' scores exceed."""
    ordered = np.sort(negatives)
    return float(ordered[min(len(ordered) - 1, max(0, int(np.ceil((1 - rate) * len(ordered))) - 1))])


def recall_at(labels: Flags, scores: Floats, rate: float) -> float:
    """Return the share of positives above the threshold that `rate` of the negatives exceed."""
    return float((scores[labels] > threshold_at(scores[~labels], rate)).mean())


def calibration_error(labels: Flags, scores: Floats, bins: int = 15) -> float:
    """Return the expected calibration error over `bins` of equal mass (Naeini et al. 2015)."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(scores[part].mean() - labels[part].mean()) for part in parts) / len(order))


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a pair of thresholds would do: below `review` approve, from `reject` on reject."""

    review: float
    reject: float
    missed: float
    reject_precision: float
    reject_recall: float
    reviewed: float


def choose_thresholds(
    labels: Flags, scores: Floats, precision: float = 0.95, miss: float = 0.05, alarms: float = 1.0
) -> Threshold:
    """Return the lowest `reject` that keeps `precision` and the highest `review` that misses at most `miss`.

    `alarms` is the share of negatives that may be reviewed for this attribute alone; it goes before `miss`.
    """
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    reject = float(scores[order[good[-1]]]) if good.size else 1.0
    allowed = threshold_at(scores[~labels], alarms) if alarms < 1 else 0.0
    review = max(float(np.quantile(scores[labels], miss)), allowed)
    return measure_thresholds(labels, scores, min(review, reject), reject)


def measure_thresholds(labels: Flags, scores: Floats, review: float, reject: float) -> Threshold:
    """Return what `review` and `reject` do on these rows."""
    rejected, approved = scores >= reject, scores < review
    positives = max(int(labels.sum()), 1)
    return Threshold(
        review,
        reject,
        float((approved & labels).sum() / positives),
        float(labels[rejected].mean()) if rejected.any() else float("nan"),
        float((rejected & labels).sum() / positives),
        float((~rejected & ~approved).mean()),
    )
