"""Each site's comments are scored by its champion, and no swap costs anybody an answer."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import structlog

from service.errors import StoreUnavailable
from service.learning import Standing
from service.moderation import submit, tenants, why
from service.moderation.desk import Desk
from service.moderation.learning.promote import loaded
from service.moderation.learning.serving import RETRY_SECONDS, Scorers
from service.moderation.learning.watch import Watch
from service.settings import Settings
from service.store.connect import Store, connect
from service.store.connection import Connection
from service.store.learning_names import LOADED, LearningNames
from service.values import Comment, Verdict
from tests.fakes import FakeScorer
from tests.moderation.site_models import SITE, keep, open_model

BOTH = ("fake-1.1", "fake-1.2")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(desk: Desk) -> Store:
    return desk.store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scorers(store: Store, scorer: FakeScorer, clock: Clock) -> Scorers:
    return Scorers(store.models, scorer, open_model, clock=clock)


@pytest.fixture
def watched(desk: Desk, scorer: FakeScorer) -> Desk:
    """A desk whose watch takes a turn when the test says so."""
    watch = Watch(desk.store, scorer, open_model)
    watch.start = lambda: None  # type: ignore[method-assign]
    watch.scorers.on_first = watch.start
    return replace(desk, watch=watch)


def follow(scorers: Scorers, store: Store, site: str = SITE) -> None:
    scorers.follow({site: store.models.standing(site)})


def break_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(Connection, "_send", away)


def test_without_a_model_of_its_own_a_site_has_the_base(scorers: Scorers, scorer: FakeScorer) -> None:
    assert scorers.of(SITE) is scorer


def test_the_first_comment_of_a_site_is_scored_by_its_champion_already(scorers: Scorers, store: Store) -> None:
    keep(store, *BOTH)
    store.models.promote(SITE, "fake-1.1", "ann")
    assert scorers.of(SITE).version == "fake-1.1"
    assert scorers.of("courier").version == "fake-1"


def test_a_promotion_and_a_roll_back_are_followed(scorers: Scorers, store: Store) -> None:
    keep(store, *BOTH)
    scorers.of(SITE)
    seen = []
    for step in (
        lambda: store.models.promote(SITE, "fake-1.1", "ann"),
        lambda: store.models.promote(SITE, "fake-1.2", "ann"),
        lambda: store.models.roll_back(SITE, "ann"),
        lambda: store.models.roll_back(SITE, "ann"),
    ):
        step()
        follow(scorers, store)
        seen.append(scorers.of(SITE).version)
    assert seen == ["fake-1.1", "fake-1.2", "fake-1.1", "fake-1"]


def test_a_request_asks_the_store_nothing(scorers: Scorers, monkeypatch: pytest.MonkeyPatch) -> None:
    scorers.of(SITE)
    break_store(monkeypatch)
    assert scorers.of(SITE).version == "fake-1"


def test_a_promoted_challenger_is_not_loaded_again(
    scorers: Scorers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, "fake-1.1")
    challenger = (scorers.of(SITE), scorers.challenger(SITE))[1]
    monkeypatch.setattr(store.models, "packed", None)
    store.models.promote(SITE, "fake-1.1", "ann")
    follow(scorers, store)
    assert scorers.of(SITE) is challenger
    assert scorers.challenger(SITE) is None


@pytest.mark.parametrize(("version", "told_again"), [("fake-1.bad", 1), ("fake-1.odd", 1), ("fake-1.alien", 0)])
def test_a_model_that_cannot_be_loaded_leaves_what_served_before(
    scorers: Scorers, store: Store, clock: Clock, version: str, told_again: int
) -> None:
    keep(store, "fake-1.1")
    store.models.promote(SITE, "fake-1.1", "ann")
    scorers.of(SITE)
    keep(store, version)
    store.models.promote(SITE, version, "ann")
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            follow(scorers, store)
    assert scorers.of(SITE).version == "fake-1.1"
    assert [(line["event"], line["model"]) for line in logged] == [("model.not_loaded", version)]
    assert "nobody thought" not in str(logged)
    clock.now += RETRY_SECONDS
    with structlog.testing.capture_logs() as logged:
        follow(scorers, store)
    assert len(logged) == told_again


def test_a_model_whose_bytes_were_changed_is_not_loaded(scorers: Scorers, store: Store, raw) -> None:
    keep(store, "fake-1.1")
    store.models.promote(SITE, "fake-1.1", "ann")
    raw.set(LearningNames(SITE).packed("fake-1.1"), "ZmFrZS0xLjI=")
    assert scorers.of(SITE).version == "fake-1"
    assert scorers.versions() == {SITE: None}


def test_a_process_that_begins_while_the_store_is_away_has_the_base_until_it_is_back(
    scorers: Scorers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, "fake-1.1")
    store.models.promote(SITE, "fake-1.1", "ann")
    with monkeypatch.context() as while_away:
        break_store(while_away)
        assert scorers.of(SITE).version == "fake-1"
    follow(scorers, store)
    assert scorers.of(SITE).version == "fake-1.1"


def test_a_shelf_that_is_away_is_asked_again_at_the_next_turn_and_told_once(
    scorers: Scorers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, "fake-1.1")
    store.models.promote(SITE, "fake-1.1", "ann")
    with monkeypatch.context() as while_away, structlog.testing.capture_logs() as logged:
        while_away.setattr(store.models, "packed", _away)
        scorers.of(SITE)
        for _ in range(3):
            follow(scorers, store)
    assert [line["event"] for line in logged] == ["model.not_loaded"]
    follow(scorers, store)
    assert scorers.of(SITE).version == "fake-1.1"


def _away(*_: object) -> bytes:
    raise StoreUnavailable


def test_of_too_many_sites_the_one_that_was_idle_longest_is_left(store: Store, scorer: FakeScorer) -> None:
    scorers = Scorers(store.models, scorer, open_model, most_sites=3)
    for site in ("a", "b", "c"):
        scorers.of(site)
    scorers.follow({site: Standing() for site in ("a", "b", "c")})
    scorers.of("a")
    scorers.of("c")
    scorers.of("d")
    assert sorted(scorers.versions()) == ["a", "c", "d"]
    scorers.follow({"e": Standing()})
    assert sorted(scorers.versions()) == ["a", "c", "d"]


def test_a_site_that_just_came_does_not_leave(store: Store, scorer: FakeScorer) -> None:
    scorers = Scorers(store.models, scorer, open_model, most_sites=1)
    scorers.of("a")
    scorers.of("b")
    assert list(scorers.versions()) == ["b"]


def test_threads_that_come_first_together_get_the_same(scorers: Scorers, store: Store) -> None:
    keep(store, "fake-1.1")
    store.models.promote(SITE, "fake-1.1", "ann")
    with ThreadPoolExecutor(8) as pool:
        versions = {found.version for found in pool.map(lambda _: scorers.of(SITE), range(32))}
    assert versions == {"fake-1.1"}
    assert list(scorers.versions()) == [SITE]


def test_a_verdict_names_the_model_that_scored(watched: Desk) -> None:
    keep(watched.store, *BOTH)
    watched.store.models.promote(SITE, "fake-1.1", "ann")
    receipt = submit.submit(watched, SITE, Comment("c-1", "You again."))
    assert receipt.assessment
    assert (receipt.assessment.model, receipt.assessment.verdict) == ("fake-1.1", Verdict.REVIEW)
    assert why.account(watched, SITE, "c-1").model == "fake-1.1"
    watched.store.models.promote(SITE, "fake-1.2", "ann")
    watched.watch.turn()
    [edited] = submit.submit_batch(watched, SITE, [Comment("c-2", "You again.")])
    assert edited.assessment
    assert (edited.assessment.model, edited.assessment.verdict) == ("fake-1.2", Verdict.REJECT)


def test_a_process_says_what_it_serves_and_learns_of_sites_nobody_asked_for(watched: Desk, scorer: FakeScorer) -> None:
    keep(watched.store, "fake-1.1")
    watched.store.models.promote(SITE, "fake-1.1", "ann")
    other = Watch(watched.store, scorer, open_model)
    assert loaded(watched, SITE) == (0, 0)
    watched.watch.turn()
    other.turn()
    assert loaded(watched, SITE) == (2, 2)
    watched.store.models.roll_back(SITE, "ann")
    assert loaded(watched, SITE) == (0, 2)
    watched.watch.turn()
    assert loaded(watched, SITE) == (1, 2)


def test_nothing_is_said_of_a_site_that_never_had_a_model(watched: Desk, raw) -> None:
    watched.watch.scorers.of(SITE)
    watched.watch.turn()
    assert raw.hvals(LOADED)[0].endswith(" {}")


def test_a_turn_asks_for_all_standings_in_one_round_trip(watched: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for site in ("a", "b", "c"):
        tenants.create_site(watched, site, "test")
        watched.watch.scorers.of(site)
    watched.watch.turn()
    trips: list[int] = []
    send: Callable[..., object] = Connection._send
    monkeypatch.setattr(Connection, "_send", lambda self, *args: trips.append(1) or send(self, *args))
    watched.watch.turn()
    assert trips == [1]


@pytest.fixture
def living(desk: Desk, scorer: FakeScorer) -> Iterator[Desk]:
    """A desk with a watch that runs."""
    watch = Watch(desk.store, scorer, open_model, every_seconds=0.02)
    yield replace(desk, watch=watch)
    watch.stop()


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_watch_begins_with_the_first_request_and_ends_when_told(living: Desk) -> None:
    assert living.watch
    assert living.watch._thread is None
    keep(living.store, "fake-1.1")
    submit.submit(living, SITE, Comment("c-1", "You again."))
    living.store.models.promote(SITE, "fake-1.1", "ann")
    eventually(lambda: living.scorer_of(SITE).version == "fake-1.1")
    thread = living.watch._thread
    assert thread
    living.watch.stop()
    assert not thread.is_alive()


def test_a_watch_outlives_an_outage(living: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(living.store, "fake-1.1")
    living.scorer_of(SITE)
    with monkeypatch.context() as while_away, structlog.testing.capture_logs() as logged:
        break_store(while_away)
        eventually(lambda: "watch.interrupted" in [line["event"] for line in logged])
        time.sleep(0.1)
    assert [line["event"] for line in logged].count("watch.interrupted") == 1
    living.store.models.promote(SITE, "fake-1.1", "ann")
    eventually(lambda: living.scorer_of(SITE).version == "fake-1.1")


def test_a_watch_outlives_its_own_mistakes(living: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert living.watch
    living.scorer_of(SITE)
    with monkeypatch.context() as wrong:
        wrong.setattr(living.watch, "_say", None)
        time.sleep(0.1)
    keep(living.store, "fake-1.1")
    living.store.models.promote(SITE, "fake-1.1", "ann")
    eventually(lambda: living.scorer_of(SITE).version == "fake-1.1")


def test_a_forked_process_watches_for_itself(living: Desk) -> None:
    """As the processes of a server do that loaded the application before it forked."""
    keep(living.store, "fake-1.1")
    living.scorer_of(SITE)
    parent = living.watch.process
    living.watch.stop()  # a fork with threads is no fork for a test
    living.store.connection.close()
    living.store.models.promote(SITE, "fake-1.1", "ann")
    living.store.connection.close()
    child = os.fork()
    if child == 0:
        watch = living.watch
        fresh = watch._thread is None and watch.process != parent
        served = living.scorer_of(SITE).version == "fake-1.1"
        os._exit(0 if fresh and served and watch._thread is not None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_app_watches_with_the_shipped_model(settings: Settings, raw) -> None:
    from service.app import create_app

    watch = create_app(settings).extensions["watch"]
    assert watch.scorers.base.version.startswith("base-")
    assert connect(settings)
    watch.stop()
