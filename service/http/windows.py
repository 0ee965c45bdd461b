"""Count in fixed windows of time.

`limits` reads the notation of a rate; its own memory storage starts a thread for nearly every request on a quiet server
(measured: 0.3 ms), so the counting is done here.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from limits import parse

from service.errors import SetupError


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds."""

    amount: int
    seconds: int


def read_rate(setting: str, written: str, example: str) -> Rate:
    """Read a rate such as `10/minute`; raises SetupError that names the setting and shows the example."""
    try:
        limit = parse(written)
    except ValueError as error:
        raise SetupError(f"{setting} is {written!r}; write it like {example}.") from error
    return Rate(limit.amount, limit.get_expiry())


class Windows:
    """Counts by name that begin anew every `seconds`; thread-safe.

    Of more than `most` names the one that was counted longest ago is forgotten.
    """

    def __init__(self, seconds: int, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # name → window, count in it
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._counts)

    def count(self, name: str) -> int:
        """Count one more and return how many that makes in this window."""
        window = self._window()
        with self._lock:
            began, before = self._counts.get(name, (window, 0))
            found = before + 1 if began == window else 1
            self._counts[name] = window, found
            self._counts.move_to_end(name)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return found

    def seen(self, name: str) -> int:
        """Return how many were counted in this window."""
        window = self._window()
        began, found = self._counts.get(name, (window, 0))
        return found if began == window else 0

    def wait_seconds(self) -> int:
        """Return the whole seconds after which the next window has begun."""
        return int((self._window() + 1) * self._seconds - self._clock()) + 1

    def _window(self) -> int:
        return int(self._clock() // self._seconds)
