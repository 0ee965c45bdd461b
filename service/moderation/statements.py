"""The statements of reasons of a time: for the author's platform, for a report, for the Commission's database."""

from collections.abc import Iterator
from datetime import datetime

from service.errors import NotFound
from service.moderation import record
from service.moderation.desk import Desk
from service.moderation.statement import SETTLING, Statement, rejects
from service.moderation.status import statement_of
from service.values import Event

LINES_AT_ONCE = 500
READS_PER_PAGE = 10


def find(desk: Desk, site: str, comment_id: str) -> Statement:
    """Return why a comment is declined; raises `NotFound` when it is not, or there is none."""
    statement = statement_of(desk.store, desk.settings, site, record.find(desk, site, comment_id))
    if statement is None:
        raise NotFound(f"Comment {comment_id!r} is not declined, so there is nothing to state.")
    return statement


def page(
    desk: Desk, site: str, since: datetime | None, until: datetime | None, after: str | None, limit: int
) -> tuple[list[Statement], str | None]:
    """Return the rejections made in that time that still stand, oldest first, and where to go on, or None at the end.

    A rejection that was taken back, or whose comment is no longer kept, has none. A page may hold few or none and still
    say where to go on.
    """
    rejections, following = _rejections(desk, site, since, until, after, limit)
    return _statements(desk, site, rejections), following


def every(desk: Desk, site: str, since: datetime | None, until: datetime | None) -> Iterator[Statement]:
    """Yield all of them."""
    after: str | None = None
    while True:
        found, after = page(desk, site, since, until, after, LINES_AT_ONCE)
        yield from found
        if after is None:
            return


def _rejections(
    desk: Desk, site: str, since: datetime | None, until: datetime | None, after: str | None, limit: int
) -> tuple[list[Event], str | None]:
    found: list[Event] = []
    for _ in range(READS_PER_PAGE):
        events, after = desk.store.events.read(site, after, LINES_AT_ONCE, SETTLING, since=since, until=until)
        for event in filter(rejects, events):
            found.append(event)
            if len(found) == limit:
                return found, event.id
        if after is None:
            break
    return found, after


def _statements(desk: Desk, site: str, rejections: list[Event]) -> list[Statement]:
    ids = [event.comment or "" for event in rejections]
    found = zip(desk.store.comments.several(site, ids), rejections, strict=True)
    # Every change of state raises the version, so the rejection stands if the comment still has that one.
    standing = [kept for kept, event in found if kept and kept.version == event.version]
    stories = desk.store.events.of_comments(site, [kept.comment.id for kept in standing])
    told = zip(standing, stories, strict=True)
    made = [statement_of(desk.store, desk.settings, site, kept, events) for kept, events in told]
    return [statement for statement in made if statement]
