"""A reviewer's own work: what was decided lately and today, all of one step taken back at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from service.errors import ClaimLost
from service.moderation import campaigns, looks, review
from service.moderation.cards import is_severe
from service.moderation.desk import Desk
from service.values import Choice, Decision, KeptComment, Outcome, State

LATELY = 20
MOST_AT_ONCE = 200
TOOK_EFFECT = ("done", "repeated")


@dataclass(frozen=True, slots=True)
class Step:
    """What one press of a button decided: one comment, or many at once. `operation` names it for the undo.

    Of a campaign `comments` has the card alone; all of it are `together`.
    """

    operation: str
    choice: Choice
    at: datetime
    comments: tuple[KeptComment, ...]
    together: int = 0

    @property
    def size(self) -> int:
        """Count its comments."""
        return max(len(self.comments), self.together)


def lately(desk: Desk, site: str, reviewer: str) -> list[Step]:
    """Return the last steps that still stand, newest first: of twenty comments, or one larger step in full."""
    steps = _steps(desk.store.browse.decided(site, reviewer, LATELY))
    if len(steps) == 1 and len(steps[0].comments) == LATELY:
        steps = _steps(desk.store.browse.decided(site, reviewer, MOST_AT_ONCE))[:1]
    counts = desk.store.campaigns.counts_together(site, [step.operation for step in steps])
    return [replace(step, together=count) for step, count in zip(steps, counts, strict=True)]


def today(desk: Desk, site: str, reviewer: str) -> int:
    """Count own decisions since midnight UTC."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return desk.store.browse.decided_count(site, reviewer, midnight)


def decide(
    desk: Desk, site: str, reviewer: str, decisions: Mapping[str, Sequence[Decision]], operation: str
) -> list[Outcome]:
    """Decide claimed comments, given by the token of their claim, in one step: one undo takes all back.

    A card that stands for a campaign decides all of it.
    """
    numbers = desk.store.campaigns.numbers(site, [decision.id for some in decisions.values() for decision in some])
    outcomes: list[Outcome] = []
    for token, some in decisions.items():
        alone = [decision for decision in some if decision.id not in numbers]
        outcomes += looks.decide(desk, site, reviewer, token, alone, operation) if alone else []
        for decision in some:
            if decision.id in numbers:
                outcomes += decide_campaign(desk, site, reviewer, token, decision, operation)
    return outcomes


def decide_campaign(
    desk: Desk,
    site: str,
    reviewer: str,
    token: str,
    decision: Decision,
    operation: str,
    leave_out: Sequence[str] = (),
    follow: timedelta | None = None,
) -> list[Outcome]:
    """Decide all that a card stands for but `leave_out`; the outcome is the card's, as `review.decide` tells it."""
    try:
        settled = campaigns.decide(desk, site, reviewer, token, decision, leave_out, follow, operation)
    except ClaimLost:
        return looks.decide(desk, site, reviewer, token, [decision], operation)
    return list(settled.outcomes[:1])


def decide_waiting(
    desk: Desk, site: str, reviewer: str, queue: str, decisions: Sequence[Decision], operation: str
) -> list[Outcome]:
    """Decide comments that nobody holds yet, in one step; what a colleague holds or settled is `lost`."""
    ids = [decision.id for decision in decisions]
    claim = review.claim_these(desk, site, reviewer, queue, ids, f"claim {operation}")
    return review.decide(desk, site, reviewer, claim.token, decisions, operation)


def undo(desk: Desk, site: str, reviewer: str, operation: str) -> list[Outcome]:
    """Take a whole step back, campaigns and what followed them too; none when nothing of it stands any more."""
    [is_whole] = desk.store.campaigns.counts_together(site, [operation])
    together = campaigns.undo_each(desk, site, reviewer, operation) if is_whole else []
    decided = desk.store.browse.decided(site, reviewer, MOST_AT_ONCE)
    ids = [kept.comment.id for kept, made_by in decided if made_by == operation]
    return [*together, *looks.undo_all(desk, site, reviewer, ids, f"{operation} undone")]


def skip(desk: Desk, site: str, reviewer: str, chosen: Mapping[str, Sequence[str]]) -> None:
    """Give comments back, by the token of their claim, not to be offered to this reviewer for an hour."""
    for token, ids in chosen.items():
        review.release(desk, site, reviewer, token, ids, skip=True)
        looks.release(desk, site, reviewer, ids, skip=True)


def give_back(desk: Desk, site: str, reviewer: str) -> None:
    """Give everything in this reviewer's hand back."""
    for claim in desk.store.browse.hand(site, reviewer):
        review.release(desk, site, reviewer, claim.token)
    looks.release(desk, site, reviewer)


def count_exposure(desk: Desk, site: str, user: str, outcomes: Sequence[Outcome]) -> None:
    """Count the severe texts among what was just decided."""
    ids = [outcome.id for outcome in outcomes if outcome.outcome == "done" and outcome.state != State.CLAIMED]
    severe = sum(map(is_severe, desk.store.browse.many(site, ids).values()))
    if severe:
        desk.store.preferences.expose(user, severe)


def _steps(decided: Sequence[tuple[KeptComment, str]]) -> list[Step]:
    steps = []
    for operation, group in groupby(decided, key=lambda pair: pair[1]):
        comments = tuple(kept for kept, _ in group)
        made = comments[0].decided
        assert made
        steps.append(Step(operation, made.decision, made.at, comments))
    return steps
