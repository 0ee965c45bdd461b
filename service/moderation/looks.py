"""Blind looks at what is settled: people's decisions and automatic verdicts, among the cards of an ordinary claim.

Whoever looks must not know that they do, or what was decided. So a look comes as a waiting comment would. One that
automation settled would be known by its scores; it comes blind, without score and reason, and so do some ordinary
ones, so that a blind card tells nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.errors import Conflict, NotFound
from service.looks import Disagreement
from service.moderation import review
from service.moderation.desk import Desk
from service.values import DEFAULT_QUEUE, Assessment, Choice, Decision, KeptComment, Outcome, State, Verdict

CARDS_PER_LOOK = 10
BLIND_SHARE = 0.1  # of ordinary cards: about as many as there are audits
PLACE_SHARE = 0.2  # how likely a look comes before the next card
FIRST_CLAIM = 2  # the version of a comment that was received and claimed
SETTLES = {Choice.APPROVE: State.APPROVED, Choice.REJECT: State.REJECTED, Choice.ESCALATE: State.WAITING}


def mix(desk: Desk, site: str, reviewer: str, waiting: Sequence[KeptComment]) -> list[KeptComment]:
    """Put looks among the comments of a reviewer's claim in the first queue: one for ten, and at least one.

    The order of the claim stays, and a look stays where it is while others are decided. Calling it again takes no more
    and renews the lease of the looks. Decide all of them by `decide`, undo by `undo`, give back by `release` as well.
    """
    looks = take(desk, site, reviewer, max(1, len(waiting) // CARDS_PER_LOOK))
    lots, oldest = desk.store.lots, min((kept.received_at for kept in waiting), default=None)
    cards = [blinded(kept) if lots.falls(BLIND_SHARE, "blind", site, kept.comment.id) else kept for kept in waiting]
    for look in looks:
        one = look.comment.id
        falls = (lots.falls(PLACE_SHARE, "place", site, one, kept.comment.id) for kept in cards)
        place = next((place for place, fell in enumerate(falls) if fell), len(cards))
        # One that came long before all others would be known by its age.
        cards.insert(place, replace(look, received_at=max(look.received_at, oldest or look.received_at)))
    return cards


def take(desk: Desk, site: str, reviewer: str, limit: int) -> list[KeptComment]:
    """Return what `reviewer` has to look at, filled up to `limit`, each as if it waited and was just claimed."""
    lease_seconds = desk.settings.lease_seconds
    found = desk.store.looks.take(site, reviewer, limit, lease_seconds * review.MILLISECONDS)
    until = datetime.now(UTC) + timedelta(seconds=lease_seconds)
    return [_as_claimed(kept, reviewer, until) for kept in found]


def is_blind(kept: KeptComment) -> bool:
    """Say whether a card is to be shown without score and reason, and cannot be explained, look or not."""
    return not (kept.assessment.scores or kept.assessment.reasons)


def blinded(kept: KeptComment) -> KeptComment:
    """Return the comment without what was thought of it."""
    found = kept.assessment
    return replace(kept, assessment=Assessment(Verdict.REVIEW, {}, (), found.model, found.policy))


def release(desk: Desk, site: str, reviewer: str, ids: Sequence[str] | None = None, skip: bool = False) -> int:
    """Give looks back, all in hand unless `ids` says which; with `skip` not to be offered again for an hour."""
    return desk.store.looks.release(site, reviewer, ids, skip)


def decide(
    desk: Desk, site: str, reviewer: str, token: str, decisions: Sequence[Decision], operation: str | None = None
) -> list[Outcome]:
    """Decide cards of a mixed claim; an outcome does not tell which were looks."""
    outcomes = review.decide(desk, site, reviewer, token, decisions, operation)
    left = [one for one, outcome in zip(decisions, outcomes, strict=True) if outcome.outcome == "lost"]
    if not left:
        return outcomes
    answers = answer(desk, site, reviewer, left, operation)
    said = {one.id: _as_decided(found, one.decision, reviewer) for one, found in zip(left, answers, strict=True)}
    return [said.get(outcome.id) or outcome for outcome in outcomes]


def answer(
    desk: Desk, site: str, reviewer: str, decisions: Sequence[Decision], operation: str | None = None
) -> list[Outcome]:
    """Answer looks in hand. An automatic verdict that is contradicted is corrected; on a person's a lead decides."""
    delay_ms = int(desk.settings.delivery_delay_seconds * review.MILLISECONDS)
    once = review.once(site, reviewer, operation)
    return desk.store.looks.answer(site, reviewer, decisions, once, delay_ms)


def undo(
    desk: Desk, site: str, reviewer: str, comment_id: str, operation: str | None = None, anyone: bool = False
) -> Outcome:
    """Take back one's answer to a look, or else a decision as `review.undo` does."""
    once, window_ms = review.once(site, reviewer, operation), desk.settings.undo_seconds * review.MILLISECONDS
    outcome = desk.store.looks.undo(site, comment_id, reviewer, once, window_ms)
    if outcome.outcome == "too_late":
        raise Conflict(review.WHY_NOT_UNDONE["too_late"])
    if outcome.outcome in {"done", "repeated"}:
        return replace(outcome, state=State.WAITING, by=None)
    return review.undo(desk, site, reviewer, comment_id, operation, anyone)


def disagreements(desk: Desk, site: str, limit: int = 50) -> list[Disagreement]:
    """List what a lead must settle, oldest first: two people who differ, and doubt about automation."""
    return desk.store.looks.disagreements(site, limit)


def settle(desk: Desk, site: str, lead: str, decision: Decision, operation: str | None = None) -> Outcome:
    """Have the last word on a disagreement, approve or reject.

    Raises `NotFound` for an unknown comment and `Conflict` when there is nothing (more) to settle.
    """
    if decision.decision is Choice.ESCALATE:
        raise Conflict("A last word is approve or reject.")
    delay_ms = int(desk.settings.delivery_delay_seconds * review.MILLISECONDS)
    outcome = desk.store.looks.settle(site, lead, decision, review.once(site, lead, operation), delay_ms)
    if outcome.outcome == "not_found":
        raise NotFound(f"There is no comment {decision.id!r}.")
    if outcome.outcome == "lost":
        raise Conflict("There is no disagreement on this comment (any more).")
    return outcome


def _as_claimed(kept: KeptComment, reviewer: str, until: datetime) -> KeptComment:
    shown = kept if kept.assessment.verdict is Verdict.REVIEW else blinded(kept)
    return replace(
        shown,
        state=State.CLAIMED,
        version=FIRST_CLAIM,
        queue=DEFAULT_QUEUE,
        claimed_by=reviewer,
        claimed_until=until,
        decided=None,
        escalation_note=None,
        appeal_note=None,
    )


def _as_decided(outcome: Outcome, choice: Choice, reviewer: str) -> Outcome | None:
    """Return the outcome that a decision would have had; None when it was no look."""
    if outcome.outcome not in {"done", "repeated"}:
        return None
    return replace(outcome, state=SETTLES[choice], by=reviewer)
