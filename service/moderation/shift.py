"""A reviewer's own work: what was decided lately and today, all of one step taken back at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from service.moderation import looks, review
from service.moderation.cards import is_severe
from service.moderation.desk import Desk
from service.values import Choice, Decision, KeptComment, Outcome, State

LATELY = 20
MOST_AT_ONCE = 200
TOOK_EFFECT = ("done", "repeated")


@dataclass(frozen=True, slots=True)
class Step:
    """What one press of a button decided: one comment, or many at once. `operation` names it for the undo."""

    operation: str
    choice: Choice
    at: datetime
    comments: tuple[KeptComment, ...]

    @property
    def size(self) -> int:
        """Count its comments."""
        return len(self.comments)


def lately(desk: Desk, site: str, reviewer: str) -> list[Step]:
    """Return the last steps that still stand, newest first: of twenty comments, or one larger step in full."""
    steps = _steps(desk.store.browse.decided(site, reviewer, LATELY))
    if len(steps) == 1 and len(steps[0].comments) == LATELY:
        steps = _steps(desk.store.browse.decided(site, reviewer, MOST_AT_ONCE))[:1]
    return steps


def today(desk: Desk, site: str, reviewer: str) -> int:
    """Count own decisions since midnight UTC."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return desk.store.browse.decided_count(site, reviewer, midnight)


def decide(
    desk: Desk, site: str, reviewer: str, decisions: Mapping[str, Sequence[Decision]], operation: str
) -> list[Outcome]:
    """Decide claimed comments, given by the token of their claim, in one step: one undo takes all back."""
    return [
        outcome
        for token, some in decisions.items()
        for outcome in looks.decide(desk, site, reviewer, token, some, operation)
    ]


def decide_waiting(
    desk: Desk, site: str, reviewer: str, queue: str, decisions: Sequence[Decision], operation: str
) -> list[Outcome]:
    """Decide comments that nobody holds yet, in one step; what a colleague holds or settled is `lost`."""
    ids = [decision.id for decision in decisions]
    claim = review.claim_these(desk, site, reviewer, queue, ids, f"claim {operation}")
    return review.decide(desk, site, reviewer, claim.token, decisions, operation)


def undo(desk: Desk, site: str, reviewer: str, operation: str) -> list[Outcome]:
    """Take a whole step back; none when nothing of it stands any more."""
    decided = desk.store.browse.decided(site, reviewer, MOST_AT_ONCE)
    ids = [kept.comment.id for kept, made_by in decided if made_by == operation]
    return looks.undo_all(desk, site, reviewer, ids, f"{operation} undone")


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
