"""How far live comments moved from those of the days after the last training."""

from service.learning import Drift
from service.moderation.desk import Desk


def drift(desk: Desk, site: str) -> tuple[Drift, ...]:
    """Return every measure of drift on a site."""
    raise NotImplementedError
