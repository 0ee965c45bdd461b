"""Retrainings: one at a time on a site, and none is lost or done by two."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from service.errors import Conflict
from service.learning import JobState
from service.store.connect import Store
from service.store.connection import Connection
from service.store.jobs import DIED, Jobs
from service.store.learning_names import LearningNames
from tests.store.scenes import SITE

SHORT_MS = 40
NAMES = LearningNames(SITE)


@pytest.fixture
def jobs(store: Store) -> Iterator[Jobs]:
    store.sites.create(SITE)
    store.sites.create("courier")
    return store.jobs


def short(store: Store) -> Jobs:
    return Jobs(store.connection, store.sites, SHORT_MS)


def types(store: Store) -> list[str]:
    return [event.type for event in store.events.read(SITE)[0] if event.type.startswith("retraining")]


def test_there_is_none_at_first(jobs: Jobs) -> None:
    assert jobs.current(SITE) is None
    assert jobs.take("worker") is None
    assert jobs.cancel(SITE, "ann") is False
    assert jobs.beat(SITE, "token", "fit", 0.5) is False


def test_a_retraining_goes_from_asked_to_done(jobs: Jobs, store: Store) -> None:
    asked = jobs.ask(SITE, "ann")
    assert (asked.state, asked.by, asked.site, asked.attempt) == (JobState.QUEUED, "ann", SITE, 0)
    taken = jobs.take("worker")
    assert taken
    job, token = taken
    assert (job.id, job.state, job.attempt) == (asked.id, JobState.RUNNING, 1)
    assert job.started_at
    assert jobs.beat(SITE, token, "fit", 0.25)
    now = jobs.current(SITE)
    assert now
    assert (now.stage, now.share) == ("fit", 0.25)
    assert now.seconds_left is not None
    assert jobs.end(SITE, token, JobState.DONE, version="base-2.1")
    done = jobs.current(SITE)
    assert done
    assert (done.state, done.version, done.share, done.problem) == (JobState.DONE, "base-2.1", 1.0, None)
    assert done.ended_at
    assert done.seconds_left is None
    events = store.events.read(SITE, types=("retraining_ended",))[0]
    assert [event.detail for event in events] == [{"state": "done", "version": "base-2.1"}]


def test_only_one_is_under_way_on_a_site(jobs: Jobs) -> None:
    jobs.ask(SITE, "ann")
    with pytest.raises(Conflict, match="under way"):
        jobs.ask(SITE, "ben")
    jobs.ask("courier", "ben")


def test_of_many_who_ask_at_once_one_is_heard(jobs: Jobs) -> None:
    def ask(number: int) -> bool:
        try:
            jobs.ask(SITE, f"admin-{number}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


def test_of_many_workers_one_takes_it(jobs: Jobs) -> None:
    jobs.ask(SITE, "ann")
    with ThreadPoolExecutor(8) as pool:
        taken = [one for one in pool.map(jobs.take, [f"worker-{number}" for number in range(8)]) if one]
    assert len(taken) == 1


def test_the_next_may_be_asked_for_when_one_ended(jobs: Jobs) -> None:
    first = jobs.ask(SITE, "ann")
    _, token = jobs.take("worker") or (None, "")
    jobs.end(SITE, token, JobState.FAILED, problem="There are too few labels.")
    failed = jobs.current(SITE)
    assert failed
    assert failed.problem == "There are too few labels."
    second = jobs.ask(SITE, "ann")
    assert second.id != first.id
    assert (second.problem, second.attempt, second.started_at) == (None, 0, None)


def test_a_silent_worker_loses_it_to_another(jobs: Jobs, store: Store) -> None:
    jobs = short(store)
    jobs.ask(SITE, "ann")
    _, first = jobs.take("worker-1") or (None, "")
    assert jobs.take("worker-2") is None
    time.sleep(2 * SHORT_MS / 1000)
    taken = jobs.take("worker-2")
    assert taken
    assert taken[0].attempt == 2
    assert jobs.beat(SITE, first, "fit", 0.9) is False
    assert jobs.end(SITE, first, JobState.DONE, "base-2.1") is False
    assert jobs.end(SITE, taken[1], JobState.DONE, "base-2.2") is True


def test_a_beat_renews_the_lease(jobs: Jobs, store: Store) -> None:
    jobs = short(store)
    jobs.ask(SITE, "ann")
    _, token = jobs.take("worker-1") or (None, "")
    for _ in range(4):
        time.sleep(SHORT_MS / 2000)
        assert jobs.beat(SITE, token, "fit", 0.1)
    assert jobs.take("worker-2") is None


def test_a_worker_that_dies_twice_has_failed_it(jobs: Jobs, store: Store) -> None:
    jobs = short(store)
    jobs.ask(SITE, "ann")
    for _ in range(2):
        assert jobs.take("worker")
        time.sleep(2 * SHORT_MS / 1000)
    assert jobs.take("worker") is None
    failed = jobs.current(SITE)
    assert failed
    assert (failed.state, failed.problem, failed.attempt) == (JobState.FAILED, DIED, 2)
    assert types(store) == ["retraining_asked", "retraining_ended"]
    assert jobs.ask(SITE, "ann").attempt == 0


@pytest.mark.parametrize("taken", [False, True])
def test_what_is_under_way_can_be_cancelled_and_its_worker_learns_it(jobs: Jobs, store: Store, taken: bool) -> None:
    jobs.ask(SITE, "ann")
    _, token = (jobs.take("worker") if taken else None) or (None, "none")
    assert jobs.cancel(SITE, "ben") is True
    assert jobs.cancel(SITE, "ben") is False
    assert jobs.beat(SITE, token, "fit", 0.5) is False
    assert jobs.end(SITE, token, JobState.DONE, "base-2.1") is False
    job = jobs.current(SITE)
    assert job
    assert (job.state, job.version) == (JobState.CANCELLED, None)
    assert job.ended_at
    assert types(store) == ["retraining_asked", "retraining_cancelled"]
    assert jobs.take("worker") is None


def test_a_step_that_is_sent_twice_takes_effect_once(
    jobs: Jobs, store: Store, raw: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Connection.script

    def again(self: Connection, *args: object) -> object:
        once(self, *args)
        return once(self, *args)

    monkeypatch.setattr(Connection, "script", again)
    jobs.ask(SITE, "ann")
    assert jobs.cancel(SITE, "ann") is True
    jobs.ask(SITE, "ann")
    job, token = jobs.take("worker") or (None, "")
    assert job
    assert job.attempt == 1
    assert jobs.end(SITE, token, JobState.DONE, "base-2.1") is True
    assert types(store) == ["retraining_asked", "retraining_cancelled", "retraining_asked", "retraining_ended"]


def test_early_on_nobody_guesses_the_time_left(jobs: Jobs) -> None:
    jobs.ask(SITE, "ann")
    _, token = jobs.take("worker") or (None, "")
    jobs.beat(SITE, token, "read", 0.01)
    job = jobs.current(SITE)
    assert job
    assert job.seconds_left is None
