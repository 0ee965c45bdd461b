"""Learn a site's model from its lessons: per head the candidate that cross-validation prefers, calibrated on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models import candidates, courtesy, groups, ngrams
from models.attributes import ATTRIBUTES
from models.candidates import Head
from models.classifier import Classifier, Reading
from models.delta import Delta, HeadDelta, pack, unpack
from models.environment import environment
from models.errors import Cancelled
from models.lean import Rows
from models.lessons import Lesson, merged
from models.reading import SPAM
from models.second.own import Checked, Ears, Listened
from models.second.sentences import SentenceHead

Progress = Callable[[str, float], bool]

MIN_GROUPS = 5
FEW_FOLDS, MANY_FOLDS, MANY = 3, 5, 2000
_SEED = 20221122
HEARING = 0.5  # of all the work, where sentences are heard
GIVEN = "as the training that was measured chose"
BESIDE = "+"


def adapt(
    base: Classifier,
    lessons: Sequence[Lesson],
    version: str,
    progress: Progress = lambda _stage, _share: True,
    only: str | Mapping[str, str] | None = None,
    ears: Ears | None = None,
) -> Delta:
    """Return what the lessons change about `base`; the same lessons give the same bytes.

    Texts without letters are left out; a text with several answers counts once, with their mean. A head with fewer than
    `MIN_GROUPS` groups of either answer stays the base's. `progress` gets a stage and the share of the work that is
    done; when it answers False, Cancelled is raised. With `ears`, heads on sentence embeddings are candidates too; of
    very many lessons they hear the last. `only` names the candidate to take instead of choosing: one for all heads, or
    each head's own, as `ways_of` does. Raises ValueError for a target that is no probability.
    """
    told = _Teller(progress)
    told("reading the comments", 0.0)
    distinct, contradictory = merged(lessons)
    taught = _Taught.read(base, distinct)
    listened = Listened.to(distinct, ears, lambda share: told("hearing sentences", HEARING * share)) if ears else None
    begins = HEARING if ears else 0.0
    heads: dict[str, HeadDelta] = {}
    sentences: dict[str, SentenceHead] = {}
    findings: dict[str, dict[str, Any]] = {}
    for at, attribute in enumerate(ATTRIBUTES):
        told(f"learning {attribute}", begins + (1 - begins) * (1 + at) / (1 + len(ATTRIBUTES)))
        given, beside = _given(only, attribute)
        found, findings[attribute], checked = _learn(base, taught, attribute, given)
        if found is not None:
            heads[attribute] = found
        if listened and checked:
            own, findings[attribute]["sentences"] = listened.learn(attribute, checked, beside)
            if own is not None:
                sentences[attribute] = own
    card = {
        "heads": findings,
        "lessons": len(lessons),
        "texts": len(distinct),
        "contradictory": contradictory,
        "environment": environment(),
    }
    return unpack(pack(Delta(version, base.version, heads, card, sentences)))


def _given(only: str | Mapping[str, str] | None, attribute: str) -> tuple[str | None, str | None]:
    """Return the ways that were given: of the linear head, and of the one on embeddings; None where to choose."""
    given = only.get(attribute, "base") if isinstance(only, Mapping) else only
    if given is None:
        return None, None
    way, _, beside = given.partition(BESIDE)
    return way, beside


@dataclass(frozen=True, slots=True)
class _Teller:
    progress: Progress

    def __call__(self, stage: str, share: float) -> None:
        if not self.progress(stage, share):
            raise Cancelled(f"the work was stopped while {stage}")


@dataclass(frozen=True, slots=True)
class _Taught:
    """The lessons as tables: `targets` (lessons × attributes, NaN: not spoken of), and what the base reads in them."""

    targets: NDArray[np.float64]
    weights: NDArray[np.float64]
    groups: NDArray[np.intp]
    linear: NDArray[np.float32]
    signs: NDArray[np.float64]
    features: csr_matrix
    first: NDArray[np.intp]

    @classmethod
    def read(cls, base: Classifier, lessons: Sequence[Lesson]) -> "_Taught":
        """Read the texts once for all heads."""
        targets = [[lesson.targets.get(attribute, np.nan) for attribute in ATTRIBUTES] for lesson in lessons]
        names = [lesson.group or f"{lesson.text}\0" for lesson in lessons]
        which = np.unique(np.array(names, dtype=object), return_inverse=True)[1] if names else np.zeros(0, np.intp)
        copies = np.bincount(which)[which] if names else np.ones(0)
        readings = list(base.readings([lesson.text for lesson in lessons], [lesson.context for lesson in lessons]))
        sizes = [0, *(len(reading.linear) for reading in readings)]
        before = np.cumsum(sizes)[:-1]
        return cls(
            np.array(targets, np.float64).reshape(-1, len(ATTRIBUTES)),
            np.array([lesson.weight for lesson in lessons], np.float64) / copies,
            which,
            np.concatenate([np.zeros((0, len(ATTRIBUTES)), np.float32), *(reading.linear for reading in readings)]),
            np.concatenate([np.zeros(0), *(_signs(reading) for reading in readings)]),
            _features(readings),
            np.concatenate([np.zeros(0, np.intp), *(r.first + at for r, at in zip(readings, before, strict=True))]),
        )

    def worst(self, column: int) -> NDArray[np.intp]:
        """Return for each lesson the window that the base finds worst."""
        ends = np.append(self.first[1:], len(self.linear))
        logits = self.linear[:, column]
        many = np.flatnonzero(ends - self.first > 1)
        found = self.first.copy()
        for at in many:
            found[at] += int(logits[self.first[at] : ends[at]].argmax())
        return found


def _signs(reading: Reading) -> NDArray[np.float64]:
    return np.zeros(len(reading.first)) if reading.signs is None else reading.signs.astype(np.float64)


def _features(readings: Sequence[Reading]) -> csr_matrix:
    """Return the distinct buckets of every window as a row of length one."""
    sizes = np.concatenate([np.zeros(0, np.int64), *(np.diff(reading.starts) for reading in readings)])
    buckets = np.concatenate([np.zeros(0, np.uint32), *(reading.buckets for reading in readings)])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    parts = (values, buckets.astype(np.int32), np.concatenate([[0], np.cumsum(sizes)]))
    return csr_matrix(parts, shape=(len(sizes), ngrams.BUCKETS))


def ways_of(card: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the candidate that each head took, from a delta's card: `adapted`, or `adapted+sentences`."""
    return {attribute: _way(finding) for attribute, finding in card["heads"].items()}


