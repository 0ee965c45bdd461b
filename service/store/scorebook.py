"""How scores, verdicts and unseen features were spread on each day, counted by every web process.

Fields of a day: `<version> n` comments · `<version> v <verdict>` · `<version> s <attribute> <bin>` scores ·
`u unseen <bin>` share of a text's features that the base never met, of some texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.store.connection import Connection
from service.store.learning_names import LearningNames
from service.store.lua import Word
from service.store.tally import KEEP_MS, SENT_MS, histograms


@dataclass(frozen=True, slots=True)
class Spread:
    """The counts of one day and version: scores by attribute and bin, verdicts, and unseen shares by bin."""

    comments: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unseen: tuple[int, ...] = ()


class Scorebook:
    """Count and read. Days are ISO dates in UTC. Every method raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(
        self, site: str, day: str, process: str, batch: str, versions: Sequence[str], counts: Mapping[str, int]
    ) -> None:
        """Add counts by field; a `batch` that this process sent last is not counted again."""
        names = LearningNames(site)
        keys = [names.scores(day), names.served, names.sent(f"{process} scores")]
        args: list[Word] = [batch, SENT_MS, KEEP_MS, day, len(versions), *versions]
        self._connection.script("scores_count", keys, [*args, *(word for pair in counts.items() for word in pair)])

    def first_day(self, site: str, version: str) -> str | None:
        """Return the first day on which a version scored comments."""
        day: str | None = self._connection.run("HGET", LearningNames(site).served, version)
        return day

    def read(self, site: str, version: str, days: Sequence[str]) -> list[Spread]:
        """Return the counts of a version on each day, in one round trip."""
        rows = self._connection.run_all([("HGETALL", LearningNames(site).scores(day)) for day in days])
        return [_spread(fields, version) for fields in rows]


def _spread(fields: Mapping[str, str], version: str) -> Spread:
    verdicts = f"{version} v "
    return Spread(
        comments=int(fields.get(f"{version} n", 0)),
        verdicts={name[len(verdicts) :]: int(count) for name, count in fields.items() if name.startswith(verdicts)},
        scores=histograms(fields, f"{version} s "),
        unseen=histograms(fields, "u ").get("unseen", ()),
    )
