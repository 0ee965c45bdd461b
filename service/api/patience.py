"""How many wrong keys an address may try: a guesser gets few guesses, and its neighbours keep working."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address

from service.errors import TooManyRequests

MAX_WRONG = 60
WINDOW_SECONDS = 60
MAX_ADDRESSES = 10_000
MAX_GOOD = 10_000


class Patience:
    """Count wrong keys by address in fixed windows, in bounded memory; thread-safe.

    An address that tried `MAX_WRONG` wrong keys within a minute is refused unheard until the minute ends, so whether a
    further guess was right stays untold. A key that was good from this address before still passes: behind one proxy
    all clients share an address, and one of them must not lock out the others.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, int]] = OrderedDict()  # address -> window, wrong keys in it
        self._good: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._lock = threading.Lock()

    def demand(self, address: str, plaintext: str) -> None:
        """Raise `TooManyRequests` when the address tried too many wrong keys, unless this one was good before."""
        if not self._wrong or (address, hash(plaintext)) in self._good:
            return
        window = self._window()
        began, wrong = self._wrong.get(_network(address), (window, 0))
        if began == window and wrong >= MAX_WRONG:
            wait = int((window + 1) * WINDOW_SECONDS - self._clock()) + 1
            raise TooManyRequests("Too many wrong keys came from this address.", wait)

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
        network, window = _network(address), self._window()
        with self._lock:
            began, wrong = self._wrong.get(network, (window, 0))
            self._wrong[network] = window, wrong + 1 if began == window else 1
            self._wrong.move_to_end(network)
            if len(self._wrong) > MAX_ADDRESSES:
                self._wrong.popitem(last=False)

    def _window(self) -> int:
        return int(self._clock() // WINDOW_SECONDS)


def _network(address: str) -> str:
    """Return what one party holds: an IPv4 address, or the /64 network of an IPv6 one."""
    if ":" not in address:
        return address
    try:
        return IPv6Address(address.partition("%")[0]).exploded[:19]
    except ValueError:
        return address
