"""Automatic verdicts that people or platforms changed, found by the labels that say something else."""

from datetime import datetime

import orjson

from service.store.connection import Connection
from service.store.encoding import VERDICTS
from service.store.names import Names
from service.values import Choice, Opinion, Verdict

MOST_READ = 4000  # newest labels of a span of time
AGAINST = {
    Verdict.APPROVE: {Choice.REJECT, Opinion.SPAM, Opinion.ABUSIVE},
    Verdict.REJECT: {Choice.APPROVE, Opinion.NOT_SPAM, Opinion.FINE},
}


class Overrides:
    """Count them. Raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, site: str, since: datetime, until: datetime) -> int:
        """Count the labels made in a span of time that contradict an automatic verdict; of very many the newest."""
        names = Names(site)
        first, last = (int(at.timestamp() * 1000) for at in (since, until))
        ids = self._connection.run("ZRANGE", names.labels, f"({last}", first, "BYSCORE", "REV", "LIMIT", 0, MOST_READ)
        values = self._connection.run_all([("HGET", names.label(one), "value") for one in ids])
        assessed = self._connection.run_all([("HGET", names.comment(one), "k") for one in ids])
        return sum(_contradicts(value, packed) for value, packed in zip(values, assessed, strict=True))


def _contradicts(value: str | None, packed: str | None) -> bool:
    return packed is not None and value in AGAINST.get(VERDICTS[orjson.loads(packed)[0]], set())
