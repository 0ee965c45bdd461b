"""Retrainings, one at a time, each in a process of its own: its memory goes with it, and a kill harms nobody else."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

import structlog

from service.learning import Job, JobState
from service.settings import Settings
from service.store.connect import Store
from service.workers.duty import attempt

log = structlog.get_logger()

LOOK_SECONDS = 0.5
UNWANTED_SECONDS = 3.0  # a cancelled one ends by itself, between two steps
LONGEST_SECONDS = 3600.0
TOO_LONG = "It took longer than an hour and was stopped."
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass
class Training:
    """A job that was taken, and the process that does it."""

    job: Job
    token: str
    process: subprocess.Popen[bytes]
    begun_at: float
    unwanted_since: float | None = None


class Trainer:
    """A duty of the worker `name`; `round` looks after the training under way, or takes the next job."""

    def __init__(self, store: Store, settings: Settings, name: str) -> None:
        self._store = store
        self._settings = settings
        self._name = name
        self.training: Training | None = None

    def round(self) -> None:
        """Do what is to be done now, without waiting."""
        training = self.training
        if training is None:
            self._take()
        elif training.process.poll() is not None:
            log.info("trainer.ended", site=training.job.site, code=training.process.returncode)
            self.training = None  # how it went, it has said itself; of one that was killed the lease runs out
        else:
            self._watch(training)

    def close(self) -> None:
        """Stop the training under way and give its job back, for another worker or the next start."""
        training, self.training = self.training, None
        if training:
            _end(training.process)
            attempt("give back", lambda: self._store.jobs.give_back(training.job.site, training.token))

    def _take(self) -> None:
        taken = self._store.jobs.take(self._name)
        if taken:
            job, token = taken
            log.info("trainer.began", site=job.site, attempt=job.attempt)
            self.training = Training(job, token, self._start(job.site, token), time.monotonic())

    def _start(self, site: str, token: str) -> subprocess.Popen[bytes]:
        """Start the process; it hears the token on its standard input, for a command line is read by everybody."""
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "learn", site, "--parent", str(os.getpid())],
            env={**os.environ, **ONE_CORE, **self._settings.environment()},
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin
        with process.stdin as pipe:
            pipe.write(token.encode())
        return process

    def _watch(self, training: Training) -> None:
        now, site = time.monotonic(), training.job.site
        if now - training.begun_at > LONGEST_SECONDS:
            _end(training.process)
            self._store.jobs.end(site, training.token, JobState.FAILED, problem=TOO_LONG)
        elif self._is_wanted(training.job):
            training.unwanted_since = None
        else:
            training.unwanted_since = training.unwanted_since or now
            if now - training.unwanted_since > UNWANTED_SECONDS:
                _end(training.process)

    def _is_wanted(self, job: Job) -> bool:
        kept = self._store.jobs.current(job.site)
        return kept is not None and kept.id == job.id and kept.state is JobState.RUNNING


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # it keeps nothing before its one last step
    process.wait()
