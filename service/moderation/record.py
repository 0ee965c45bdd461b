"""What is known of one comment, from intake to delivery."""

from dataclasses import dataclass

from service.errors import NotFound
from service.moderation.desk import Desk
from service.values import EarlierVersion, Event, KeptComment


@dataclass(frozen=True, slots=True)
class Trace:
    """A comment as it is, every event of its life, oldest first, and what it said before it was edited."""

    comment: KeptComment
    events: list[Event]
    earlier: list[EarlierVersion]


def find(desk: Desk, site: str, comment_id: str) -> KeptComment:
    """Return the comment; raises `NotFound` when this site has none of that id."""
    kept = desk.store.comments.get(site, comment_id)
    if kept is None:
        raise NotFound(f"There is no comment {comment_id!r}.")
    return kept


def trace(desk: Desk, site: str, comment_id: str) -> Trace:
    """Return the whole story of a comment."""
    kept = find(desk, site, comment_id)
    events = desk.store.events.of_comment(site, comment_id)
    return Trace(kept, events, desk.store.comments.earlier(site, comment_id))
