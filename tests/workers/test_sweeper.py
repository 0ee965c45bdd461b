import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from service.settings import Settings
from service.store.compaction import Compaction
from service.store.connect import Store, connect
from service.store.embedded import EmbeddedServer
from service.values import DEFAULT_QUEUE
from service.workers.sweeper import Sweeper
from tests.store.scenes import assessed, comment
from tests.workers.conftest import decide


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def sweeper(store, settings) -> Sweeper:
    return Sweeper(store, settings)


def claimed(store: Store, site: str, count: int, lease_ms: int) -> None:
    store.sites.create(site)
    store.comments.submit(site, [(comment(f"c-{number}"), assessed()) for number in range(count)])
    claim = store.queues.claim(site, DEFAULT_QUEUE, "key:k_1/ann", count, lease_ms, f"token-{site}", 1000)
    assert len(claim.comments) == count


def test_expired_claims_of_every_site_go_back_to_their_queues(sweeper, store):
    claimed(store, "courier", 3, lease_ms=1)
    claimed(store, "gazette", 2, lease_ms=1)
    time.sleep(0.01)
    assert sweeper.expire_claims() == 5
    assert [count.waiting for count in store.queues.counts("courier") if count.name == DEFAULT_QUEUE] == [3]


def test_more_claims_than_one_step_takes_are_expired_in_one_go(sweeper, store, monkeypatch):
    monkeypatch.setattr("service.workers.sweeper.AT_ONCE", 7)
    claimed(store, "courier", 30, lease_ms=1)
    time.sleep(0.01)
    assert sweeper.expire_claims() == 30


def test_a_claim_that_lasts_is_left_alone(sweeper, store):
    claimed(store, "courier", 3, lease_ms=60_000)
    assert sweeper.expire_claims() == 0


def test_old_lines_of_the_log_are_forgotten_and_new_ones_kept(store, settings, raw):
    year_ago_ms = int(time.time() * 1000) - (settings.event_retention_days + 1) * 86_400_000
    raw.config_set("stream-node-max-entries", 1)  # whole nodes are forgotten
    for number in range(3):
        raw.xadd("p:{courier}:events", {"e": "received"}, id=f"{year_ago_ms}-{number}")
    claimed(store, "courier", 3, lease_ms=60_000)
    before = raw.xlen("p:{courier}:events")
    Sweeper(store, settings).forget_old()
    assert raw.xlen("p:{courier}:events") == before - 3
    raw.config_set("stream-node-max-entries", 100)


@pytest.fixture
def embedded(tmp_path) -> Iterator[tuple[Store, Settings, EmbeddedServer]]:
    settings = Settings(redis_url=None, secret="x" * 32, data=tmp_path / "data")
    with EmbeddedServer(settings) as server:
        store = connect(settings, server.start())
        store.sites.create("courier")
        yield store, settings, server
        store.close()


def kept_on_disk(server: EmbeddedServer) -> bytes:
    return b"".join(path.read_bytes() for path in (server.folder / "appendonlydir").glob("*.aof"))


def wait_for_rewrite(store: Store) -> None:
    for _ in range(200):
        [info] = store.connection.each_server(lambda server: server.info("persistence"))
        if not info["aof_rewrite_in_progress"] and not info["aof_rewrite_scheduled"]:
            return
        time.sleep(0.02)
    raise TimeoutError


def test_erased_text_leaves_the_disk_of_the_embedded_server(embedded):
    store, settings, server = embedded
    decide(store, "courier", "c-1")
    sweeper = Sweeper(store, settings)
    store.comments.erase("courier", "c-1")
    assert b"must not travel" in kept_on_disk(server)
    assert sweeper.rewrite() is True
    wait_for_rewrite(store)
    assert b"must not travel" not in kept_on_disk(server)


def test_nothing_is_rewritten_without_need(embedded):
    store, settings, _ = embedded
    clock = Clock()
    sweeper = Sweeper(store, settings, clock)
    assert sweeper.rewrite() is False
    decide(store, "courier", "c-1")
    store.comments.erase("courier", "c-1")
    clock.now += timedelta(minutes=1)
    assert sweeper.rewrite() is True
    wait_for_rewrite(store)
    clock.now += timedelta(hours=1)
    assert sweeper.rewrite() is False


def test_once_a_day_the_file_is_rewritten_for_texts_whose_time_was_over(embedded):
    store, settings, _ = embedded
    clock = Clock()
    sweeper = Sweeper(store, settings, clock)
    clock.now += timedelta(days=1)
    assert sweeper.rewrite() is True


def test_a_server_of_somebody_elses_is_never_rewritten(store, settings, redis_url, tmp_path):
    assert Compaction(store.connection, redis_url, settings.data).rewrite() is False
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "socket").write_text("/another/redis.sock")
    assert Compaction(store.connection, redis_url, tmp_path).is_ours is False
