"""A person decides: claim comments, decide them, change one's mind."""

import secrets
from collections.abc import Sequence
from hashlib import blake2b

from service.errors import ClaimLost, Conflict, NotFound
from service.moderation import policy
from service.moderation.desk import Desk
from service.people import Role
from service.values import DEFAULT_QUEUE, ESCALATED_QUEUE, QUEUES, Claim, Decision, Outcome, QueueCount

MILLISECONDS = 1000


def queues(desk: Desk, site: str) -> list[QueueCount]:
    """Count what waits and what is claimed in each queue of `site`."""
    return desk.store.queues.counts(site)


def claim(
    desk: Desk,
    site: str,
    reviewer: str,
    queue: str | None = None,
    limit: int = 10,
    lease_seconds: int | None = None,
    operation: str | None = None,
) -> Claim:
    """Lease up to `limit` comments to `reviewer`; the same `operation` again gives the same claim."""
    name = queue or DEFAULT_QUEUE
    if name not in QUEUES:
        raise NotFound(f"There is no queue {name!r}; the queues are {', '.join(QUEUES)}.")
    token = _derived(site, reviewer, operation) if operation else secrets.token_urlsafe(16)
    return desk.store.queues.claim(
        site, name, reviewer, limit, _lease_ms(desk, lease_seconds), token, desk.settings.max_claimed
    )


def claim_these(desk: Desk, site: str, reviewer: str, queue: str, ids: Sequence[str], operation: str) -> Claim:
    """Lease those of `ids` that wait in `queue`; the same `operation` again gives the same claim."""
    token = _derived(site, reviewer, operation)
    return desk.store.queues.claim_these(
        site, queue, reviewer, ids, _lease_ms(desk, None), token, desk.settings.max_claimed
    )


def extend(desk: Desk, site: str, reviewer: str, token: str, lease_seconds: int | None = None) -> Claim:
    """Start the lease anew; raises `ClaimLost` when nothing of the claim is left."""
    extended = desk.store.queues.extend(site, token, reviewer, _lease_ms(desk, lease_seconds))
    if extended is None:
        raise ClaimLost("This claim has ended; claim again.")
    return extended


def release(
    desk: Desk, site: str, reviewer: str, token: str, ids: Sequence[str] | None = None, skip: bool = False
) -> int:
    """Give comments back, all of the claim unless `ids` says which; returns how many went back.

    With `skip` they are not offered to this reviewer again for an hour.
    """
    return desk.store.queues.release(site, token, reviewer, ids, skip)


def decide(
    desk: Desk, site: str, reviewer: str, token: str, decisions: Sequence[Decision], operation: str | None = None
) -> list[Outcome]:
    """Decide claimed comments; each outcome stands for itself and the same `operation` takes effect once."""
    delay_ms = int(desk.settings.delivery_delay_seconds * MILLISECONDS)
    share = policy.current(desk, site).looks.decisions
    return desk.store.queues.decide(site, token, reviewer, decisions, once(site, reviewer, operation), delay_ms, share)


def undo(
    desk: Desk, site: str, reviewer: str, comment_id: str, operation: str | None = None, anyone: bool = False
) -> Outcome:
    """Take a decision back: the comment waits again. With `anyone`, whoever made it and whenever."""
    window_ms = desk.settings.undo_seconds * MILLISECONDS
    whose, named = None if anyone else reviewer, once(site, reviewer, operation)
    outcome = desk.store.queues.undo(site, comment_id, whose, named, window_ms, by=reviewer)
    if outcome.outcome == "not_found":
        raise NotFound(f"There is no comment {comment_id!r}.")
    if outcome.outcome not in {"done", "repeated"}:
        raise Conflict(WHY_NOT_UNDONE.get(outcome.outcome, WHY_NOT_UNDONE["lost"]))
    return outcome


WHY_NOT_UNDONE = {
    "lost": "No decision of a person stands on this comment.",
    "not_yours": "Somebody else made this decision.",
    "too_late": "This decision is too old to be undone by the one who made it; an admin's key can.",
}


def may_decide(role: Role, queue: str) -> bool:
    """Say whether a person of this role may decide in `queue`: what was escalated is for leads and admins."""
    return queue != ESCALATED_QUEUE or role.covers(Role.LEAD)


def once(site: str, reviewer: str, operation: str | None) -> str:
    """Name an operation, so that it takes effect once when a client that named it repeats it."""
    return _derived(site, reviewer, operation) if operation else secrets.token_urlsafe(12)


def _lease_ms(desk: Desk, lease_seconds: int | None) -> int:
    return (lease_seconds or desk.settings.lease_seconds) * MILLISECONDS


def _derived(*parts: str) -> str:
    """Make the token that a repeated request arrives at again."""
    return blake2b("\x00".join(parts).encode(), digest_size=16).hexdigest()
