"""The audit log: by page, or as it happens."""

import re
from datetime import UTC, datetime

from flask import Response, request

from service.api.answers import EventLine, Events
from service.api.bodies import EventsQuery
from service.api.fields import EVENT_ID_PATTERN
from service.api.gate import bearer
from service.api.operation import Area, Call, answer, wants_stream
from service.api.stream import EVENT_STREAM
from service.errors import BadInput, NotAuthenticated, TooManyStreams
from service.values import Event, Scope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_EVENT_ID = "Last-Event-ID"
area = Area("Events", "The audit log: ids, people and reasons, never text.")


@area.operation(
    "GET",
    "/v1/events",
    scopes=(Scope.REVIEW, Scope.ADMIN),
    query=EventsQuery,
    answers={200: Events},
    headers=(LAST_EVENT_ID,),
    problems=(TooManyStreams,),
    streams=True,
)
def read_events(call: Call, query: EventsQuery) -> Response:
    """Read the audit log, oldest first.

    With `Accept: text/event-stream` the answer stays open and sends events as they happen. It ends after two minutes;
    a client that reconnects with `Last-Event-ID` misses nothing. Without that header or `after` it begins now.
    """
    last_seen = _last_event_id()
    if wants_stream():
        return Response(content_type=EVENT_STREAM) if request.method == "HEAD" else _live(call, query, last_seen)
    since, until = in_log(query.since), in_log(query.until)
    found, next_id = call.desk.store.events.read(
        call.site, query.after, query.limit, query.type, query.comment, query.by, since, until
    )
    return answer(Events([*map(EventLine.of, found)], next_id))


def _live(call: Call, query: EventsQuery, last_seen: str | None) -> Response:
    events, site, gate, streams = call.desk.store.events, call.site, call.api.gate, call.api.streams
    plaintext = bearer()

    def is_welcome() -> bool:
        try:
            gate.known(plaintext)
        except NotAuthenticated:
            return False
        return True

    def wanted(event: Event) -> bool:
        return _matches(query, event)

    after = last_seen or query.after or events.latest_id(site)
    return streams.open(
        streams.follow(lambda last, block_ms: events.tail(site, last, block_ms), after, wanted, is_welcome)
    )


def _last_event_id() -> str | None:
    last = request.headers.get(LAST_EVENT_ID)
    if last is not None and not re.fullmatch(EVENT_ID_PATTERN, last):
        raise BadInput("`Last-Event-ID` is not the id of an event.")
    return last


def in_log(moment: datetime | None) -> datetime | None:
    """Return the moment, not before any log began: ids of events count from 1970."""
    return max(moment, EPOCH) if moment else None


def _matches(query: EventsQuery, event: Event) -> bool:
    return (
        (not query.type or event.type in query.type)
        and query.comment in (None, event.comment)
        and query.by in (None, event.by)
        and (query.since is None or event.at >= query.since)
        and (query.until is None or event.at <= query.until)
    )
