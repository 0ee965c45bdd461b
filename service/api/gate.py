"""Who may pass: a good key, with one of the scopes, not too fast."""

import time
from collections.abc import Callable, Collection

from service.api.patience import Patience
from service.errors import NotAllowed, NotAuthenticated, TooManyRequests
from service.http.requests import bearer_token, visitor_address
from service.http.windows import Windows, read_rate
from service.settings import Settings
from service.store.connect import Store
from service.tenancy import ApiKey, Scope

MAX_KEY_CHARS = 256
MAX_KEYS = 100_000


class Pace:
    """Count the requests of each key."""

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = read_rate("PARLEY_RATE_LIMIT", rate, "6000/minute")
        self._windows = Windows(self._rate.seconds, MAX_KEYS, clock)

    def count(self, key_id: str) -> None:
        """Count one request; raises `TooManyRequests` with the seconds until the next window."""
        if self._windows.count(key_id) > self._rate.amount:
            refusal = f"This key may send {self._rate.amount} requests per {self._rate.seconds} seconds."
            raise TooManyRequests(refusal, self._windows.wait_seconds())


class Gate:
    """Admit who brings a key."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._keys = store.keys
        self._settings = settings
        self._pace = Pace(settings.rate_limit)
        self._patience = Patience()

    def admit(self, scopes: Collection[Scope]) -> ApiKey:
        """Return the key that this request bears.

        Raises `NotAuthenticated`, `NotAllowed` when it has none of `scopes`, or `TooManyRequests`.
        """
        return self.admit_key(bearer(), scopes)

    def admit_key(self, plaintext: str, scopes: Collection[Scope]) -> ApiKey:
        """Return the key that was found somewhere else in this request; raises as `admit` does."""
        key = self._met(plaintext, visitor_address(self._settings))
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
    plaintext = bearer_token()
    if plaintext is None:
        raise NotAuthenticated("Send your API key as `Authorization: Bearer …`.")
    return plaintext
