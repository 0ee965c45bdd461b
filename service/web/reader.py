"""How much one reader may ask for: addresses are told apart by a keyed hash and never kept."""

import time
from collections.abc import Callable

from service.errors import TooManyRequests
from service.http.windows import Windows, read_rate
from service.store.seal import Seal

MAX_ADDRESSES = 20_000
PURPOSE = "address"


class Crowd:
    """Count what each address asks for.

    `rate` is for comments; what is `cheaper` may be asked for so many times as often.
    """

    def __init__(self, rate: str, seal: Seal, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = read_rate("PARLEY_WIDGET_RATE", rate, "10/minute")
        self._windows = Windows(self._rate.seconds, MAX_ADDRESSES, clock)
        self._seal = seal

    def count(self, what: str, address: str, cheaper: int = 1) -> None:
        """Count one request; raises `TooManyRequests` with the seconds until the next window."""
        passed = self._windows.count(self._seal.mark(PURPOSE, f"{what}/{address}"))
        if passed > self._rate.amount * cheaper:
            wait = self._windows.wait_seconds()
            raise TooManyRequests(f"That was a lot at once. Please wait {wait} seconds.", wait)
