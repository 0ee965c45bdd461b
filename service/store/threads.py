"""Which comments of the widget stand under which article. Comments that platforms send are in no thread."""

import time
from dataclasses import dataclass

from service.store.connection import Connection
from service.store.kept import STATES, paired
from service.store.names import Names
from service.store.recent import Recent
from service.values import State

LONGEST_THREAD = 5000
FRESH_SECONDS = 1.0
STALE_SECONDS = 60.0
MAX_THREADS = 500
UNKEPT_MS = 3_600_000  # a listed comment that is not kept after so long was erased, forgotten or never taken


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A place in a thread: when it was taken, which comment, how that stands."""

    at_ms: int
    comment_id: str
    state: State
    version: int


class Threads:
    """The threads of all sites. Every method raises StoreUnavailable or StoreFull.

    `keep_ms` is how long a thread is remembered after its last comment.
    """

    def __init__(self, connection: Connection, keep_ms: int) -> None:
        self._connection = connection
        self._keep_ms = keep_ms
        self._recent = Recent(
            self._load, fresh_seconds=FRESH_SECONDS, stale_seconds=STALE_SECONDS, max_entries=MAX_THREADS
        )

    def add(self, site: str, article: str, comment_id: str) -> None:
        """List a comment; call it before the comment is kept. The same again changes nothing."""
        key = Names(site).thread(article)
        self._connection.script("thread_add", [key], [comment_id, LONGEST_THREAD, self._keep_ms])

    def entries(self, site: str, article: str) -> tuple[Entry, ...]:
        """Return what is listed and kept, oldest first, at most one second old; the newest five thousand."""
        return self._recent.get((site, article))

    def forget_recent(self, site: str, article: str) -> None:
        """Read the thread anew next time: this process changed it."""
        self._recent.forget((site, article))

    def _load(self, place: tuple[str, str]) -> tuple[Entry, ...]:
        names = Names(place[0])
        key = names.thread(place[1])
        listed = [
            (one, int(at)) for one, at in paired(self._connection.run("ZRANGE", key, 0, -1, "WITHSCORES")).items()
        ]
        kept = self._connection.run_all([("HMGET", names.comment(one), "s", "v") for one, _ in listed])
        found = [
            Entry(at, one, STATES[state], int(version))
            for (one, at), (state, version) in zip(listed, kept, strict=True)
            if state
        ]
        self._prune(key, [one for (one, at), (state, _) in zip(listed, kept, strict=True) if _is_past(at, state)])
        return tuple(found)

    def _prune(self, key: str, ids: list[str]) -> None:
        if ids:
            self._connection.run("ZREM", key, *ids)


def _is_past(at_ms: int, state: str | None) -> bool:
    return state is None and time.time() * 1000 - at_ms > UNKEPT_MS
