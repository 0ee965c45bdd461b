import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from service.workers.worker import work
from tests.cli.conftest import ROOT
from tests.conftest import SECRET
from tests.workers.conftest import decide, with_webhook
from tests.workers.test_sweeper import claimed


def wait_until(reached: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@pytest.fixture
def at_work(store, settings):
    """A worker in a thread of this process."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(store, settings, stop))
    thread.start()
    yield
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_worker_expires_claims_and_delivers(at_work, store, receiver):
    claimed(store, "gazette", 2, lease_ms=1)
    site = with_webhook(store, "courier", receiver.url)
    decide(store, site, "c-1")
    wait_until(lambda: store.queues.counts("gazette")[0].waiting == 2)
    wait_until(lambda: len(receiver.messages) == 1)


def test_a_worker_shows_that_it_lives(at_work, store):
    wait_until(lambda: store.heartbeats.alive() == 1)


def test_a_worker_that_ended_in_order_is_counted_out_at_once(store, settings):
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(store, settings, stop))
    thread.start()
    wait_until(lambda: store.heartbeats.alive() == 1)
    stop.set()
    thread.join(10)
    assert store.heartbeats.alive() == 0


def test_a_worker_ends_after_its_deliveries(store, settings, receiver):
    receiver.hold.clear()
    site = with_webhook(store, "courier", receiver.url)
    decide(store, site, "c-1")
    stop = threading.Event()
    patient = settings.model_copy(update={"webhook_timeout_seconds": 5.0})
    thread = threading.Thread(target=work, args=(store, patient, stop))
    thread.start()
    wait_until(lambda: receiver.messages)
    stop.set()
    thread.join(0.5)
    assert thread.is_alive()
    receiver.hold.set()
    thread.join(5)
    assert not thread.is_alive()
    assert store.outbox.depth(site) == (0, 0)


def test_a_worker_that_was_killed_is_counted_out_when_its_sign_of_life_expires(store, raw):
    store.heartbeats.beat("host-1")
    store.heartbeats.beat("host-2")
    assert store.heartbeats.alive() == 2
    raw.zadd("parley:workers", {"host-1": 1})
    assert store.heartbeats.alive() == 1


@pytest.fixture
def start(redis_url, tmp_path):
    """Start worker processes."""
    processes = []

    def new(**more: str) -> subprocess.Popen[str]:
        environment = os.environ | {"REDIS_URL": redis_url, "PARLEY_SECRET": SECRET, "PARLEY_DATA": str(tmp_path)}
        environment["PARLEY_WEBHOOK_PRIVATE"] = "true"
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "worker"],
            env=environment | more,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield new
    for process in processes:
        process.kill()
        process.communicate(timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_on_a_signal_and_lets_its_deliveries_end(start, store, receiver, number):
    receiver.hold.clear()
    site = with_webhook(store, "courier", receiver.url)
    decide(store, site, "c-1")
    process = start(PARLEY_WEBHOOK_TIMEOUT_SECONDS="5")
    wait_until(lambda: receiver.messages)
    process.send_signal(number)
    time.sleep(0.2)
    assert process.poll() is None
    receiver.hold.set()
    _, logged = process.communicate(timeout=5)
    assert process.returncode == 0, logged
    assert store.outbox.depth(site) == (0, 0)
    assert "worker.stopped" in logged
    assert "must not travel" not in logged


def test_a_delivery_of_a_worker_that_was_killed_is_done_by_another(start, store, settings, receiver, raw):
    receiver.hold.clear()
    site = with_webhook(store, "courier", receiver.url)
    decide(store, site, "c-1")
    first = start()
    wait_until(lambda: receiver.messages)
    first.kill()
    first.wait(10)
    assert store.outbox.depth(site) == (1, 0)
    receiver.hold.set()
    raw.zadd("p:{courier}:out", {"c-1": 1})  # the lease runs out
    start()
    wait_until(lambda: store.outbox.depth(site) == (0, 0))
    assert len({message.id for message in receiver.messages}) == 1


def test_a_worker_outlives_a_store_that_is_away(start):
    process = start(REDIS_URL="redis://127.0.0.1:1")
    line = process.stderr.readline()
    assert "worker.started" in line or "duty.interrupted" in line
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    _, logged = process.communicate(timeout=10)
    assert process.returncode == 0, logged
    assert "Traceback" not in logged


def duties() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_a_worker_asks_for_second_opinions(at_work):
    wait_until(lambda: "second" in duties())


def test_a_worker_asks_for_none_where_they_are_off(store, settings):
    stop = threading.Event()
    off = settings.model_copy(update={"second_opinion": "off"})
    thread = threading.Thread(target=work, args=(store, off, stop))
    thread.start()
    wait_until(lambda: store.heartbeats.alive() == 1)
    begun = duties()
    stop.set()
    thread.join(10)
    assert "renew" in begun
    assert "second" not in begun
