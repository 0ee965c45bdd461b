"""Who may pass: a good key, with one of the scopes, not too fast."""

import threading
import time
from collections.abc import Callable, Collection

from flask import request
from limits import parse

from service.api.patience import Patience
from service.errors import NotAllowed, NotAuthenticated, SetupError, TooManyRequests
from service.store.connect import Store
from service.tenancy import ApiKey, Scope

MAX_KEY_CHARS = 256


class Pace:
    """Count the requests of each key in fixed windows.

    `limits` reads the notation; its own memory storage starts a thread for nearly every request on a quiet server
    (measured: 0.3 ms), so the counting is done here. Bounded by the number of keys.
    """

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            limit = parse(rate)
        except ValueError as error:
            raise SetupError(f"PARLEY_RATE_LIMIT is {rate!r}; write it like 6000/minute.") from error
        self.allowed = limit.amount
        self.seconds = limit.get_expiry()
        self._clock = clock
        self._windows: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def count(self, key_id: str) -> None:
        """Count one request; raises `TooManyRequests` with the seconds until the next window."""
        now = self._clock()
        window = int(now // self.seconds)
        with self._lock:
            began, passed = self._windows.get(key_id, (window, 0))
            passed = passed + 1 if began == window else 1
            self._windows[key_id] = window, passed
        if passed > self.allowed:
            wait = int((window + 1) * self.seconds - now) + 1
            raise TooManyRequests(f"This key may send {self.allowed} requests per {self.seconds} seconds.", wait)


class Gate:
    """Admit who brings a key."""

    def __init__(self, store: Store, pace: Pace, patience: Patience | None = None) -> None:
        self._keys = store.keys
        self._pace = pace
        self._patience = patience or Patience()

    def admit(self, scopes: Collection[Scope]) -> ApiKey:
        """Return the key that this request bears.

        Raises `NotAuthenticated`, `NotAllowed` when it has none of `scopes`, or `TooManyRequests`.
        """
        return self.admit_key(bearer(), scopes)

    def admit_key(self, plaintext: str, scopes: Collection[Scope]) -> ApiKey:
        """Return the key that was found somewhere else in this request; raises as `admit` does."""
        key = self._met(plaintext, request.remote_addr or "")
        self._pace.count(key.id)
        if not any(scope in key.scopes for scope in scopes):
            raise NotAllowed(f"This needs a key with scope {' or '.join(scopes)}.")
        return key

    def known(self, plaintext: str) -> ApiKey:
        """Return the key; raises `NotAuthenticated` when it is unknown or revoked."""
        key = self._keys.find(plaintext) if len(plaintext) <= MAX_KEY_CHARS and plaintext.isascii() else None
        if key is None or key.revoked_at is not None:
            raise NotAuthenticated("This API key is unknown or revoked.", key_given=True)
        return key

    def _met(self, plaintext: str, address: str) -> ApiKey:
        self._patience.demand(address, plaintext)
        try:
            key = self.known(plaintext)
        except NotAuthenticated:
            self._patience.note_wrong(address)
            raise
        self._patience.note_good(address, plaintext)
        return key


def bearer() -> str:
    """Return the key that this request carries; raises `NotAuthenticated` when it carries none."""
    scheme, _, plaintext = request.headers.get("Authorization", "").partition(" ")
    plaintext = plaintext.strip()
    if scheme.lower() != "bearer" or not plaintext:
        raise NotAuthenticated("Send your API key as `Authorization: Bearer …`.")
    return plaintext
