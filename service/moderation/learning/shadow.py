"""What the challenger would have said of live comments."""

from service.learning import Shadow
from service.moderation.desk import Desk


def shadow(desk: Desk, site: str) -> Shadow | None:
    """Return what was counted of the present challenger; None while there is none or it met no comment yet."""
    challenger = desk.store.models.standing(site).challenger
    return desk.store.shadows.read(site, challenger) if challenger else None
