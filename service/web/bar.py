"""The bar: how much is left, what was done last, and who else is at work."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.moderation import review, shift
from service.moderation.shift import Step
from service.values import QueueCount
from service.web import words
from service.web.door import Visit


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands around the cards. `left` counts what waits in this queue and what lies in the own hand."""

    queues: Mapping[str, QueueCount]
    left: int
    today: int
    oldest_seconds: float | None
    steps: list[Step]
    colleagues: Mapping[str, int]
    exposure: int

    @property
    def whole(self) -> int:
        """Count what was and what is left, of which today's work is a part."""
        return self.left + self.today


def bar_of(visit: Visit, queue: str) -> Bar:
    """Read the bar; six short round trips."""
    desk, site, own = visit.desk, visit.site, visit.reviewer
    held = desk.store.browse.colleagues(site)
    queues = {count.name: count for count in review.queues(desk, site)}
    return Bar(
        queues=queues,
        left=queues[queue].waiting + held.get(own, 0),
        today=shift.today(desk, site, own),
        oldest_seconds=queues[queue].oldest_seconds,
        steps=shift.lately(desk, site, own),
        colleagues={words.who(name): count for name, count in sorted(held.items()) if name != own},
        exposure=desk.store.preferences.exposure(visit.user.name),
    )
