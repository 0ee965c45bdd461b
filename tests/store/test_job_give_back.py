import pytest

from service.learning import JobState

SITE = "gazette"


@pytest.fixture
def jobs(store):
    store.sites.create(SITE)
    store.jobs.ask(SITE, "ann")
    return store.jobs


def test_a_job_given_back_waits_as_if_it_had_never_been_taken(jobs):
    job, token = jobs.take_of(SITE, "worker-1")
    jobs.beat(SITE, token, "learning", 0.4)
    assert jobs.give_back(SITE, token)
    now = jobs.current(SITE)
    assert (now.state, now.attempt, now.stage, now.share, now.started_at) == (JobState.QUEUED, 0, "", 0.0, None)
    again, _ = jobs.take("worker-2")
    assert (again.id, again.attempt) == (job.id, 1)


def test_it_is_given_back_once_however_often_it_is_said(jobs):
    _, token = jobs.take_of(SITE, "worker-1")
    assert jobs.give_back(SITE, token)
    assert jobs.give_back(SITE, token)
    assert jobs.current(SITE).attempt == 0
    jobs.take_of(SITE, "worker-2")
    assert not jobs.give_back(SITE, token)
    assert jobs.current(SITE).attempt == 1


def test_who_gave_it_back_has_no_say_any_more(jobs):
    _, token = jobs.take_of(SITE, "worker-1")
    jobs.give_back(SITE, token)
    assert not jobs.beat(SITE, token, "learning", 0.5)
    assert not jobs.end(SITE, token, JobState.DONE, "base-2.1")
    assert jobs.current(SITE).state is JobState.QUEUED


def test_a_cancelled_job_is_not_given_back(jobs):
    _, token = jobs.take_of(SITE, "worker-1")
    jobs.cancel(SITE, "ann")
    assert not jobs.give_back(SITE, token)
    assert jobs.current(SITE).state is JobState.CANCELLED


def test_of_a_site_without_a_job_there_is_nothing_to_take(store):
    store.sites.create("courier")
    assert store.jobs.take_of("courier", "worker-1") is None


def test_a_full_store_takes_a_job_back(jobs, raw):
    _, token = jobs.take_of(SITE, "worker-1")
    raw.config_set("maxmemory", 1)
    try:
        assert jobs.give_back(SITE, token)
    finally:
        raw.config_set("maxmemory", 0)
