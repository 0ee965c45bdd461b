"""Bound the two shares that an error budget is about, over comments that were seen with different chances.

Each is bounded stratum by stratum (what automation approved, left to people and rejected), by Clopper–Pearson, the
doubt divided among the strata by their size; so the bounds hold together. Weights that differ within a stratum make
fewer effective rows (Kish, Survey Sampling, 1965). A stratum that nobody looked at may be all wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from service.moderation.learning import intervals
from service.moderation.learning.evidence import STRATA, Evidence, Flags, Floats
from service.values import Verdict

EVENLY = 0.1  # this share of the doubt is divided evenly, the rest by size
OF_PUBLISHED = 0.8  # the doubt's share that goes to the abuse published; the rest to the abuse found

Limits = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bound:
    """How often automation errs: `wrong` of `rows` comments that people looked at, and `upper` with 95 % confidence.

    `share` is the estimate for all of the site's comments, None without rows; all shares are in [0, 1]. `allowed` is
    the budget. While `holds` is false, about `missing` more comments must be decided if none of them is wrong; None
    when it cannot be said how many.
    """

    wrong: int
    rows: int
    share: float | None
    upper: float
    allowed: float
    missing: int | None = 0

    @property
    def holds(self) -> bool:
        """Whether the budget is kept with 95 % confidence."""
        return self.upper <= self.allowed


@dataclass(frozen=True, slots=True)
class Part:
    """One stratum in a region: how many comments it stands for, and effective counts of rows and of errors."""

    size: float
    rows: float
    errors: float


class Test(Protocol):
    """One of the two shares, under limits that move."""

    @property
    def allowed(self) -> float:
        """Return the budget."""

    def bound(self, limits: Limits) -> Bound:
        """Bound the share."""

    def foreseen(self, limits: Limits) -> float:
        """Return the bound that the scores promise, without a look at what people decided."""

    def is_broken(self, limits: Limits) -> bool:
        """Tell whether the share is above what is allowed, with 95 % confidence."""

    def estimate(self, limits: Limits) -> float:
        """Return the most likely share; 0 without rows."""


@dataclass(frozen=True, slots=True)
class Rejections:
    """Of what the limits reject, the share that people would approve."""

    evidence: Evidence
    allowed: float

    def bound(self, limits: Limits) -> Bound:
        """Bound the share."""
        region, good = self.evidence.reaching(limits), ~self.evidence.bad
        upper = self._upper(region, _floats(good))
        wrong, rows = int((region & good).sum()), int(region.sum())
        missing = 0 if upper <= self.allowed else max(intervals.needed(wrong, self.allowed) - rows, 1)
        return Bound(wrong, rows, self.estimate(limits) if rows else None, upper, self.allowed, missing)

    def foreseen(self, limits: Limits) -> float:
        """Return the bound that the scores promise."""
        return self._upper(self.evidence.reaching(limits), 1.0 - _worst(self.evidence))

    def is_broken(self, limits: Limits) -> bool:
        """Tell whether the share is above what is allowed."""
        parts = _parts(self.evidence, self.evidence.reaching(limits), _floats(~self.evidence.bad))
        return _low(parts, intervals.DOUBT) > self.allowed * sum(part.size for part in parts)

    def estimate(self, limits: Limits) -> float:
        """Return the most likely share."""
        region = self.evidence.reaching(limits)
        return _ratio(self.evidence.weights[region & ~self.evidence.bad].sum(), self.evidence.weights[region].sum())

    def _upper(self, region: Flags, errors: Floats) -> float:
        parts = _parts(self.evidence, region, errors, Verdict.REJECT)
        return _high(parts, intervals.DOUBT) / sum(part.size for part in parts) if parts else 1.0


@dataclass(frozen=True, slots=True)
class Approvals:
    """Of what people would reject, the share that the limits approve."""

    evidence: Evidence
    allowed: float

    def bound(self, limits: Limits) -> Bound:
        """Bound the share; `rows` are the approvals that people looked at."""
        approved, bad = ~self.evidence.reaching(limits), self.evidence.bad
        upper = self._upper(approved, _floats(bad))
        wrong, rows = int((approved & bad).sum()), int(approved.sum())
        missing = 0 if upper <= self.allowed else self._missing(approved, wrong, rows)
        return Bound(wrong, rows, self.estimate(limits) if bad.any() else None, upper, self.allowed, missing)

    def foreseen(self, limits: Limits) -> float:
        """Return the bound that the scores promise."""
        return self._upper(~self.evidence.reaching(limits), _worst(self.evidence))

    def is_broken(self, limits: Limits) -> bool:
        """Tell whether the share is above what is allowed."""
        approved, bad = ~self.evidence.reaching(limits), _floats(self.evidence.bad)
        published = _low(_parts(self.evidence, approved, bad), intervals.DOUBT / 2)
        found = _high(_parts(self.evidence, ~approved, bad), intervals.DOUBT / 2)
        return _ratio(published, published + found) > self.allowed

    def estimate(self, limits: Limits) -> float:
        """Return the most likely share."""
        evidence, approved = self.evidence, ~self.evidence.reaching(limits)
        return _ratio(evidence.weights[approved & evidence.bad].sum(), evidence.weights[evidence.bad].sum())

    def _upper(self, approved: Flags, bad: Floats) -> float:
        published, found = self._published(approved, bad), self._found(approved, bad)
        return _ratio(published, published + found) if published else 1.0 if not found else 0.0

    def _published(self, approved: Flags, bad: Floats) -> float:
        parts = _parts(self.evidence, approved, bad, Verdict.APPROVE)
        return _high(parts, intervals.DOUBT * OF_PUBLISHED)

    def _found(self, approved: Flags, bad: Floats) -> float:
        return _low(_parts(self.evidence, ~approved, bad), intervals.DOUBT * (1 - OF_PUBLISHED))

    def _missing(self, approved: Flags, wrong: int, rows: int) -> int | None:
        """Return how many more looks at approvals would prove it: the abuse found says how much may be published."""
        may_be = self._found(approved, _floats(self.evidence.bad)) * self.allowed / (1 - self.allowed)
        of_all = float(self.evidence.weights[approved].sum())
        if not may_be or not of_all:
            return None
        return max(intervals.needed(wrong, min(may_be / of_all, 0.5), intervals.DOUBT * OF_PUBLISHED) - rows, 1)


def _parts(evidence: Evidence, region: Flags, errors: Floats, home: Verdict | None = None) -> list[Part]:
    """Part the rows of a region by stratum; `home` is the stratum that fills it, also where nobody looked."""
    parts = []
    for place, verdict in enumerate(STRATA):
        rows = region & (evidence.stratum == place)
        if rows.any():
            parts.append(_part(evidence.weights[rows], errors[rows]))
        elif verdict is home and (size := evidence.unseen(place)):
            parts.append(Part(size, 0.0, 0.0))
    return parts


def _part(weights: Floats, errors: Floats) -> Part:
    size = float(weights.sum())
    rows = size * size / float((weights * weights).sum())
    return Part(size, rows, rows * float(weights @ errors) / size)


def _high(parts: Sequence[Part], doubt: float) -> float:
    """Return how many comments are wrong at most."""
    return sum(part.size * intervals.upper(part.errors, part.rows, own) for part, own in _divided(doubt, parts))


def _low(parts: Sequence[Part], doubt: float) -> float:
    """Return how many comments are wrong at least."""
    return sum(part.size * intervals.lower(part.errors, part.rows, own) for part, own in _divided(doubt, parts))


def _divided(doubt: float, parts: Sequence[Part]) -> Iterator[tuple[Part, float]]:
    size = sum(part.size for part in parts)
    for part in parts:
        yield part, doubt * ((1 - EVENLY) * part.size / size + EVENLY / len(parts))


def _worst(evidence: Evidence) -> Floats:
    return np.asarray(evidence.scores.max(axis=1, initial=0.0))


def _floats(flags: Flags) -> Floats:
    return np.asarray(flags, dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
