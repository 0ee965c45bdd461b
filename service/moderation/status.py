"""The author's own link: how a comment stands, why, and one objection. It needs no account and reaches nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.errors import Conflict, NotFound
from service.moderation import feedback
from service.moderation.desk import Desk
from service.moderation.policy import DEFAULT_POLICY
from service.moderation.statement import Statement, state_reasons, was_appealed
from service.settings import Settings
from service.store.connect import Store
from service.values import APPEALS_QUEUE, Event, KeptComment, Outcome, Policy, State

PURPOSE = "status"
AUTHOR = "author"  # who objects, in the audit log
MAX_TOKEN_CHARS = 256


class Standing(StrEnum):
    """What an author is told of a comment."""

    WAITING = "waiting"
    OBJECTED = "objected"
    PUBLISHED = "published"
    DECLINED = "declined"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Status:
    """How a comment stands for its author. `comment` is None when nothing of it is kept any more."""

    site: str
    site_title: str
    comment_id: str
    standing: Standing
    comment: KeptComment | None = None
    statement: Statement | None = None
    may_appeal: bool = False


def token_of(store: Store, site: str, comment_id: str) -> str:
    """Return the last part of the status link. It opens this comment alone, as long as the secret stays."""
    return f"{store.seal.mark(PURPOSE, f'{site}/{comment_id}')}.{site}.{comment_id}"


def link(store: Store, settings: Settings, site: str, comment_id: str) -> str:
    """Return the status link; relative to Parley's own address unless PARLEY_PUBLIC_URL is set."""
    return f"{(settings.public_url or '').rstrip('/')}/status/{token_of(store, site, comment_id)}"


def read(desk: Desk, token: str) -> Status:
    """Return what the link shows; raises `NotFound` for a token that was not made here."""
    site, comment_id = opened(desk, token)
    found = desk.store.sites.get(site)
    title = (found and found.title) or site
    kept = desk.store.comments.get(site, comment_id)
    if kept is None:
        return Status(site, title, comment_id, Standing.GONE)
    events = desk.store.events.of_comment(site, comment_id)
    statement = statement_of(desk.store, desk.settings, site, kept, events)
    may_appeal = kept.state is State.REJECTED and not was_appealed(events)
    return Status(site, title, comment_id, _standing(kept), kept, statement, may_appeal)


def appeal(desk: Desk, token: str, note: str) -> Outcome:
    """Send a declined comment back to review, once; raises `Conflict` when that is not possible (any more)."""
    status = read(desk, token)
    if status.standing is Standing.OBJECTED:  # sent twice
        return Outcome(status.comment_id, "repeated")
    if not status.may_appeal:
        raise Conflict("An objection is possible once, while the comment is declined.")
    return feedback.appeal(desk, status.site, status.comment_id, note, AUTHOR)


def opened(desk: Desk, token: str) -> tuple[str, str]:
    """Return site and comment that the token names; raises `NotFound` unless its mark is true."""
    mark, _, rest = token.partition(".")
    site, _, comment_id = rest.partition(".")
    known = len(token) <= MAX_TOKEN_CHARS and token.isascii() and site and comment_id
    if not known or not desk.store.seal.fits(mark, PURPOSE, f"{site}/{comment_id}"):
        raise NotFound("This link is not complete, or not one of ours.")
    return site, comment_id


def statement_of(
    store: Store, settings: Settings, site: str, kept: KeptComment, events: Sequence[Event] | None = None
) -> Statement | None:
    """Return why a comment is declined; None when it is not. `events` are the comment's, read here unless given."""
    if kept.state is not State.REJECTED:
        return None
    comment_id = kept.comment.id
    story = store.events.of_comment(site, comment_id) if events is None else events
    judge = _judge(store, site, kept.assessment.policy)
    return state_reasons(site, kept, story, judge, link(store, settings, site, comment_id))


def _judge(store: Store, site: str, version: int) -> Policy | None:
    """Return the policy that judged, mostly the one in force."""
    in_force = store.policies.current(site) or DEFAULT_POLICY
    if in_force.version == version:
        return in_force
    return store.policies.get(site, version) if version else DEFAULT_POLICY


def _standing(kept: KeptComment) -> Standing:
    if kept.state is State.APPROVED:
        return Standing.PUBLISHED
    if kept.state is State.REJECTED:
        return Standing.DECLINED
    return Standing.OBJECTED if kept.queue == APPEALS_QUEUE else Standing.WAITING
