"""What the platform has not heard yet, and what to do about it."""

from dataclasses import dataclass

from service.errors import NotFound
from service.moderation import tenants
from service.moderation.desk import Desk
from service.store.outbox import Parcel

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Outlook:
    """The first hundred deliveries that wait and that were set aside, and how many there are of each."""

    waiting: tuple[Parcel, ...]
    set_aside: tuple[Parcel, ...]
    waiting_count: int
    set_aside_count: int


def outlook(desk: Desk, site: str) -> Outlook:
    """Return what is still to be delivered."""
    outbox = desk.store.outbox
    waiting, set_aside = outbox.waiting(site, MOST_SHOWN), outbox.set_aside(site, MOST_SHOWN)
    return Outlook(tuple(waiting), tuple(set_aside), *outbox.depth(site))


def revive(desk: Desk, site: str, by: str, comment_id: str | None = None) -> int:
    """Make what was set aside due again, one or all; counts them. Raises `NotFound` when that one is not set aside."""
    tenants.find_site(desk, site)
    if comment_id is None:
        count = desk.store.outbox.revive(site)
    else:
        count = int(desk.store.outbox.revive_one(site, comment_id))
        if not count:
            raise NotFound(f"No delivery of {comment_id!r} is set aside.")
    desk.store.events.append(site, "deliveries_revived", by, comment_id, count=count)
    return count
