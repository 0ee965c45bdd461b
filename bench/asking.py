"""What it saves to choose what people are asked: labels needed to reach a given ranking, by four ways to choose.

A base model meets a blog it was not made for. Comments stream by; each way takes as many labels as it is allowed:
`random` ones, those that the built-in policy sends to `review`, those that are `asked` by doubt, novelty and diversity,
and `both`, half of them under review and half asked of what would pass, as a site does that asks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from bench.result import Figure
from models.adaptation import Lesson, adapt
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.metrics import rank
from service.moderation.learning.asking import Asking, worth
from service.moderation.policy import DEFAULT_POLICY
from service.settings import BASE_MODEL

# Name → file, the column that says what people found, the attribute that it is about, and which rows.
SHIFTS: Mapping[str, tuple[str, str, str]] = {
    "Reddit abuse": ("dev/cad_reddit.parquet", "abuse", "toxicity"),
    "Gab hate": ("dev/gab_hate_corpus.parquet", "hate", "identity_attack"),
    "forum insults": ("dev/impermium_insults.parquet", "insult", "insult"),
}
LABELS = (50, 100, 200, 400, 800)
STREAM, TEST, MAX_CHARS = 5000, 2000, 1000
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
    rng: np.random.Generator
    left: list[int]
    scores: Scored
    unseen: NDArray[np.float32]


Way = Callable[[Stream, int], list[int]]


def measure(data: Path | None = None) -> Iterator[Figure]:
    """Yield the AUC by labels for every way to choose, and how many labels each needs for what random ones reach."""
    if data is None:
        print("asking: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    base = Classifier.load(BASE_MODEL)
    for name, source in SHIFTS.items():
        curves = {way: np.mean([_curve(base, source, data, way, seed) for seed in range(SEEDS)], axis=0) for way in WAYS}
        yield from _figures(name, curves)


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


def _curve(base: Classifier, source: tuple[str, str, str], data: Path, way: str, seed: int) -> list[float]:
    blog = read(data, *source, seed=seed)
    stream = Stream(blog, np.random.default_rng(seed), list(range(len(blog.texts))), *_thought(base, base, blog.texts))
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
        stream.scores, _ = _thought(base, model, blog.texts)
    return found


def _thought(base: Classifier, model: object, texts: Sequence[str]) -> tuple[Scored, NDArray[np.float32]]:
    return model.score(texts).values, np.nan_to_num(base.unseen(texts))  # type: ignore[attr-defined]


def read(data: Path, file: str, column: str, attribute: str, seed: int) -> Blog:
    """Read a data set in an order of its own; the test is the same size in each."""
    table = parquet.read_table(data / file, columns=["text", column]).to_pydict()
    rows = {text[:MAX_CHARS]: said for text, said in zip(table["text"], table[column], strict=True) if text and said is not None}
    texts, said = list(rows), np.array(list(rows.values())) >= 0.5
    order = np.random.default_rng(seed).permutation(len(texts))
    test, stream = order[:TEST], order[TEST : TEST + STREAM]
    return Blog(attribute, [texts[at] for at in stream], said[stream], [texts[at] for at in test], said[test])


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
