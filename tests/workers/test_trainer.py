import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from service.learning import JobState
from service.settings import Settings
from service.store.learning_names import LearningNames
from service.workers.trainer import Trainer
from service.workers.worker import work
from tests.cli.conftest import ROOT
from tests.lessons import decided
from tests.workers.test_worker import wait_until

SITE = "gazette"
JOB = LearningNames(SITE).job


@pytest.fixture
def site(store):
    store.sites.create(SITE)
    decided(store, SITE, 150)
    return SITE


@pytest.fixture
def new_trainer(store, settings):
    made = []

    def new(name="worker-1"):
        made.append(Trainer(store, settings, name))
        return made[-1]

    yield new
    for trainer in made:
        trainer.close()


def rounds_until(reached, *trainers, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        for trainer in trainers:
            trainer.round()
        time.sleep(0.02)


def job(store):
    return store.jobs.current(SITE)


def test_one_killed_in_mid_training_leaves_nothing_and_is_done_by_the_next_worker(new_trainer, store, site, raw):
    asked = store.jobs.ask(site, "admin")
    first = new_trainer()
    rounds_until(lambda: job(store).stage, first)
    first.training.process.send_signal(signal.SIGKILL)
    rounds_until(lambda: first.training is None, first)
    assert job(store).state is JobState.RUNNING
    assert store.models.list(site) == []
    raw.hset(JOB, "until", 1)  # the lease runs out
    second = new_trainer("worker-2")
    rounds_until(lambda: not job(store).state.is_active, second)
    done = job(store)
    assert (done.id, done.state, done.share, done.attempt) == (asked.id, JobState.DONE, 1.0, 2)
    [model] = store.models.list(site)
    assert model.version == done.version == store.models.standing(site).challenger
    assert store.models.standing(site).champion is None
    assert (model.report.champion, model.report.challenger, model.by) == (model.base, model.version, "admin")


def test_one_that_was_killed_twice_has_failed_and_says_so(new_trainer, store, site, raw):
    store.jobs.ask(site, "admin")
    trainer = new_trainer()
    for _ in range(2):
        rounds_until(lambda: trainer.training, trainer)
        trainer.training.process.send_signal(signal.SIGKILL)
        rounds_until(lambda: trainer.training is None, trainer, seconds=5)
        raw.hset(JOB, "until", 1)
    trainer.round()
    assert job(store).state is JobState.FAILED
    assert "died twice" in job(store).problem
    assert store.models.list(site) == []
    assert store.jobs.ask(site, "admin").state is JobState.QUEUED


def test_a_cancelled_one_ends_and_leaves_nothing(new_trainer, store, site):
    store.jobs.ask(site, "admin")
    trainer = new_trainer()
    rounds_until(lambda: job(store).stage, trainer)
    process = trainer.training.process
    assert store.jobs.cancel(site, "admin")
    rounds_until(lambda: trainer.training is None, trainer)
    assert process.poll() is not None
    assert job(store).state is JobState.CANCELLED
    assert store.models.list(site) == []


def test_one_that_does_not_hear_of_its_cancelling_is_killed(new_trainer, store, site, monkeypatch):
    monkeypatch.setattr("service.workers.trainer.UNWANTED_SECONDS", 0.1)
    store.jobs.ask(site, "admin")
    trainer = new_trainer()
    rounds_until(lambda: trainer.training, trainer)
    process = trainer.training.process
    process.send_signal(signal.SIGSTOP)
    store.jobs.cancel(site, "admin")
    rounds_until(lambda: trainer.training is None, trainer, seconds=5)
    assert process.returncode == -signal.SIGKILL


def test_one_that_takes_too_long_is_stopped_and_says_so(new_trainer, store, site, monkeypatch):
    monkeypatch.setattr("service.workers.trainer.LONGEST_SECONDS", 0.0)
    store.jobs.ask(site, "admin")
    trainer = new_trainer()
    rounds_until(lambda: not job(store).state.is_active, trainer, seconds=5)
    assert (job(store).state, job(store).problem) == (
        JobState.FAILED,
        "It took longer than an hour and was stopped.",
    )


def test_of_two_workers_one_trains_a_site(new_trainer, store, site):
    store.jobs.ask(site, "admin")
    both = [new_trainer("worker-1"), new_trainer("worker-2")]
    rounds_until(lambda: any(trainer.training for trainer in both), *both)
    for _ in range(5):
        for trainer in both:
            trainer.round()
    assert [trainer.training is not None for trainer in both].count(True) == 1


def test_a_worker_that_stops_gives_the_job_back_as_if_it_had_never_begun(store, settings, site):
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(store, settings, stop))
    store.jobs.ask(site, "admin")
    thread.start()
    wait_until(lambda: job(store).state is JobState.RUNNING)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert (job(store).state, job(store).attempt) == (JobState.QUEUED, 0)


def test_a_training_ends_with_the_worker_that_started_it(store, settings, site):
    learn = [sys.executable, "-m", "service.cli", "learn", site, "--parent", "1"]
    environment = {**os.environ, **settings.environment()}
    ended = subprocess.run(learn, env=environment, cwd=ROOT, input=b"token", timeout=30, check=False)
    assert ended.returncode == -signal.SIGTERM


def test_what_was_set_here_is_read_by_the_training(settings, monkeypatch):
    changed = settings.model_copy(update={"webhook_private": True, "delivery_attempts": 3})
    for name, value in changed.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == changed
