"""What was read a moment ago need not be read again, and is better than nothing while Redis is away."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.errors import StoreUnavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Entry(Generic[V]):
    value: V
    loaded_at: float
    fresh_until: float


class Recent(Generic[K, V]):
    """A thread-safe, bounded cache in front of `load`.

    A value is fresh for `fresh_seconds`. When `load` then raises StoreUnavailable, the old value is answered until it
    is `stale_seconds` old. At most `max_entries` are kept; the longest unused leaves first. Values for which `keeps`
    is false are answered but not kept.
    """

    def __init__(
        self,
        load: Callable[[K], V],
        *,
        fresh_seconds: float,
        stale_seconds: float,
        max_entries: int = 10_000,
        keeps: Callable[[V], bool] = lambda _value: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._fresh_seconds = fresh_seconds
        self._stale_seconds = max(stale_seconds, fresh_seconds)
        self._max_entries = max_entries
        self._keeps = keeps
        self._clock = clock
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V:
        """Answer the fresh value, else load it; raises what `load` raises when no old value may stand in."""
        old, fresh = self._recall(key)
        if old is not None and fresh:
            return old.value
        try:
            return self._reload(key)
        except StoreUnavailable:
            if old is None or self._clock() - old.loaded_at > self._stale_seconds:
                raise
            return old.value

    def forget(self, key: K) -> None:
        """Load it anew next time."""
        with self._lock:
            self._entries.pop(key, None)

    def _recall(self, key: K) -> tuple[_Entry[V] | None, bool]:
        """Look the entry up; whoever finds it stale makes it look fresh first, so that one thread at a time asks."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None, False
            self._entries.move_to_end(key)
            fresh = now < entry.fresh_until and now - entry.loaded_at <= self._stale_seconds
            if not fresh:
                entry.fresh_until = now + self._fresh_seconds
            return entry, fresh

    def _reload(self, key: K) -> V:
        asked_at = self._clock()
        value = self._load(key)
        if not self._keeps(value):
            self.forget(key)
            return value
        with self._lock:
            self._entries[key] = _Entry(value, asked_at, asked_at + self._fresh_seconds)
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_entries:
                self._entries.popitem(last=False)
        return value
