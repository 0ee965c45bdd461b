"""A retraining from asking to the challenger with its report; the work itself is for a process of its own."""

from models.classifier import Classifier
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


def run(desk: Desk, job: Job, token: str, base: Classifier) -> None:
    """Train, measure and save a challenger, and end the job: `done`, or `failed` with a sentence.

    Imports SciPy and scikit-learn: for `parley learn` alone. What is shipped learned from all labels; the report is
    measured on a twin that never saw the newest fifth.
    """
    raise NotImplementedError
