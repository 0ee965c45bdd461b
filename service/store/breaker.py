"""Stop asking a server that does not answer, so that callers fail at once instead of queueing."""

import threading
import time
from collections.abc import Callable

from service.errors import StoreUnavailable

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 2.0
LONG_WAIT_SECONDS = 0.5
SAME_REQUEST_SECONDS = 0.25


class Breaker:
    """Open after five failures in a row; after two seconds let one call through to see.

    A thread that just waited long in vain is refused at once: one request makes several calls and has two seconds.
    Safe to share between threads of one process.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_to = 0.0
        self._thread = threading.local()

    def enter(self) -> None:
        """Pass, or raise StoreUnavailable while open. The first caller after the pause passes as a probe."""
        if self._clock() < getattr(self._thread, "refused_to", 0.0):
            raise StoreUnavailable("The store did not answer a moment ago")
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return
            now = self._clock()
            if now < self._closed_to:
                raise StoreUnavailable("The store did not answer the last calls; trying again soon")
            self._closed_to = now + OPEN_SECONDS

    def succeeded(self) -> None:
        """Close again."""
        if self._failures:
            with self._lock:
                self._failures = 0

    def failed(self, after_seconds: float = 0.0) -> None:
        """Count one failure, which came `after_seconds`; open at the fifth in a row."""
        if after_seconds >= LONG_WAIT_SECONDS:
            self._thread.refused_to = self._clock() + SAME_REQUEST_SECONDS
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._closed_to = self._clock() + OPEN_SECONDS