def _way(finding: Mapping[str, Any]) -> str:
    beside = finding.get("sentences", {}).get("way")
    return f"{finding.get('way', 'base')}{BESIDE if beside else ''}{beside or ''}"


Learned = tuple[HeadDelta | None, dict[str, Any], Checked | None]


def _learn(base: Classifier, taught: _Taught, attribute: str, given: str | None) -> Learned:
    """Return the head, None where the base's stays; what to write down of it; and how it does on what it never saw."""
    column = ATTRIBUTES.index(attribute)
    rows = np.flatnonzero(~np.isnan(taught.targets[:, column]))
    positive = taught.targets[rows, column] >= 0.5
    finding: dict[str, Any] = {"chosen": "base", "rows": len(rows), "positives": int(positive.sum()), "scores": {}}
    sides = [len(np.unique(taught.groups[rows[side]])) for side in (positive, ~positive)]
    if min(sides) < (2 if given else MIN_GROUPS):
        asked = f"only {sides[0]} groups of comments with it and {sides[1]} without; {MIN_GROUPS} of each are needed"
        return None, {**finding, "why": asked if len(rows) else "nobody spoke of it"}, None
    head = _head(base, taught, column, rows)
    folds = _folds(taught.groups[rows], positive)
    delta, finding, chances = _choose(head, folds, finding, given)
    return delta, finding, Checked(rows, chances, head.base.targets, head.base.weights, folds)


