"""Blind looks at what is settled: people's decisions and automatic verdicts, among the cards of an ordinary claim.

Whoever looks must not know that they do, or what was decided. So a look comes as a waiting comment would. One that
automation settled would be known by its scores; it comes blind, without score and reason, and so do some ordinary
ones, so that a blind card tells nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.errors import ClaimLost, Conflict, NotFound
from service.looks import Disagreement, InHand
from service.moderation import policy, review
from service.moderation.desk import Desk
from service.values import DEFAULT_QUEUE, Assessment, Choice, Claim, Decision, KeptComment, Outcome, State, Verdict

LOOK_SHARE = 0.1  # how likely a place in a claim goes to a look, if there is one
BLIND_SHARE = 0.1  # of ordinary cards: about as many as there are audits
PLACE_SHARE = 0.2  # how likely a look comes before the next card
FIRST_CLAIM = 2  # the version of a comment that was received and claimed
SETTLES = {Choice.APPROVE: State.APPROVED, Choice.REJECT: State.REJECTED, Choice.ESCALATE: State.WAITING}


def bring(desk: Desk, site: str, reviewer: str, places: int, token: str) -> int:
    """Give a few of the `places` of a claim in the first queue to looks; return how many, none where nothing waits.

    They go with the claim `token`; the same token again brings no more.
    """
    lots = desk.store.lots
    drawn = sum(lots.falls(LOOK_SHARE, "look", site, token, str(place)) for place in range(places))
    if not drawn:
        return 0
    own = sum(look.token == token for look in desk.store.looks.hand(site, reviewer))
    queue = next(queue for queue in review.queues(desk, site) if queue.name == DEFAULT_QUEUE)
    if own or queue.oldest_seconds is None:
        return own
    # One that came long before all that waits would be known by its age.
    since = datetime.now(UTC) - timedelta(seconds=queue.oldest_seconds)
    lease_ms = desk.settings.lease_seconds * review.MILLISECONDS
    return desk.store.looks.bring(site, reviewer, drawn, lease_ms, token, since)


def mixed(desk: Desk, site: str, reviewer: str, claims: Iterable[Claim]) -> list[Claim]:
    """Put the looks in a reviewer's hand among the comments they go with; what goes with nothing is a claim by itself.

    The order within a claim stays, and a look stays where it is while others are decided. Decide all by `decide`, and
    extend, release and undo by the functions here.
    """
    looks: dict[str, list[InHand]] = defaultdict(list)
    for look in desk.store.looks.hand(site, reviewer):
        looks[look.token].append(look)
    whole = [_mixed(desk, site, claim, looks.pop(claim.token, [])) for claim in claims]
    for token, some in looks.items():
        alone = Claim(token, DEFAULT_QUEUE, reviewer, min(look.until for look in some), ())
        whole.append(_mixed(desk, site, alone, some))
    return sorted(whole, key=lambda claim: claim.expires_at)


def take(desk: Desk, site: str, reviewer: str, limit: int) -> list[KeptComment]:
    """Return what `reviewer` has to look at, filled up to `limit`, each as if it waited and was just claimed."""
    found = desk.store.looks.take(site, reviewer, limit, desk.settings.lease_seconds * review.MILLISECONDS)
    until = datetime.now(UTC) + timedelta(seconds=desk.settings.lease_seconds)
    return [_as_claimed(kept, reviewer, kept.received_at, until) for kept in found]


def take_again(desk: Desk, site: str, reviewer: str, comment_id: str, token: str) -> bool:
    """Hand a look back whose answer was undone, to go with the claim `token`; false when it was none."""
    lease_ms = desk.settings.lease_seconds * review.MILLISECONDS
    return desk.store.looks.take_again(site, reviewer, comment_id, lease_ms, token)


def extend(desk: Desk, site: str, reviewer: str, token: str, lease_seconds: int | None = None) -> datetime:
    """Start the lease of a mixed claim anew and return its end; raises `ClaimLost` when nothing of it is left."""
    seconds = lease_seconds or desk.settings.lease_seconds
    ids = [look.kept.comment.id for look in desk.store.looks.hand(site, reviewer) if look.token == token]
    desk.store.looks.extend(site, reviewer, ids, seconds * review.MILLISECONDS)
    try:
        return review.extend(desk, site, reviewer, token, seconds).expires_at
    except ClaimLost:
        if not ids:
            raise
    return datetime.now(UTC) + timedelta(seconds=seconds)


def masked(desk: Desk, site: str, reviewer: str, comments: Iterable[KeptComment]) -> list[KeptComment]:
    """Return the comments, those that the reviewer has to look at as they are shown in the hand."""
    shown = {kept.comment.id: kept for claim in mixed(desk, site, reviewer, []) for kept in claim.comments}
    return [shown.get(kept.comment.id, kept) for kept in comments]


def is_blind(kept: KeptComment) -> bool:
    """Say whether a card is to be shown without score and reason, and cannot be explained, look or not."""
    return not (kept.assessment.scores or kept.assessment.reasons)


def check_not_blind(desk: Desk, site: str, reviewer: str, comment_id: str) -> None:
    """Raise `Conflict` for a comment that lies blind in the reviewer's hand: nothing may sway the answer."""
    held = mixed(desk, site, reviewer, desk.store.browse.hand(site, reviewer))
    if any(is_blind(kept) for claim in held for kept in claim.comments if kept.comment.id == comment_id):
        raise Conflict("This comment is shown without its scores, so that they cannot sway you. Decide it first.")


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


def undo_all(desk: Desk, site: str, reviewer: str, ids: Sequence[str], operation: str) -> list[Outcome]:
    """Take own decisions and answers back in one step; each outcome stands for itself."""
    window_ms = desk.settings.undo_seconds * review.MILLISECONDS
    outcomes = desk.store.looks.undo_all(site, ids, reviewer, operation, window_ms)
    left = [outcome.id for outcome in outcomes if outcome.outcome == "lost"]
    decided = desk.store.queues.undo_all(site, left, reviewer, operation, window_ms)
    instead = {outcome.id: outcome for outcome in decided}
    return [instead.get(outcome.id, outcome) for outcome in outcomes]


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


def _mixed(desk: Desk, site: str, claim: Claim, looks: Sequence[InHand]) -> Claim:
    """Return a claim with its looks, and with some of its comments blind."""
    if claim.queue != DEFAULT_QUEUE:
        return claim
    lots, share = desk.store.lots, BLIND_SHARE if policy.current(desk, site).looks.audits else 0.0
    shown = [blinded(kept) if lots.falls(share, "blind", site, kept.comment.id) else kept for kept in claim.comments]
    for look in looks:
        one = look.kept.comment.id
        falls = (lots.falls(PLACE_SHARE, "place", site, one, kept.comment.id) for kept in shown)
        place = next((place for place, fell in enumerate(falls) if fell), len(shown))
        shown.insert(place, _as_claimed(look.kept, claim.reviewer, look.since, claim.expires_at))
    return replace(claim, comments=tuple(shown))


def _as_claimed(kept: KeptComment, reviewer: str, since: datetime, until: datetime) -> KeptComment:
    shown = kept if kept.assessment.verdict is Verdict.REVIEW else blinded(kept)
    return replace(
        shown,
        received_at=max(kept.received_at, since),
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
