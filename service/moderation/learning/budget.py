"""Thresholds that follow from an error budget: the site's own decisions say how far automation may go."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from service.errors import Conflict
from service.learning import Replay
from service.moderation import policy
from service.moderation.desk import Desk
from service.moderation.learning import evidence, limits, preview
from service.moderation.learning.budget_text import sentences_of
from service.moderation.learning.rates import Bound
from service.moderation.learning.versions import version_of
from service.tenancy import ErrorBudget, Policy, Threshold
from service.values import Verdict

__all__ = ["Bound", "Proposal", "propose", "renew"]

SECONDS_EACH = 28.0  # that a person takes for a comment
WORTH_LOOSENING = 0.15  # log-odds; less is the noise of another day's decisions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The thresholds that follow from a budget, with their proof.

    `rejections` and `approvals` bound the errors of the whole policy, `attributes` those of each attribute by itself
    (rejections, approvals). What is not proved stays as in force, or tightens where the budget is certainly broken.
    `replay` is what past comments would have met, `learned` how many decisions are no proof because the model learned
    from them. `sentences` say it all to an admin.
    """

    model: str
    budget: ErrorBudget
    thresholds: Mapping[str, Threshold]
    rejections: Bound
    approvals: Bound
    attributes: Mapping[str, tuple[Bound, Bound]]
    replay: Replay
    learned: int
    sentences: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether both kinds of errors are known to be within the budget."""
        return self.rejections.holds and self.approvals.holds

    @property
    def comments(self) -> int:
        """Return how many past comments tell the load."""
        return self.replay.comments

    @property
    def reviewed(self) -> float:
        """Return the share of comments in [0, 1] that people see."""
        return self.replay.after[Verdict.REVIEW] / max(self.replay.comments, 1)

    @property
    def per_day(self) -> float:
        """Return how many comments a day people see."""
        return self.replay.per_day[1]

    @property
    def hours_per_day(self) -> float:
        """Return how long these take, at 28 seconds each."""
        return hours(self.per_day)


def propose(desk: Desk, site: str, budget: ErrorBudget, model: str | None = None) -> Proposal:
    """Say which thresholds the budget allows with the champion, or with `model`; takes up to about six seconds.

    Raises NotFound for an unknown model.
    """
    version, in_force = version_of(desk, site, model), policy.current(desk, site)
    past = list(desk.store.browse.past(site, preview.MOST))
    rows = evidence.gather(desk, site, version, past)
    found = limits.find(rows, in_force.thresholds or policy.DEFAULT_POLICY.thresholds, budget)
    draft = replace(in_force, thresholds=found.thresholds)
    replayed = preview.replay_over(desk, site, past, draft, version)
    said = sentences_of(found, rows.learned, replayed, hours(replayed.per_day[1]))
    return Proposal(
        version,
        budget,
        found.thresholds,
        found.rejections,
        found.approvals,
        found.attributes,
        replayed,
        rows.learned,
        said,
    )


def hours(comments: float) -> float:
    """Return how many hours people need for so many comments."""
    return comments * SECONDS_EACH / 3600


def followed(desk: Desk, site: str, draft: Policy) -> Policy:
    """Return the draft with the thresholds that follow from its budget, if it has one."""
    return replace(draft, thresholds=propose(desk, site, draft.budget).thresholds) if draft.budget else draft


def renew(desk: Desk, site: str, by: str) -> Policy | None:
    """Save a new policy when the thresholds that follow from the site's budget moved; None where nothing changed.

    To be called after a promotion, and daily. A limit becomes stricter at once, but more daring only when that is
    worth a new policy. When somebody saves another policy meanwhile, theirs stands.
    """
    in_force = policy.current(desk, site)
    if in_force.budget is None:
        return None
    thresholds = propose(desk, site, in_force.budget).thresholds
    if not _is_worth_it(in_force.thresholds, thresholds):
        return None
    try:
        saved = policy.save(desk, site, replace(in_force, thresholds=thresholds), by, in_force.version)
    except Conflict:
        return None
    log.info("policy.renewed", site=site, policy=saved.version)
    return saved


def _is_worth_it(old: Mapping[str, Threshold], new: Mapping[str, Threshold]) -> bool:
    if old.keys() != new.keys():
        return True
    pairs = [(old[name], new[name]) for name in new]
    stricter = any(now.reject > was.reject or now.review < was.review for was, now in pairs)
    return stricter or any(
        max(_odds(was.reject) - _odds(now.reject), _odds(now.review) - _odds(was.review)) > WORTH_LOOSENING
        for was, now in pairs
    )


def _odds(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