def _head(base: Classifier, taught: _Taught, column: int, rows: NDArray[np.intp]) -> Head:
    features = taught.features[taught.worst(column)[rows]]
    seen = np.bincount(features.indices, minlength=ngrams.BUCKETS)
    buckets = np.flatnonzero(seen >= (2 if len(rows) > MANY else 1))
    features = features[:, buckets]
    signs = taught.signs[rows] if column == SPAM else np.zeros(len(rows))
    known = taught.linear[taught.worst(column)[rows], column] + signs
    targets, weights = taught.targets[rows, column], taught.weights[rows]
    counts = base.met()
    return Head(
        Rows(features, known.astype(np.float64), targets, weights),
        Rows(features, signs, targets, weights),
        buckets.astype(np.uint32),
        counts[buckets],
        float(counts.sum()),
        base.information(column)[buckets],
        ngrams.blind_to(courtesy.PLACES if column == SPAM else groups.terms())[buckets],
        base.curves[column],
    )


def _folds(names: NDArray[np.intp], positive: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return each lesson's fold: groups stay whole, and those with a positive are dealt out first."""
    count = FEW_FOLDS if len(names) > MANY else MANY_FOLDS
    distinct, which = np.unique(names, return_inverse=True)
    abusive = np.bincount(which, positive, minlength=len(distinct)) > 0
    order = np.random.default_rng(_SEED).permutation(len(distinct))
    order = order[np.argsort(~abusive[order], kind="stable")]
    fold = np.empty(len(distinct), np.intp)
    fold[order] = np.arange(len(distinct)) % count
    return fold[which]


def _choose(
    head: Head, folds: NDArray[np.intp], finding: dict[str, Any], given: str | None
) -> tuple[HeadDelta | None, dict[str, Any], candidates.Floats]:
    """Return the head, what to write down of it, and what it says of each lesson without having learned from it."""
    chances = {"base": candidates.base_chances(head)}
    if given == "base":
        return None, {**finding, "why": GIVEN}, chances["base"]
    ways = {way.name: way for way in candidates.candidates(head) if given in (None, way.name)}
    held = {name: candidates.held_out(way.rows(head), partial(way.fit, head), folds) for name, way in ways.items()}
    chances |= {name: candidates.calibrated(head.base, logits, folds) for name, logits in held.items()}
    found = {name: candidates.losses(head.base, chance) for name, chance in chances.items()}
    chosen = given or candidates.choose(head, found, {name: way.margin for name, way in ways.items()})
    scores = dict(_scores(head, chances, found))
    finding = {**finding, "scores": scores, "why": GIVEN if given else _why(chosen, scores), "way": chosen}
    if chosen == "base":
        return None, finding, chances["base"]
    delta = candidates.served(head, ways[chosen], held[chosen])
    return delta, {**finding, "chosen": delta.chosen, "weights": len(delta.buckets)}, chances[chosen]


def _scores(
    head: Head, chances: Mapping[str, NDArray[np.float64]], found: Mapping[str, NDArray[np.float64]]
) -> Iterator[tuple[str, dict[str, float]]]:
    weights = head.base.weights
    for name, chance in chances.items():
        loss = float(weights @ found[name] / weights.sum())
        yield name, {"loss": round(loss, 4), "auc": round(candidates.ranking(head.base, chance), 4)}


def _why(chosen: str, scores: Mapping[str, Mapping[str, float]]) -> str:
    loss = scores[chosen]["loss"]
    if chosen == "base":
        return f"nothing was better than the base by more than chance: its loss on held-out comments is {loss}"
    what = {
        "recalibrated": "a new curve over the base's score is all that these comments justify",
        "adapted": "the base with some weights moved is best",
        "own": "what was learned from these comments alone is better than any change of the base",
    }[chosen]
    return f"{what}: its loss on held-out comments is {loss}, the base's {scores['base']['loss']}"
