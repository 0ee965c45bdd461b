"""The audit log as it happens: server-sent events, bounded in number and in time."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import orjson
from flask import Response

from service.api.answers import EventLine
from service.errors import TooManyStreams, Unavailable
from service.values import Event

EVENT_STREAM = "text/event-stream"
PAUSE_SECONDS = 1.0

Tail = Callable[[str, int], list[Event]]
Wanted = Callable[[Event], bool]


@dataclass(frozen=True, slots=True)
class Streams:
    """The live streams of one process: each holds a thread, so there are few and they end."""

    limit: int
    seconds: float = 120.0
    heartbeat_seconds: float = 10.0
    _open: list[int] = field(default_factory=lambda: [0])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, lines: Iterator[bytes]) -> Response:
        """Answer with `lines`; raises `TooManyStreams` when none is free."""
        with self._lock:
            if self._open[0] >= self.limit:
                raise TooManyStreams(f"This process serves {self.limit} live streams at a time.")
            self._open[0] += 1
        response = Response(lines, content_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
        response.call_on_close(self._close)
        return response

    def _close(self) -> None:
        with self._lock:
            self._open[0] -= 1

    def follow(self, tail: Tail, after: str, wanted: Wanted, is_welcome: Callable[[], bool]) -> Iterator[bytes]:
        """Yield events after `after` as they come, a comment line when none does, until time is up.

        Ends early when the key is no longer welcome. A store that is away is waited for.
        """
        ends = time.monotonic() + self.seconds
        yield b"retry: 2000\n\n"
        while time.monotonic() < ends and is_welcome():
            wait_seconds = min(self.heartbeat_seconds, max(ends - time.monotonic(), 0.001))
            try:
                found = tail(after, int(wait_seconds * 1000) or 1)
            except Unavailable:
                yield b": the store does not answer\n\n"
                time.sleep(min(PAUSE_SECONDS, wait_seconds))
                continue
            after = found[-1].id if found else after
            yield b"".join(_line(event) for event in found if wanted(event)) or b": still here\n\n"


def _line(event: Event) -> bytes:
    shown = orjson.dumps(EventLine.of(event), dict, orjson.OPT_UTC_Z)
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (event.id.encode(), event.type.encode(), shown)
