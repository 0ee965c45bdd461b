"""What the platform is still to be told: one delivery per comment, of its newest state, tried until it is heard."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.store.connection import Connection
from service.store.kept import STATES, moment, paired
from service.store.names import Names
from service.values import Delivery, State

CLOCK_SLACK_MS = 5_000
REVIVED_AT_ONCE = 500
LONGEST_ERROR_CHARS = 80


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that is not made yet: of which state and version, after how many attempts.

    `at` is when the next attempt is due, or when it was set aside.
    """

    comment_id: str
    state: State
    version: int
    attempts: int
    at: datetime


class Outbox:
    """Deliveries are leased like comments are claimed: a worker that dies loses none.

    `keep_ms` is how long a comment is kept whose delivery was set aside.
    """

    def __init__(self, connection: Connection, keep_ms: int) -> None:
        self._connection = connection
        self._keep_ms = keep_ms

    def due(self, site: str, limit: int, lease_ms: int) -> list[Delivery]:
        """Hand out up to `limit` due deliveries; what is neither delivered nor failed in `lease_ms` is due again."""
        names = Names(site)
        latest = int(datetime.now(UTC).timestamp() * 1000) + CLOCK_SLACK_MS
        ids = self._connection.run("ZRANGE", names.out, "-inf", latest, "BYSCORE", "LIMIT", 0, limit)
        if not ids:
            return []
        rows = self._connection.script("due", [*names.shared, *map(names.comment, ids)], [lease_ms, *ids])
        return [Delivery(one, STATES[state], int(version), attempt) for one, state, version, attempt in rows]

    def delivered(self, site: str, comment_id: str, version: int, keep_ms: int, told: bool = True) -> None:
        """Note that the platform heard of `version`; a newer one stays due. A settled comment is kept `keep_ms` more.

        With `told` false there is nobody to tell, so the log does not say that anybody was.
        """
        self._on_one("delivered", site, comment_id, version, keep_ms, int(told))

    def failed(self, site: str, comment_id: str, retry_in_ms: int | None, error: str) -> None:
        """Try again in `retry_in_ms`, or set the delivery aside when that is None. `error` is a short word."""
        pause = -1 if retry_in_ms is None else retry_in_ms
        self._on_one("failed", site, comment_id, pause, error[:LONGEST_ERROR_CHARS], self._keep_ms)

    def depth(self, site: str) -> tuple[int, int]:
        """Count what is still to be delivered, and what was set aside."""
        names = Names(site)
        waiting, dead = self._connection.run_all([("ZCARD", names.out), ("ZCARD", names.dead)])
        return waiting, dead

    def revive(self, site: str) -> int:
        """Make everything that was set aside due now, with all its attempts before it; count it."""
        names, count = Names(site), 0
        while ids := self._connection.run("ZRANGE", names.dead, 0, REVIVED_AT_ONCE - 1):
            count += int(self._connection.script("revive", [*names.shared, *map(names.comment, ids)], ids))
        return count

    def revive_one(self, site: str, comment_id: str) -> bool:
        """Make one delivery that was set aside due now; False when it is not set aside."""
        names = Names(site)
        return bool(self._connection.script("revive", [*names.shared, names.comment(comment_id)], [comment_id]))

    def waiting(self, site: str, limit: int) -> list[Parcel]:
        """Return what is to be delivered next, the first due first."""
        return self._parcels(site, Names(site).out, limit)

    def set_aside(self, site: str, limit: int) -> list[Parcel]:
        """Return what was set aside, the oldest first."""
        return self._parcels(site, Names(site).dead, limit)

    def _parcels(self, site: str, key: str, limit: int) -> list[Parcel]:
        names = Names(site)
        listed = self._connection.run("ZRANGE", key, 0, limit - 1, "WITHSCORES")
        pairs = list(paired(listed).items())
        kept = self._connection.run_all([("HMGET", names.comment(one), "xs", "xv", "xa") for one, _ in pairs])
        rows = zip(pairs, kept, strict=True)
        return [_parcel(one, at, *fields) for (one, at), fields in rows if fields[0]]

    def _on_one(self, script: str, site: str, comment_id: str, *args: str | int) -> None:
        names = Names(site)
        self._connection.script(script, [*names.shared, *names.own(comment_id)], [comment_id, *args])


def _parcel(comment_id: str, at: str, state: str, version: str, attempts: str | None) -> Parcel:
    return Parcel(comment_id, STATES[state], int(version), int(attempts or 0), moment(at))
