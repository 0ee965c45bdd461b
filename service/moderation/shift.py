"""A reviewer's own work: what was decided lately and today, all of one step taken back at once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from service.moderation import record, review
from service.moderation.cards import is_severe
from service.moderation.desk import Desk
from service.values import DEFAULT_QUEUE, Choice, Claim, Decision, KeptComment, Outcome, State

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
        for outcome in review.decide(desk, site, reviewer, token, some, operation)
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
    window_ms = desk.settings.undo_seconds * review.MILLISECONDS
    return desk.store.queues.undo_all(site, ids, reviewer, f"{operation} undone", window_ms)


def take_back(desk: Desk, site: str, reviewer: str, comment_id: str) -> Claim:
    """Claim a comment whose decision was undone, so that it lies in front of its reviewer again."""
    queue = record.find(desk, site, comment_id).queue or DEFAULT_QUEUE
    return review.claim_these(desk, site, reviewer, queue, [comment_id], secrets.token_urlsafe(12))


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
