"""What happened on a site, as its admins ask for it: newest first, a page at a time, or all of it as a table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from service.moderation.desk import Desk
from service.values import Event

PER_PAGE = 50
PER_READ = 500
MOST_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines of the log are asked for; what is empty asks for all. `before` is the id to go on from."""

    type: str = ""
    by: str = ""
    comment: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the log, newest first, and the id before which the next page begins; None at the end."""

    events: tuple[Event, ...]
    before: str | None


def lines(desk: Desk, site: str, asked: Question, limit: int = PER_PAGE) -> Lines:
    """Return up to `limit` lines. It looks at 5,000 lines at most, so a page may be short and still have a next."""
    if asked.comment and asked.before is None and not _narrows(asked):
        told = desk.store.events.of_comment(site, asked.comment)
        if told:
            return Lines(tuple(reversed(told)), None)
    found, before = desk.store.events.newest(
        site,
        asked.before,
        limit,
        (asked.type,) if asked.type else (),
        asked.comment or None,
        asked.by or None,
        asked.since,
        asked.until,
    )
    return Lines(tuple(found), before)


def every(desk: Desk, site: str, asked: Question) -> Iterator[Event]:
    """Yield the newest fifty thousand lines that match, newest first."""
    left = MOST_LINES
    while left > 0:
        found = lines(desk, site, asked, min(PER_READ, left))
        yield from found.events
        left -= len(found.events)
        if found.before is None:
            return
        asked = replace(asked, before=found.before)


def _narrows(asked: Question) -> bool:
    return bool(asked.type or asked.by or asked.since or asked.until)
