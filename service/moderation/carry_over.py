"""Carry thresholds over from another service: find the one here that stops the same comments."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.errors import BadInput
from service.moderation.desk import Scorer
from service.moderation.exports.entry import Skipped
from service.moderation.logged_scores import AKISMET, Logged
from service.moderation.perspective import MEANINGS
from service.moderation.scoring import score_texts
from service.tenancy import Policy, Threshold
from service.values import rounded

AT_ONCE = 256
FEWEST = 20  # on either side of a threshold; below, chance decides which one fits
OURS: Mapping[str, tuple[str, ...]] = {**MEANINGS, AKISMET: ("spam",)}
Floats = NDArray[np.float64]
Counts = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Old:
    """A threshold at the other service: comments with at least this score of `name` were stopped."""

    name: str
    threshold: float

    def __str__(self) -> str:
        """Write it as it is given."""
        return self.name if self.name == AKISMET else f"{self.name}={self.threshold:g}"


@dataclass(frozen=True, slots=True)
class Match:
    """A threshold here beside one there.

    `agreement` in [0, 1] is the share of comments on the same side; `kappa` is what of it is more than chance, at most
    1. `newly` many comments are stopped here alone, `no_longer` there alone.
    """

    threshold: float
    agreement: float
    kappa: float
    newly: int
    no_longer: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What stands for an old threshold: the one that stops as many, and the one that agrees best beyond chance."""

    old: Old
    attributes: tuple[str, ...]
    comments: int
    stopped: int
    same_share: Match
    best: Match

    @property
    def is_sure(self) -> bool:
        """Whether enough comments stand on either side."""
        return min(self.stopped, self.comments - self.stopped) >= FEWEST


@dataclass(frozen=True, slots=True)
class Compared:
    """Scores of the same texts there and here, one row per text; not a number where the service gave none."""

    lines: NDArray[np.int64]
    theirs: Mapping[str, Floats]
    ours: Mapping[str, Floats]

    def sides(self, old: Old, threshold: float) -> tuple[Flags, Flags]:
        """Tell of each text whether it is stopped there and here; here never, where there is no score there."""
        theirs = self.theirs[old.name]
        return theirs >= old.threshold, (self.highest(old.name) >= threshold) & ~np.isnan(theirs)

    def highest(self, name: str) -> Floats:
        """Return our score for a name of theirs; of several attributes the highest."""
        highest: Floats = np.max([self.ours[attribute] for attribute in OURS[name]], axis=0)
        return highest


def compare(scorer: Scorer, entries: Iterable[Logged | Skipped]) -> Iterator["Compared | Skipped | int"]:
    """Score the texts of a log; gives what was skipped, how many texts are done, and at the end the comparison."""
    lines: list[int] = []
    theirs: dict[str, list[float]] = {}
    ours: dict[str, list[float]] = {name: [] for name in scorer.attributes}
    source = iter(entries)
    while batch := list(islice(source, AT_ONCE)):
        yield from (entry for entry in batch if isinstance(entry, Skipped))
        logged = [entry for entry in batch if isinstance(entry, Logged)]
        rows = score_texts(scorer, [one.text for one in logged], [one.author for one in logged]) if logged else []
        for one, row in zip(logged, rows, strict=True):
            for name in one.scores.keys() - theirs.keys():
                theirs[name] = [np.nan] * len(lines)
            for name, column in theirs.items():
                column.append(one.scores.get(name, np.nan))
            for name, score in row.items():
                ours[name].append(score)
            lines.append(one.line)
        yield len(lines)
    yield Compared(np.array(lines, np.int64), _arrays(theirs), _arrays(ours))


def carry(compared: Compared, old: Old) -> Carried:
    """Find what stands for an old threshold; raises BadInput when the log cannot tell."""
    if old.name not in OURS:
        raise BadInput(f"Nothing here stands for {old.name!r}; there is {', '.join(OURS)}.")
    if old.name not in compared.theirs:
        raise BadInput(f"The log has no scores of {old.name!r}; it has {', '.join(compared.theirs) or 'none'}.")
    known = ~np.isnan(compared.theirs[old.name])
    theirs, ours = compared.theirs[old.name][known] >= old.threshold, compared.highest(old.name)[known]
    if theirs.all() or not theirs.any():
        raise BadInput(f"{old} stops {'all' if theirs.all() else 'none'} of the comments, so nothing can stand for it.")
    same_share, best = matches(theirs, ours)
    return Carried(old, OURS[old.name], len(theirs), int(theirs.sum()), same_share, best)


def matches(theirs: Flags, ours: Floats) -> tuple[Match, Match]:
    """Return the threshold on `ours` that stops as many as `theirs` does, as near as may be, and the best agreeing.

    Agreement is compared beyond chance, by Cohen's kappa: stopping nothing agrees well where little was stopped. Of
    equals the one is taken that stops nearer to as many, then the higher one.
    """
    candidates = np.unique(ours)[::-1]
    both, here = _counted(ours[theirs], candidates), _counted(ours, candidates)
    stopped, total = int(theirs.sum()), len(ours)
    newly, no_longer = here - both, stopped - both
    kappa = _kappa(both, newly, no_longer, total - both - newly - no_longer)
    excess = np.abs(here - stopped)
    found = [
        Match(
            rounded(float(candidates[place])),
            1 - float(newly[place] + no_longer[place]) / total,
            float(kappa[place]),
            int(newly[place]),
            int(no_longer[place]),
        )
        for place in (int(np.argmin(excess)), int(np.lexsort((excess, -kappa.round(9)))[0]))
    ]
    return found[0], found[1]


def with_thresholds(policy: Policy, carried: Sequence[Carried], side: str) -> Policy:
    """Return the policy with what was carried over; `side` says what a single threshold does: `review` or `reject`.

    Of two for one attribute the lower asks for review and the higher rejects. Raises BadInput for more. An error budget
    would set the thresholds itself, so there is none afterwards.
    """
    by_attribute: dict[str, list[float]] = {}
    for one in carried:
        for attribute in one.attributes:
            by_attribute.setdefault(attribute, []).append(one.best.threshold)
    found = {name: _threshold(name, policy.thresholds.get(name), values, side) for name, values in by_attribute.items()}
    return dataclasses.replace(policy, thresholds={**policy.thresholds, **found}, budget=None)


def _threshold(attribute: str, known: Threshold | None, values: Sequence[float], side: str) -> Threshold:
    if len(values) > 2:
        raise BadInput(f"More than two thresholds would stand for {attribute}: give one for review, one for rejection.")
    if len(values) == 2:
        return Threshold(min(values), max(values))
    [value] = values
    if side == "reject":
        return Threshold(min(value, known.review) if known else value, value)
    return Threshold(value, max(value, known.reject) if known else 1.0)


def _counted(scores: Floats, thresholds: Floats) -> NDArray[np.int64]:
    """Count for each threshold the scores that reach it."""
    return len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")


def _kappa(both: Counts, newly: Counts, no_longer: Counts, neither: Counts) -> Floats:
    here, there = both + newly, both + no_longer
    total = both + newly + no_longer + neither
    chance = (here * there + (total - here) * (total - there)) / total
    kappa: Floats = np.divide(both + neither - chance, total - chance, out=np.zeros_like(chance), where=total > chance)
    return kappa


def _arrays(columns: Mapping[str, Sequence[float]]) -> dict[str, Floats]:
    return {name: np.array(column, np.float64) for name, column in columns.items()}
