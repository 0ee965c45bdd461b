"""Thresholds that follow from an error budget: the site's own decisions say how far automation may go."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.moderation.desk import Desk
from service.tenancy import ErrorBudget, Policy, Threshold


@dataclass(frozen=True, slots=True)
class Bound:
    """How often automation errs: `wrong` of `rows` comments that people looked at, and `upper` with 95 % confidence.

    `share` is the estimate for all of the site's comments, None without rows; all shares are in [0, 1]. `allowed` is
    the budget. While `holds` is false, about `missing` more comments must be decided, if none of them is wrong.
    """

    wrong: int
    rows: int
    share: float | None
    upper: float
    allowed: float
    missing: int

    @property
    def holds(self) -> bool:
        """Whether the budget is kept with 95 % confidence."""
        return self.upper <= self.allowed


@dataclass(frozen=True, slots=True)
class Proposal:
    """The thresholds that follow from a budget, with their proof.

    `rejections` and `approvals` bound the errors of the whole policy, `attributes` those of each attribute by itself:
    (wrong rejections, published abuse). Where there is not `enough` of either, its thresholds stay as in force.
    `comments` past ones tell the load: `reviewed` is the share in [0, 1] that people see, `per_day` how many that are,
    `hours_per_day` how long they take. `sentences` say it all to an admin.
    """

    model: str
    budget: ErrorBudget
    thresholds: Mapping[str, Threshold]
    rejections: Bound
    approvals: Bound
    attributes: Mapping[str, tuple[Bound, Bound]]
    comments: int
    reviewed: float
    per_day: float
    hours_per_day: float
    sentences: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether both kinds of errors are known to be within the budget."""
        return self.rejections.holds and self.approvals.holds


def propose(desk: Desk, site: str, budget: ErrorBudget, model: str | None = None) -> Proposal:
    """Say which thresholds the budget allows with the champion, or the `model` of that version."""
    raise NotImplementedError


def renew(desk: Desk, site: str, by: str) -> Policy | None:
    """Save a new policy when the thresholds that follow from the site's budget moved; None where nothing changed."""
    raise NotImplementedError
