"""Sentinel names the primary; after a failover the store finds the new one, and what replicas confirmed is there."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import redis

from service.errors import StoreUnavailable
from service.settings import Settings
from service.store.connect import Store, connect
from tests.conftest import SECRET
from tests.store.scenes import SITE, claim, decide, submit
from tests.store.server import Server, free_port, wait_for

PROMPT_SECONDS = 1.0
PATIENT_SECONDS = 5.0  # for what is to succeed: a busy machine is not what these tests are about


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "primary", "--repl-diskless-sync-delay", "0", port=free_port()) as server:
        yield server


@pytest.fixture
def replica(tmp_path: Path, primary: Server) -> Iterator[Server]:
    with Server(tmp_path / "replica", "--replicaof", f"127.0.0.1 {primary.port}", port=free_port()) as server:
        wait_for(lambda: server.client.info("replication")["master_link_status"] == "up")
        yield server


@pytest.fixture
def sentinel(tmp_path: Path, primary: Server, replica: Server) -> Iterator[Server]:
    (tmp_path / "sentinel").mkdir()
    port, configuration = free_port(), tmp_path / "sentinel" / "sentinel.conf"
    configuration.write_text(
        f"port {port}\nsentinel monitor comments 127.0.0.1 {primary.port} 1\n"
        "sentinel down-after-milliseconds comments 300\nsentinel failover-timeout comments 2000\n"
    )
    with Server(tmp_path / "sentinel", "--sentinel", port=port, configuration=configuration) as server:
        wait_for(lambda: server.client.execute_command("SENTINEL REPLICAS", "comments"))
        yield server


@pytest.fixture
def store(sentinel: Server) -> Iterator[Store]:
    url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel.port}/comments"
    connected = connect(_waiting_for_a_replica(url, PATIENT_SECONDS))
    yield connected
    connected.close()


def test_after_a_failover_what_was_confirmed_is_there(store: Store, primary: Server, replica: Server) -> None:
    ids = [f"c-{number}" for number in range(20)]
    assert {receipt.outcome for receipt in submit(store, *ids)} == {"new"}
    primary.kill()
    wait_for(lambda: _is_primary(replica), seconds=30)
    careless = connect(_without_waiting(store))
    wait_for(lambda: _answers(careless))
    assert {receipt.outcome for receipt in submit(careless, *ids)} == {"same"}
    prompt = connect(_waiting_for_a_replica(store.connection._url))
    with closing(prompt), pytest.raises(StoreUnavailable):  # no replica is left to confirm
        submit(prompt, "c-99")
    careless.close()


def test_a_repeated_comment_is_not_confirmed_before_it_is(primary: Server, replica: Server) -> None:
    with closing(_fresh(primary, PATIENT_SECONDS)) as store:
        submit(store, "other")  # teaches the server the script
    assert _after_silence(primary, replica, lambda store: submit(store)[0].outcome) == "same"


def test_a_repeated_decision_is_not_confirmed_before_it_is(primary: Server, replica: Server) -> None:
    with closing(_fresh(primary, PATIENT_SECONDS)) as store:
        submit(store, "c-1", "other")
        claim(store)
        decide(store, ids=["other"])
    assert _after_silence(primary, replica, lambda store: decide(store)[0].outcome) == "repeated"


def _fresh(primary: Server, timeout_seconds: float = PROMPT_SECONDS) -> Store:
    """Return a store whose connection wrote nothing yet."""
    return connect(_waiting_for_a_replica(f"redis://127.0.0.1:{primary.port}", timeout_seconds))


def _waiting_for_a_replica(url: str, timeout_seconds: float = PROMPT_SECONDS) -> Settings:
    return Settings(redis_url=url, secret=SECRET, redis_wait_replicas=1, redis_timeout_seconds=timeout_seconds)


def _after_silence(primary: Server, replica: Server, call: Callable[[Store], str]) -> str:
    with replica.stopped():
        for _ in range(2):
            with closing(_fresh(primary)) as store, pytest.raises(StoreUnavailable):
                call(store)
    with closing(_fresh(primary, PATIENT_SECONDS)) as store:
        return call(store)


def _is_primary(server: Server) -> bool:
    with suppress(redis.ConnectionError):  # Sentinel drops every client of the replica that it promotes
        return bool(server.client.info("replication")["role"] == "master")
    return False


def _without_waiting(store: Store) -> Settings:
    return Settings(redis_url=store.connection._url, secret=SECRET, redis_timeout_seconds=PATIENT_SECONDS)


def _answers(store: Store) -> bool:
    try:
        return bool(store.queues.counts(SITE))
    except StoreUnavailable:
        return False
