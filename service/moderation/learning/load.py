"""How many comments champion and challenger leave to people: under the policy in force, and at the error budget.

Counted on past comments as they came, decided or not, since the held-out labels began, for neither model learned from
those. At the budget each model has the thresholds at which its held-out rows seem to keep it: an estimate to compare
by, while `budget.propose` proves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp

import numpy as np

from models.attributes import ATTRIBUTES
from service.learning import Figure
from service.moderation import policy
from service.moderation.desk import Desk, Scorer
from service.moderation.learning.figures import Flags, Floats, Rows, share
from service.moderation.learning.measured import Measured, judged, scored
from service.moderation.scoring import context_of
from service.tenancy import ErrorBudget, Policy, Threshold
from service.values import KeptComment, Verdict

MOST = 2000
FEWEST = 50  # comments since then; where there are fewer, all that are kept count
APPROVED, REJECTED = 0, 2  # in what `judged` returns
SHIFTS = tuple(step / 5 for step in range(-30, 31))  # log-odds by which thresholds move

Limits = Mapping[str, Threshold]


@dataclass(frozen=True, slots=True)
class Load:
    """Past comments with both models' scores (comments × attributes)."""

    past: tuple[KeptComment, ...]
    champion: Floats
    challenger: Floats

    @classmethod
    def of(cls, desk: Desk, site: str, since: datetime | None, champion: Scorer, challenger: Scorer) -> "Load":
        """Read the newest comments and score them; of `since` if there are enough."""
        past = list(desk.store.browse.past(site, MOST))
        fresh = [kept for kept in past if since and kept.received_at >= since]
        chosen = fresh if len(fresh) >= FEWEST else past
        texts = [kept.comment.text for kept in chosen]
        contexts = [context_of(kept.comment.author) for kept in chosen]
        return cls(tuple(chosen), scored(champion, texts, contexts), scored(challenger, texts, contexts))

    def reviewed(self, in_force: Policy) -> Figure:
        """Return which share each leaves to people under one policy."""
        return self._reviewed("reviewed", in_force, in_force)

    def reviewed_at_budget(self, in_force: Policy, measured: Measured) -> Figure | None:
        """Return which share each leaves to people with thresholds of its own; None without a budget or rows."""
        if in_force.budget is None or not len(measured):
            return None
        drafts = [
            replace(in_force, thresholds=allowed(scores, measured, in_force, in_force.budget))
            for scores in (measured.champion, measured.challenger)
        ]
        return self._reviewed("reviewed_at_budget", *drafts)

    def _reviewed(self, name: str, first: Policy, second: Policy) -> Figure:
        every: Flags = np.ones(len(self.past), np.bool_)
        rows = Rows.of(every, every.astype(np.float64))
        flagged = (self._left(first, self.champion), self._left(second, self.challenger))
        return share(name, rows, every, *flagged)

    def _left(self, by: Policy, scores: Floats) -> Flags:
        """Tell which comments a policy, its rules included, leaves to people."""
        verdicts = (
            policy.judge(by, kept.comment, dict(zip(ATTRIBUTES, row, strict=True)), "").verdict
            for kept, row in zip(self.past, scores.tolist(), strict=True)
        )
        return np.array([verdict is Verdict.REVIEW for verdict in verdicts], np.bool_)


def allowed(scores: Floats, measured: Measured, in_force: Policy, budget: ErrorBudget) -> Limits:
    """Return the most daring limits at which these held-out rows keep the budget, all moved alike; else the safest."""

    def mistaken(limits: Limits, verdict: int, rows: Flags) -> float:
        got = judged(replace(in_force, thresholds=limits), scores) == verdict
        whole = measured.weights[got].sum()
        return float(measured.weights[got & rows].sum() / whole) if whole else 0.0

    def keeps_rejections(shift: float) -> bool:
        return mistaken(_moved(in_force.thresholds, shift, 0.0), REJECTED, measured.is_fine) <= budget.rejections

    def keeps_approvals(shift: float) -> bool:
        return mistaken(_moved(in_force.thresholds, reject, shift), APPROVED, measured.hurts) <= budget.approvals

    reject = next(filter(keeps_rejections, SHIFTS), SHIFTS[-1])
    review = next(filter(keeps_approvals, SHIFTS[::-1]), SHIFTS[0])
    return _moved(in_force.thresholds, reject, review)


def _moved(limits: Limits, reject: float, review: float) -> Limits:
    """Return limits moved by log-odds."""
    moved = {name: (_shifted(limit.review, review), _shifted(limit.reject, reject)) for name, limit in limits.items()}
    return {name: Threshold(min(pair), pair[1]) for name, pair in moved.items()}


def _shifted(limit: float, shift: float) -> float:
    """Return a limit moved by log-odds; 0 and 1 mean always and never, and stay."""
    if not 0 < limit < 1:
        return limit
    odds = limit / (1 - limit) * exp(shift)
    return odds / (1 + odds)
