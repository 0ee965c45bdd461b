"""How much one reader may ask for: addresses are told apart by a keyed hash and never kept."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from limits import parse

from service.errors import SetupError, TooManyRequests
from service.store.seal import Seal

MAX_ADDRESSES = 20_000
PURPOSE = "address"


class Crowd:
    """Count what each address asks for in fixed windows; of more than twenty thousand the oldest are forgotten.

    `rate` is for comments; what is `cheaper` may be asked for so many times as often.
    """

    def __init__(self, rate: str, seal: Seal, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            limit = parse(rate)
        except ValueError as error:
            raise SetupError(f"PARLEY_WIDGET_RATE is {rate!r}; write it like 10/minute.") from error
        self._allowed = limit.amount
        self._seconds = limit.get_expiry()
        self._seal = seal
        self._clock = clock
        self._windows: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, what: str, address: str, cheaper: int = 1) -> None:
        """Count one request; raises `TooManyRequests` with the seconds until the next window."""
        key = self._seal.mark(PURPOSE, f"{what}/{address}")
        now = self._clock()
        window = int(now // self._seconds)
        with self._lock:
            began, passed = self._windows.pop(key, (window, 0))
            passed = passed + 1 if began == window else 1
            self._windows[key] = window, passed
            while len(self._windows) > MAX_ADDRESSES:
                self._windows.popitem(last=False)
        if passed > self._allowed * cheaper:
            wait = int((window + 1) * self._seconds - now) + 1
            raise TooManyRequests(f"That was a lot at once. Please wait {wait} seconds.", wait)
