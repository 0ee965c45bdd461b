"""What challengers would have said of live comments, counted by every web process and kept together.

Fields of a shadow: n comments · since, ms · `v <champion> <challenger>` pairs of verdicts ·
`h <champion|challenger> <attribute> <bin>` scores.
"""

from collections.abc import Mapping, Sequence

from service.learning import Shadow
from service.store.connection import Connection
from service.store.kept import moment
from service.store.learning_names import LearningNames
from service.store.tally import BINS, KEEP_MS, SENT_MS, histograms

DIFFERING_KEPT = 100


class Shadows:
    """Count and read. Every method raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(
        self, site: str, version: str, process: str, batch: str, counts: Mapping[str, int], differing: Sequence[str]
    ) -> None:
        """Add counts by field, and comments on which the verdicts differ, oldest first.

        A `batch` that this process sent last is not counted again, nor is anything of a model that is not kept.
        """
        names = LearningNames(site)
        keys = [names.models, names.shadow(version), names.differing(version), names.sent(f"{process} shadow")]
        newest = differing[-DIFFERING_KEPT:]
        pairs = [word for pair in counts.items() for word in pair]
        args = [batch, version, SENT_MS, KEEP_MS, DIFFERING_KEPT, len(newest), *newest, *pairs]
        self._connection.script("shadow_count", keys, args)

    def read(self, site: str, version: str) -> Shadow | None:
        """Return what was counted of a version; None while that is nothing."""
        names = LearningNames(site)
        commands = [("HGETALL", names.shadow(version)), ("LRANGE", names.differing(version), 0, -1)]
        fields, differing = self._connection.run_all(commands)
        if not fields:
            return None
        return Shadow(
            version=version,
            comments=int(fields["n"]),
            verdicts={name[2:]: int(count) for name, count in fields.items() if name.startswith("v ")},
            differing=tuple(differing),
            since=moment(fields["since"]),
            histograms={side: histograms(fields, f"h {side} ", BINS) for side in ("champion", "challenger")},
        )
