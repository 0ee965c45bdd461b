"""Find how far thresholds may go: walk from safe to daring and stop at the first step that cannot be proved.

All thresholds of a kind move together, by the same number of log-odds from where they are, so one number says how
daring a policy is and every step holds all that the step before held. The order of the steps and where the walk starts
depend on scores alone, never on what people decided. So each step may be tested with the full 5 % of doubt, and the
chance that the last one proved breaks the budget stays below that however many are tried (fixed sequence testing;
Angelopoulos et al., Learn then Test, arXiv 2110.01052, 2021). It is the whole policy that is tested, a comment that
several attributes reject counting once: so all attributes share one budget.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, floor

from service.moderation.learning.evidence import Evidence
from service.moderation.learning.rates import Approvals, Bound, Limits, Rejections, Test
from service.tenancy import ErrorBudget, Threshold
from service.values import PROBABILITY_STEPS

STEP = 0.1  # log-odds
FARTHEST = 4.0
SHIFTS = tuple(round(STEP * step, 1) for step in range(round(-FARTHEST / STEP), round(FARTHEST / STEP) + 1))
FEWEST = 30  # rows near an attribute's limit, before it moves at all


@dataclass(frozen=True, slots=True)
class Found:
    """Thresholds with their proof: of the whole policy, and of each attribute by itself (rejections, approvals)."""

    thresholds: Mapping[str, Threshold]
    rejections: Bound
    approvals: Bound
    attributes: Mapping[str, tuple[Bound, Bound]]


def find(evidence: Evidence, start: Mapping[str, Threshold], budget: ErrorBudget) -> Found:
    """Return the most daring thresholds that keep the budget; where nothing can be proved, those of `start` stay.

    Two exceptions. A budget that is certainly broken tightens them, as far as the estimate asks. And an attribute
    whose review limit fewer than thirty rows reach does not become more daring: nothing is known of it.
    """
    known = frozenset(name for name in start if _reached(evidence, name, start[name].review) >= FEWEST)
    reject: Limits = {name: limit.reject for name, limit in start.items()}
    review: Limits = {name: limit.review for name, limit in start.items()}
    path = [_shifted(reject, shift, known if shift < 0 else None, ceil) for shift in reversed(SHIFTS)]
    reject, rejections = _walk(path, Rejections(evidence, budget.rejections))
    path = [_capped(_shifted(review, shift, known if shift > 0 else None, floor), reject) for shift in SHIFTS]
    review, approvals = _walk(path, Approvals(evidence, budget.approvals))
    thresholds = {name: Threshold(review[name], reject[name]) for name in start}
    return Found(thresholds, rejections, approvals, _each(evidence, thresholds, budget))


def _each(
    evidence: Evidence, thresholds: Mapping[str, Threshold], budget: ErrorBudget
) -> dict[str, tuple[Bound, Bound]]:
    """Bound the errors of each attribute by itself: of what it rejects, and of the abuse that is of its kind."""
    rejections, review = Rejections(evidence, budget.rejections), {n: t.review for n, t in thresholds.items()}
    found = {}
    for name, threshold in thresholds.items():
        own = Approvals(replace(evidence, bad=evidence.bad & (evidence.about == name)), budget.approvals)
        found[name] = rejections.bound({name: threshold.reject}), own.bound(review)
    return found


def _walk(path: Sequence[Limits], test: Test) -> tuple[Limits, Bound]:
    """Return the last step that is proved, of those from the start on; else the middle one, which is in force."""
    at = min(range(len(path)), key=lambda place: test.foreseen(path[place]))
    proved = None
    while at < len(path) and (bound := test.bound(path[at])).holds:
        proved, at = (path[at], bound), at + 1
    if proved:
        return proved
    in_force = len(path) // 2
    if test.is_broken(path[in_force]):
        while in_force and test.estimate(path[in_force]) > test.allowed:
            in_force -= 1
    return path[in_force], test.bound(path[in_force])


def _shifted(limits: Limits, shift: float, movable: frozenset[str] | None, rounding: Callable[[float], int]) -> Limits:
    """Return limits moved by log-odds, to four decimals; 0 and 1 mean always and never, and stay."""
    moved = {}
    for name, limit in limits.items():
        stays = not 0 < limit < 1 or not shift or (movable is not None and name not in movable)
        moved[name] = limit if stays else _moved(limit, shift, rounding)
    return moved


def _moved(limit: float, shift: float, rounding: Callable[[float], int]) -> float:
    odds = limit / (1 - limit) * exp(shift)
    return min(max(rounding(odds / (1 + odds) * PROBABILITY_STEPS), 1), PROBABILITY_STEPS) / PROBABILITY_STEPS


def _capped(review: Limits, reject: Limits) -> Limits:
    return {name: min(limit, reject[name]) for name, limit in review.items()}


def _reached(evidence: Evidence, name: str, limit: float) -> int:
    return int(evidence.reaching({name: limit}).sum())
