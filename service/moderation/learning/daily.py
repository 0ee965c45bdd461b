"""What automation said of each day's comments, whichever model scored them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from service.moderation.desk import Desk
from service.moderation.learning import promote
from service.moderation.learning.versions import base_version
from service.store.scorebook import Spread
from service.values import Verdict

DAYS = 14


@dataclass(frozen=True, slots=True)
class Daily:
    """Verdicts by day, the oldest first; `counts` has one number for each day."""

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]

    @property
    def total(self) -> int:
        """Count the comments of all days."""
        return sum(map(sum, self.counts.values()))


def verdicts(desk: Desk, site: str, today: date | None = None) -> Daily:
    """Count the verdicts of the last fourteen days, in UTC. Models that are forgotten by now have no part in it."""
    last = today or datetime.now(UTC).date()
    days = tuple(last - timedelta(days=back) for back in reversed(range(DAYS)))
    named = [day.isoformat() for day in days]
    versions = [base_version(desk), *(model.version for model in promote.models_of(desk, site))]
    spreads = [desk.store.scorebook.read(site, version, named) for version in versions]
    return Daily(days, {word: _summed(spreads, word) for word in Verdict})


def _summed(spreads: Sequence[Sequence[Spread]], word: str) -> tuple[int, ...]:
    return tuple(sum(one.verdicts.get(word, 0) for one in day) for day in zip(*spreads, strict=True))
