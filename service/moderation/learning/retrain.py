"""A retraining: asked for, looked at, called off. The work itself is in `training`, for a process of its own."""

from service.learning import Job
from service.moderation import tenants
from service.moderation.desk import Desk


def ask(desk: Desk, site: str, by: str) -> Job:
    """Queue a retraining; raises `NotFound` for an unknown site, `Conflict` while one is under way."""
    tenants.find_site(desk, site)
    return desk.store.jobs.ask(site, by)


def current(desk: Desk, site: str) -> Job | None:
    """Return the last retraining, however it stands; None when there never was one."""
    return desk.store.jobs.current(site)


def cancel(desk: Desk, site: str, by: str) -> bool:
    """End the retraining under way; False when there is none. Nothing of it stays."""
    return desk.store.jobs.cancel(site, by)
