"""Retrainings: one at a time on a site, across machines, held by a lease that its worker renews.

Fields of a job: id · state · by · asked, started, ended, ms · stage · share · attempt · version · problem · token,
until (ms) and worker of the lease · op last cancelling.
"""

import secrets
import time
from collections.abc import Mapping

from service.errors import Conflict
from service.learning import Job, JobState
from service.store.connection import Connection
from service.store.kept import moment, paired
from service.store.learning_names import LearningNames
from service.store.lua import Word
from service.store.sites import Sites

LEASE_MS = 30_000
MOST_ATTEMPTS = 2
TELLING_SHARE = 0.05  # before that, the time left would be a guess
DIED = "The worker died twice while it trained."


class Jobs:
    """The last retraining of each site. Every method raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection, sites: Sites, lease_ms: int = LEASE_MS) -> None:
        self._connection = connection
        self._sites = sites
        self._lease_ms = lease_ms

    def ask(self, site: str, by: str) -> Job:
        """Queue a retraining; raises Conflict while one is under way."""
        names = LearningNames(site)
        answer = self._connection.script("job_ask", [names.events, names.job], [secrets.token_urlsafe(9), by])
        if not answer:
            raise Conflict("A retraining is under way on this site; wait for it or cancel it.")
        return _job(site, paired(answer))

    def current(self, site: str) -> Job | None:
        """Return the last retraining, whatever became of it."""
        fields = self._connection.run("HGETALL", LearningNames(site).job)
        return _job(site, fields) if fields else None

    def take(self, worker: str) -> tuple[Job, str] | None:
        """Take a retraining that waits, or whose worker fell silent, with the token that stands for it; None: none.

        A job may be taken twice; then it has failed.
        """
        sites = self._sites.names()
        states = self._connection.run_all([("HGET", LearningNames(site).job, "state") for site in sites])
        for site, state in zip(sites, states, strict=True):
            if state in (JobState.QUEUED, JobState.RUNNING) and (taken := self.take_of(site, worker)):
                return taken
        return None

    def take_of(self, site: str, worker: str) -> tuple[Job, str] | None:
        """Take the retraining of one site, if it waits or its worker fell silent."""
        names, token = LearningNames(site), secrets.token_urlsafe(12)
        args: list[Word] = [token, worker, self._lease_ms, MOST_ATTEMPTS, DIED]
        answer = self._connection.script("job_take", [names.events, names.job], args)
        return (_job(site, paired(answer)), token) if answer else None

    def give_back(self, site: str, token: str) -> bool:
        """Let another worker begin it anew, as if this one had never taken it; False when it is no longer ours."""
        return bool(self._connection.script("job_give_back", [LearningNames(site).job], [token]))

    def beat(self, site: str, token: str, stage: str, share: float) -> bool:
        """Say how far it is and renew the lease; False when it is cancelled or taken by another: then stop."""
        args: list[Word] = [token, stage, round(share, 4), self._lease_ms]
        return bool(self._connection.script("job_beat", [LearningNames(site).job], args))

    def end(
        self, site: str, token: str, state: JobState, version: str | None = None, problem: str | None = None
    ) -> bool:
        """Say how it ended; False when it is cancelled or taken by another."""
        names, args = LearningNames(site), [token, state, version or "", problem or ""]
        return bool(self._connection.script("job_end", [names.events, names.job], args))

    def cancel(self, site: str, by: str) -> bool:
        """Stop what is under way; False when nothing is."""
        names = LearningNames(site)
        return bool(self._connection.script("job_cancel", [names.events, names.job], [secrets.token_urlsafe(9), by]))


def _job(site: str, fields: Mapping[str, str]) -> Job:
    state, share = JobState(fields["state"]), float(fields.get("share", 0))
    started = fields.get("started")
    return Job(
        id=fields["id"],
        site=site,
        state=state,
        by=fields["by"],
        asked_at=moment(fields["asked"]),
        stage=fields.get("stage", ""),
        share=share,
        attempt=int(fields.get("attempt", 0)),
        started_at=moment(started) if started else None,
        ended_at=moment(fields["ended"]) if "ended" in fields else None,
        seconds_left=_seconds_left(int(started), share) if started and state is JobState.RUNNING else None,
        version=fields.get("version") or None,
        problem=fields.get("problem") or None,
    )


def _seconds_left(started_ms: int, share: float) -> float | None:
    if share < TELLING_SHARE:
        return None
    return round(max(0.0, time.time() - started_ms / 1000) * (1 - share) / share, 1)
