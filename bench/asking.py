"""What it saves to choose what people are asked: labels needed to reach a given ranking, by four ways to choose.

A base model meets a blog it was not made for. Comments stream by; each way takes as many labels as it is allowed:
`random` ones, those that the built-in policy sends to `review`, those that are `asked` by doubt, novelty and diversity,
and `both`, half of them under review and half asked of what would pass, as a site does that asks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.result import Figure
from bench.shifts import SHIFTS, Shift, bases, rows_of
from models.adaptation import adapt
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.lessons import Lesson
from models.metrics import rank
from service.moderation.learning.asking import Asking, worth
from service.moderation.policy import DEFAULT_POLICY

SITES = ("Gab, hatred", "Gab, abuse", "Turkish tweets")
LABELS = (50, 100, 200, 400, 800)
STREAM, TEST = 6000, 1500
SHARE = 0.1
SEEDS = 3

Flags = NDArray[np.bool_]
Scored = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Blog:
    """Comments that stream by and others to measure on, and what people say of `attribute`."""

    attribute: str
    texts: Sequence[str]
    labels: Flags
    test: Sequence[str]
    truth: Flags


@dataclass(slots=True)
class Stream:
    """A blog's comments with what the model at hand thinks of them; `left` are those not labelled yet, in order."""

    blog: Blog
    left: list[int]
    scores: Scored
    unseen: NDArray[np.float32]


Way = Callable[[Stream, int], list[int]]


def measure(data: Path | None = None) -> Iterator[Figure]:
    """Yield the AUC by labels for every way to choose, and how many labels each needs for what random ones reach."""
    if data is None:
        print("asking: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    base_of = bases(data)
    for shift in SHIFTS:
        if shift.name in SITES:
            rows, base = rows_of(shift, data), base_of(shift)
            runs = {way: [_curve(base, _blog(shift, rows, seed), way) for seed in range(SEEDS)] for way in WAYS}
            yield from _figures(shift.name, {way: np.mean(run, axis=0) for way, run in runs.items()})


def _figures(name: str, curves: Mapping[str, NDArray[np.float64]]) -> Iterator[Figure]:
    for way, curve in curves.items():
        for count, auc in zip(LABELS, curve, strict=True):
            yield Figure(f"{name}: AUC with {count} labels, {way}", float(auc))
    for goal in (200, 400, 800):
        reached = curves["random"][LABELS.index(goal)]
        for way in curves:
            if way != "random":
                yield Figure(f"{name}: labels for the AUC of {goal} random ones, {way}", _needed(curves[way], reached))


def _needed(curve: NDArray[np.float64], auc: float) -> float:
    """Return how many labels reach the AUC, on a line between the counts; infinite where none does."""
    rising = np.maximum.accumulate(curve)
    if rising[-1] < auc:
        return float("inf")
    return float(np.exp(np.interp(auc, rising, np.log(LABELS))))


def _curve(base: Classifier, blog: Blog, way: str) -> list[float]:
    unseen = np.nan_to_num(base.unseen(blog.texts))
    stream = Stream(blog, list(range(len(blog.texts))), base.score(blog.texts).values, unseen)
    chosen: list[int] = []
    found = []
    for count in LABELS:
        fresh = WAYS[way](stream, count - len(chosen))
        chosen += fresh
        taken = set(fresh)
        stream.left = [at for at in stream.left if at not in taken]
        lessons = [Lesson(blog.texts[at], {blog.attribute: float(blog.labels[at])}) for at in chosen]
        model = base.adapted(adapt(base, lessons, f"{base.version}.1"))
        column = ATTRIBUTES.index(blog.attribute)
        found.append(rank(blog.truth, model.score(blog.test).values[:, column]).auc)
        stream.scores = model.score(blog.texts).values
    return found


def _blog(shift: Shift, rows: Sequence[Lesson], seed: int) -> Blog:
    """Put a site's comments in an order of its own; the first are kept to measure on."""
    order = np.random.default_rng(seed).permutation(len(rows))
    texts, labels = [row.text for row in rows], np.array([row.targets[shift.attribute] >= 0.5 for row in rows])
    test, stream = order[:TEST], order[TEST : TEST + STREAM]
    return Blog(shift.attribute, [texts[at] for at in stream], labels[stream], [texts[at] for at in test], labels[test])


def _random(stream: Stream, count: int) -> list[int]:
    return stream.left[:count]


def _reviewed(stream: Stream, count: int) -> list[int]:
    """Take what the built-in policy sends to review."""
    return [at for at in stream.left if _is_reviewed(stream.scores[at])][:count]


def _asked(stream: Stream, count: int, only_passing: bool = False) -> list[int]:
    """Take what is asked of a stretch of the stream that is long enough to ask so many."""
    passing = [at for at in stream.left if not (only_passing and _is_reviewed(stream.scores[at]))]
    asking, found = Asking(), list[int]()
    for at in passing:
        row = dict(zip(ATTRIBUTES, stream.scores[at].tolist(), strict=True))
        if asking.ask(SHARE, worth(row, float(stream.unseen[at])), stream.blog.texts[at]):
            found.append(at)
        if len(found) == count:
            break
    return found


def _both(stream: Stream, count: int) -> list[int]:
    return [*_reviewed(stream, count - count // 2), *_asked(stream, count // 2, only_passing=True)]


def _is_reviewed(scores: Scored) -> bool:
    limits = DEFAULT_POLICY.thresholds
    pairs = [(float(score), limits[name]) for name, score in zip(ATTRIBUTES, scores, strict=True)]
    return not any(score >= limit.reject for score, limit in pairs) and any(score >= one.review for score, one in pairs)


WAYS: Mapping[str, Way] = {"random": _random, "review": _reviewed, "asked": _asked, "both": _both}
