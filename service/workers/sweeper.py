"""Keep the store tidy: expired claims go back to their queues, old lines and labels go, erased text leaves the disk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from service.settings import Settings
from service.store.connect import Store

log = structlog.get_logger()

AT_ONCE = 100
DAY_MS = 86_400_000
MOST_PER_SITE = 50 * AT_ONCE
REWRITE_ANYWAY = timedelta(days=1)


class Sweeper:
    """Each method is one duty and may be repeated at any time, also by several workers at once."""

    def __init__(
        self, store: Store, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._rewritten_at = clock() - timedelta(hours=1)  # erasures just before a restart count too

    def expire_claims(self) -> int:
        """Put comments whose lease ended back into their queues; returns how many."""
        return sum(self._expire_claims_of(site) for site in self._store.sites.names())

    def _expire_claims_of(self, site: str) -> int:
        total = 0
        while total < MOST_PER_SITE:  # then the next site has its turn
            expired = self._store.queues.expire(site, AT_ONCE)
            total += expired
            if expired < AT_ONCE:
                break
        if total:
            log.info("claims.expired", site=site, count=total)
        return total

    def forget_old(self) -> None:
        """Trim every site's log, labels and answers to blind looks to what the settings keep."""
        kept_ms = self._settings.event_retention_days * DAY_MS
        for site in self._store.sites.names():
            self._store.events.trim(site, kept_ms)
            self._store.looks.trim(site, kept_ms)
            self._store.labels.count(site)  # which forgets those past their time

    def rewrite(self) -> bool:
        """Have the embedded server rewrite its file when something was erased since the last time, or a day passed.

        The day is for texts whose time was over.
        """
        now = self._clock()
        if not self._store.compaction.is_ours:
            return False
        if now - self._rewritten_at < REWRITE_ANYWAY and not self._erased(self._rewritten_at):
            return False
        self._rewritten_at = now
        return self._store.compaction.rewrite()

    def _erased(self, since: datetime) -> bool:
        return any(self._erased_on(site, since) for site in self._store.sites.names())

    def _erased_on(self, site: str, since: datetime) -> bool:
        after: str | None = None
        while True:
            found, after = self._store.events.read(site, after, limit=1, types=("erased",), since=since)
            if found or after is None:
                return bool(found)
