"""The audit log: one stream per site, of ids and types, never of text."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from service.store.connection import LONGEST_BLOCK_MS, Connection
from service.store.encoding import pack_detail, unpack_detail
from service.store.kept import moment
from service.store.names import Names
from service.values import Event

LINES_AT_ONCE = 500
LINES_PER_READ = 5_000  # however few of them match
BEGINNING = "0-0"


class Events:
    """Read and write the log. Every method raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(
        self,
        site: str,
        after: str | None = None,
        limit: int = 100,
        types: Collection[str] = (),
        comment: str | None = None,
        by: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[list[Event], str | None]:
        """Return matching events, oldest first, and the id to continue after, or None at the end.

        One call looks at 5,000 lines at most, so it may return few or none and still have an id to continue after.
        """
        found: list[Event] = []
        for seen, event in enumerate(self._lines(site, after, since, until), 1):
            if _matches(event, types, comment, by):
                found.append(event)
            if len(found) == limit or seen == LINES_PER_READ:
                return found, event.id
        return found, None

    def _lines(self, site: str, after: str | None, since: datetime | None, until: datetime | None) -> Iterator[Event]:
        first = f"({after}" if after else "-"
        if since and (not after or int(after.partition("-")[0]) < _ms(since)):
            first = str(_ms(since))
        last = str(_ms(until)) if until else "+"
        while rows := self._connection.run("XRANGE", Names(site).events, first, last, "COUNT", LINES_AT_ONCE):
            yield from map(_event, rows)
            first = f"({rows[-1][0]}"
            if len(rows) < LINES_AT_ONCE:
                return

    def newest(
        self,
        site: str,
        before: str | None = None,
        limit: int = 100,
        types: Collection[str] = (),
        comment: str | None = None,
        by: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[list[Event], str | None]:
        """Return matching events, newest first, and the id to continue before, or None at the beginning.

        Bounded as `read` is.
        """
        found: list[Event] = []
        for seen, event in enumerate(self._lines_back(site, before, since, until), 1):
            if _matches(event, types, comment, by):
                found.append(event)
            if len(found) == limit or seen == LINES_PER_READ:
                return found, event.id
        return found, None

    def _lines_back(
        self, site: str, before: str | None, since: datetime | None, until: datetime | None
    ) -> Iterator[Event]:
        last = str(_ms(until)) if until else "+"
        if before and (not until or int(before.partition("-")[0]) <= _ms(until)):
            last = f"({before}"
        first = str(_ms(since)) if since else "-"
        while rows := self._connection.run("XREVRANGE", Names(site).events, last, first, "COUNT", LINES_AT_ONCE):
            yield from map(_event, rows)
            last = f"({rows[-1][0]}"
            if len(rows) < LINES_AT_ONCE:
                return

    def latest_id(self, site: str) -> str:
        """Return the id after which only later events come."""
        rows = self._connection.run("XREVRANGE", Names(site).events, "+", "-", "COUNT", 1)
        return str(rows[0][0]) if rows else BEGINNING

    def tail(self, site: str, after: str, block_ms: int) -> list[Event]:
        """Return events after `after`; wait up to `block_ms` (15 s at most) when there are none yet."""
        stream = Names(site).events
        wait = max(1, min(block_ms, LONGEST_BLOCK_MS))
        command = ("XREAD", "COUNT", LINES_AT_ONCE, "BLOCK", wait, "STREAMS", stream, after)
        streams = self._connection.listen(command, stream)
        return [_event(row) for _, rows in streams or [] for row in rows]

    def of_comment(self, site: str, comment_id: str) -> list[Event]:
        """Return a comment's events, oldest first; of very many the last hundred or so. The log itself is not read."""
        return self.of_comments(site, [comment_id])[0]

    def of_comments(self, site: str, comment_ids: Sequence[str]) -> list[list[Event]]:
        """Return the events of each comment in two round trips, in the order of the ids."""
        names = Names(site)
        noted = self._connection.run_all([("HGET", names.comment(one), "e") for one in comment_ids])
        ids = [(lines or "").split() for lines in noted]
        rows = iter(self._connection.run_all([("XRANGE", names.events, one, one) for group in ids for one in group]))
        return [[_event(found[0]) for found in (next(rows) for _ in group) if found] for group in ids]

    def append(
        self,
        site: str,
        type: str,  # noqa: A002 - the log's own word
        by: str | None = None,
        comment: str | None = None,
        **detail: object,
    ) -> Event:
        """Write a line that changes no comment's state."""
        names = Names(site)
        keys = [names.events, names.comment(comment)] if comment else [names.events]
        line = self._connection.script("append", keys, [type, comment or "", by or "", pack_detail(detail)])
        return Event(line, type, _at(line), comment, by, detail=detail)

    def trim(self, site: str, older_than_ms: int) -> None:
        """Forget lines older than `older_than_ms` of age, roughly: never a younger one."""
        self._connection.run("XTRIM", Names(site).events, "MINID", "~", int(time.time() * 1000) - older_than_ms)


def _matches(event: Event, types: Collection[str], comment: str | None, by: str | None) -> bool:
    if types and event.type not in types:
        return False
    return (comment is None or event.comment == comment) and (by is None or event.by == by)


def _event(row: tuple[str, Mapping[str, str]] | Sequence[Any]) -> Event:
    line, fields = row
    return Event(
        id=line,
        type=fields["e"],
        at=_at(line),
        comment=fields["id"] or None,
        by=fields["by"] or None,
        version=int(fields["v"]) if fields["v"] else None,
        detail=unpack_detail(fields["x"]),
    )


def _at(line: str) -> datetime:
    return moment(line.partition("-")[0])


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
