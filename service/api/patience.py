"""How many wrong keys an address may try: a guesser gets few guesses, and its neighbours keep working."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from service.errors import TooManyRequests
from service.http.windows import Windows

MAX_WRONG = 60
WINDOW_SECONDS = 60
MAX_ADDRESSES = 10_000
MAX_GOOD = 10_000


class Patience:
    """Count wrong keys by address, in bounded memory; thread-safe.

    An address that tried `MAX_WRONG` wrong keys within a minute is refused unheard until the minute ends, so whether a
    further guess was right stays untold. A key that was good from this address before still passes: behind one proxy
    all clients share an address, and one of them must not lock out the others.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._wrong = Windows(WINDOW_SECONDS, MAX_ADDRESSES, clock)
        self._good: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._lock = threading.Lock()

    def demand(self, address: str, plaintext: str) -> None:
        """Raise `TooManyRequests` when the address tried too many wrong keys, unless this one was good before."""
        if not len(self._wrong) or (address, hash(plaintext)) in self._good:
            return
        if self._wrong.seen(address) >= MAX_WRONG:
            raise TooManyRequests("Too many wrong keys came from this address.", self._wrong.wait_seconds())

    def note_good(self, address: str, plaintext: str) -> None:
        """Remember that this key is good from this address; kept is a keyed hash that ends with the process."""
        pair = address, hash(plaintext)
        if pair in self._good:
            return
        with self._lock:
            self._good[pair] = None
            if len(self._good) > MAX_GOOD:
                self._good.popitem(last=False)

    def note_wrong(self, address: str) -> None:
        """Count a wrong key."""
        self._wrong.count(address)
