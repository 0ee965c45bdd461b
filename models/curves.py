"""Follow scores over all thresholds and by kind of comment: what the drawings of the report show."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import fairness
from models.metrics import rank, threshold_at

Flags = NDArray[np.bool_]
Floats = NDArray[np.floating]
Point = tuple[float, float]

_POINTS = 80
_YOU = re.compile(r"\b(?:you|your|ur|u)\b", re.I)
_SHOUT = re.compile(r"\b[A-Z]{3,}\b")


def precision_recall(labels: Flags, scores: Floats) -> list[Point]:
    """Return (recall, precision) from the highest threshold to the lowest."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order])
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    wanted = np.unique(np.linspace(1, right[-1], _POINTS).astype(int))
    reached = last[np.searchsorted(right[last], wanted)]
    return [(float(right[at] / right[-1]), float(right[at] / (at + 1))) for at in np.unique(reached).tolist()]


def reliability(labels: Flags, scores: Floats, bins: int = 12) -> list[dict[str, float]]:
    """Return per tenth or so of the scale the mean score, the share of positives and the number of comments."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    parts = [place == at for at in range(bins)]
    return [
        {"score": float(scores[part].mean()), "share": float(labels[part].mean()), "comments": int(part.sum())}
        for part in parts
        if part.any()
    ]


def review_load(labels: Flags, scores: Floats, reject: float) -> list[dict[str, float]]:
    """Return for many `review` thresholds below `reject` what is reviewed, and what share of the abuse is approved."""
    thresholds = np.unique(np.quantile(scores[scores < reject], np.linspace(0.3, 1, _POINTS)))
    return [
        {
            "review": float(review),
            "reviewed": float(((scores >= review) & (scores < reject)).mean()),
            "missed": float((scores[labels] < review).mean()),
        }
        for review in thresholds
    ]


def slices(texts: Sequence[str], labels: Flags, scores: Floats) -> list[dict[str, Any]]:
    """Return per kind of comment the ranking, and the false positives where 5 % of all harmless comments are above."""
    limit = threshold_at(scores[~labels], 0.05)
    found = []
    for name, rows in _kinds(texts).items():
        positives = int(labels[rows].sum())
        if min(positives, int(rows.sum()) - positives) < 10:
            continue
        ranking = rank(labels[rows], scores[rows])
        alarms = float((scores[rows & ~labels] > limit).mean())
        found.append(
            {"slice": name, "rows": ranking.rows, "positives": positives, "auc": ranking.auc, "false_positives": alarms}
        )
    return found


def _kinds(texts: Sequence[str]) -> Mapping[str, Flags]:
    sizes = np.array([len(text) for text in texts])
    names_group = np.logical_or.reduce(list(fairness.mentions(texts).values()))
    return {
        "all": np.ones(len(texts), np.bool_),
        "up to 60 characters": sizes <= 60,
        "61 to 200 characters": (sizes > 60) & (sizes <= 200),
        "201 to 600 characters": (sizes > 200) & (sizes <= 600),
        "over 600 characters": sizes > 600,
        "says you": _matching(_YOU, texts),
        "never says you": ~_matching(_YOU, texts),
        "names a group": names_group,
        "has a word in capitals": _matching(_SHOUT, texts),
        "asks": np.array(["?" in text for text in texts]),
        "quotes": np.array(['"' in text for text in texts]),
    }


def _matching(pattern: re.Pattern[str], texts: Sequence[str]) -> Flags:
    return np.array([bool(pattern.search(text)) for text in texts])
