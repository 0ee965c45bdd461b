"""How many calls of other services' clients came, by month and blog: what such a service shows of its use."""

from collections.abc import Mapping, Sequence

from service.store.connection import Connection
from service.store.lua import Call
from service.store.names import Names
from service.tallies import Counted, Tick

KEEP_MS = 400 * 86_400_000
MAX_FIELDS = 4000  # whoever holds a key names blogs as it likes; those beyond are counted together

Counts = Mapping[Counted, int]


def counting(site: str, tick: Tick) -> Call:
    """Return the call that counts `tick`, to be sent beside others."""
    field, shared = f"{tick.what} {tick.blog}", f"{tick.what} "
    return Call("tally", [Names(site).tally(tick.month)], [field, shared, MAX_FIELDS, KEEP_MS])


class Tallies:
    """Counts are kept for thirteen months."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, site: str, tick: Tick) -> None:
        """Count one call."""
        self._connection.scripts([counting(site, tick)])

    def read(self, site: str, months: Sequence[str]) -> list[dict[str, Counts]]:
        """Return the counts of each month by blog; the blog without a name holds what told none."""
        names = Names(site)
        return [_by_blog(fields) for fields in self._connection.run_all([("HGETALL", names.tally(m)) for m in months])]


def _by_blog(fields: Mapping[str, str]) -> dict[str, Counts]:
    found: dict[str, dict[Counted, int]] = {}
    for field, count in fields.items():
        what, _, blog = field.partition(" ")
        found.setdefault(blog, {})[Counted(what)] = int(count)
    return dict(found)
