"""A word to an author about a comment that is, or would be, declined."""

from service.moderation.desk import Desk
from service.moderation.policy import current
from service.moderation.wording import because, decisive
from service.values import Assessment, Verdict


def why_declined(desk: Desk, site: str, found: Assessment) -> str | None:
    """Return why, to go on from “declined because …”; None when it is not declined."""
    if found.verdict is not Verdict.REJECT:
        return None
    in_force = current(desk, site)
    return because(decisive(found.reasons, in_force if in_force.version == found.policy else None))
