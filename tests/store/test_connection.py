"""The guarded road: bounded in time, repeated safely, and no redis exception leaves it."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from service.errors import ParleyError, SetupError, StoreFull, StoreUnavailable
from service.settings import Settings
from service.store import breaker
from service.store.connect import Store, connect
from service.store.connection import Connection, _translated
from service.store.lua import Call, load
from service.store.names import Names
from service.store.nodes import _addresses, _credentials
from tests.conftest import SECRET
from tests.store.scenes import ANN, SITE, assessed, claim, comment, decide, submit
from tests.store.server import Server, free_port, wait_for

NAMES = Names(SITE)
LIMIT_SECONDS = 2.0


def at(server: Server, **changes: object) -> Store:
    return connect(Settings(redis_url=server.url, secret=SECRET, data=server.folder / "data", **changes))


def seconds_until_refused(call: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        call()
    return time.monotonic() - began


def test_nothing_is_connected_at_construction(tmp_path: Path) -> None:
    for url in ("unix:///nowhere/redis.sock", "redis+sentinel://127.0.0.1:1/m", "redis+cluster://127.0.0.1:1"):
        connect(Settings(redis_url=url, secret=SECRET, data=tmp_path)).close()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1", "starts with 'http'"),
        ("redis+sentinel://127.0.0.1:26379", "the service's name"),
        ("redis+cluster://127.0.0.1:port", "host:port"),
        ("redis+cluster://,", "host:port"),
    ],
)
def test_an_address_that_cannot_be_one_is_a_setup_error(url: str, problem: str) -> None:
    with pytest.raises(SetupError, match=problem):
        Connection(url).run("PING")


def test_without_an_address_the_operator_is_told_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="parley serve"):
        connect(Settings(redis_url=None, data=tmp_path, secret=SECRET))


def test_a_server_that_is_not_there_is_refused_in_time(tmp_path: Path) -> None:
    for url in (f"unix://{tmp_path}/redis.sock", "redis://127.0.0.1:1", "redis+sentinel://127.0.0.1:1/m"):
        assert seconds_until_refused(lambda url=url: Connection(url).run("PING")) < LIMIT_SECONDS


def test_a_paused_server_is_refused_in_time_and_the_repetition_keeps_one_comment(server: Server) -> None:
    store = at(server)
    submit(store, "before")
    server.client.client_pause(1_300)
    assert seconds_until_refused(lambda: submit(store, "c-1")) < LIMIT_SECONDS
    time.sleep(breaker.SAME_REQUEST_SECONDS)
    assert submit(store, "c-1")[0].outcome in ("new", "same")
    assert [event.comment for event in store.events.read(SITE)[0]] == ["before", "c-1"]
    assert store.queues.counts(SITE)[0].waiting == 2


@pytest.mark.parametrize("connected", [True, False])
def test_a_server_that_stands_still_is_refused_in_time(server: Server, connected: bool) -> None:
    store = at(server)
    if connected:
        submit(store, "before")
    with server.stopped():
        assert seconds_until_refused(lambda: submit(store)) < LIMIT_SECONDS
        assert seconds_until_refused(lambda: store.queues.counts(SITE)) < 0.05
        time.sleep(breaker.SAME_REQUEST_SECONDS)
        assert seconds_until_refused(lambda: store.queues.counts(SITE)) < LIMIT_SECONDS
    time.sleep(breaker.SAME_REQUEST_SECONDS)
    assert submit(store)[0].outcome in ("new", "same")
    assert len(store.events.read(SITE, comment="c-1", types=["received"])[0]) == 1


def test_many_callers_of_a_silent_server_are_soon_refused_at_once(server: Server) -> None:
    store = at(server)
    submit(store)
    with server.stopped():
        callers = [threading.Thread(target=lambda: seconds_until_refused(lambda: submit(store))) for _ in range(8)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert seconds_until_refused(lambda: submit(store)) < 0.05


def test_after_the_pause_the_store_is_found_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0.1)
    store = at(server, redis_timeout_seconds=0.1)
    with server.stopped():
        for _ in range(6):
            seconds_until_refused(lambda: submit(store))
    wait_for(lambda: _works(store))
    assert store.queues.counts(SITE)[0].waiting == 1


def _works(store: Store) -> bool:
    try:
        return bool(submit(store))
    except StoreUnavailable:
        return False


def test_a_server_that_started_anew_is_found_without_an_error(server: Server) -> None:
    store = at(server)
    submit(store)
    server.kill()
    server.start()
    assert submit(store)[0].outcome == "new"


def test_a_server_that_was_killed_is_refused_in_time(server: Server) -> None:
    store = at(server)
    submit(store)
    server.kill()
    assert seconds_until_refused(lambda: submit(store)) < LIMIT_SECONDS


def test_a_server_that_forgot_the_scripts_is_taught_them_again(store: Store, raw: redis.Redis) -> None:
    raw.script_flush()
    submit(store)
    raw.script_flush()
    assert claim(store).comments
    raw.script_flush()
    assert decide(store)[0].outcome == "done"


def test_a_whole_batch_after_forgetting_is_kept_in_order(store: Store, raw: redis.Redis) -> None:
    raw.script_flush()
    entries = [(comment(f"c-{number % 3}"), assessed()) for number in range(6)]
    outcomes = [receipt.outcome for receipt in store.comments.submit(SITE, entries)]
    assert outcomes == ["new"] * 3 + ["same"] * 3


def test_the_source_is_sent_once_per_script(store: Store, raw: redis.Redis) -> None:
    raw.script_flush()
    raw.config_resetstat()
    submit(store, *(f"c-{number}" for number in range(20)))
    stats = raw.info("commandstats")
    assert stats["cmdstat_eval"]["calls"] == 1


def test_a_refused_command_is_our_error_and_quotes_nothing(store: Store, raw: redis.Redis) -> None:
    raw.set(NAMES.comment("c-1"), "not a hash")
    with pytest.raises(ParleyError, match=r"refused a command") as caught:
        store.comments.get(SITE, "c-1")
    assert not isinstance(caught.value, StoreUnavailable)
    assert caught.value.__cause__ is None
    assert "c-1" not in str(caught.value)


def test_a_forked_process_opens_its_own_connections(store: Store) -> None:
    submit(store)
    child = os.fork()
    if child == 0:
        os._exit(0 if submit(store)[0].outcome == "same" and store.connection._live.pid == os.getpid() else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert store.connection._live
    assert store.connection._live.pid == os.getpid()
    assert submit(store)[0].outcome == "same"


def test_a_closed_store_opens_again_when_asked(store: Store, raw: redis.Redis) -> None:
    submit(store)
    before = len(raw.client_list())
    store.close()
    store.close()
    wait_for(lambda: len(raw.client_list()) < before)
    assert submit(store)[0].outcome == "same"


def test_a_reply_is_as_wide_as_what_was_asked(store: Store) -> None:
    submit(store)
    exists, missing = store.connection.run_all([("EXISTS", NAMES.comment("c-1")), ("GET", "p:{x}:nothing")])
    assert (exists, missing) == (1, None)
    assert store.connection.run_all([]) == []


def test_a_blocking_read_fails_at_once_when_the_server_is_away(server: Server) -> None:
    store = at(server)
    submit(store)
    server.kill()
    assert seconds_until_refused(lambda: store.events.tail(SITE, "0-0", 15_000)) < LIMIT_SECONDS


def test_a_blocking_read_ends_when_the_server_goes_away(server: Server) -> None:
    store = at(server)
    submit(store)
    threading.Timer(0.2, server.kill).start()
    assert seconds_until_refused(lambda: store.events.tail(SITE, store.events.latest_id(SITE), 15_000)) < LIMIT_SECONDS


def test_too_few_replicas_is_unavailable_and_the_repetition_does_not_double(store: Store, settings: Settings) -> None:
    careful = connect(settings.model_copy(update={"redis_wait_replicas": 1}))
    assert seconds_until_refused(lambda: submit(careful)) < LIMIT_SECONDS
    assert seconds_until_refused(lambda: submit(careful)) < LIMIT_SECONDS
    assert store.queues.counts(SITE)[0].waiting == 1


def test_a_server_on_the_network_asks_for_a_password(tmp_path: Path) -> None:
    with Server(tmp_path, "--requirepass", "p@ss", port=free_port(), password="p@ss") as own:
        right, wrong = f"redis://:p%40ss@127.0.0.1:{own.port}/2", f"redis://:other@127.0.0.1:{own.port}"
        assert Connection(right).run("PING")
        assert seconds_until_refused(lambda: Connection(wrong).run("PING")) < LIMIT_SECONDS


def test_the_login_and_encryption_of_several_servers_are_read_from_the_address() -> None:
    parts = urlsplit("redis+cluster://ann:p%40ss@one:7000,two:7001?ssl=true")
    assert _credentials(parts) == {"username": "ann", "password": "p@ss", "ssl": True}
    assert _addresses(parts, 6379) == [("one", 7000), ("two", 7001)]
    assert _addresses(urlsplit("redis+sentinel://one,two/m"), 26379) == [("one", 26379), ("two", 26379)]
    assert _credentials(urlsplit("redis+cluster://one")) == {}


def test_a_server_that_cannot_save_is_full(server: Server) -> None:
    store = at(server)
    submit(store)
    (server.folder / "dump.rdb").mkdir()
    server.client.config_set("save", "3600 1")
    server.client.bgsave()
    wait_for(lambda: server.client.info("persistence")["rdb_last_bgsave_status"] == "err")
    with pytest.raises(StoreFull, match="its disk"):
        submit(store, "c-2")
    assert store.health().detail == "The store cannot write to its disk"
    assert store.comments.get(SITE, "c-2") is None


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Error running script (call to f_1): @user_script:1: -OOM command not allowed when used memory", StoreFull),
        ("MISCONF Errors writing to the AOF file: No space left on device", StoreFull),
        ("NOREPLICAS Not enough good replicas to write.", StoreUnavailable),
        ("BUSY Redis is busy running a script.", StoreUnavailable),
    ],
)
def test_errors_of_all_versions_are_understood(message: str, error: type[ParleyError]) -> None:
    assert type(_translated(redis.ResponseError(message))) is error


def test_a_script_has_the_prelude_and_a_header() -> None:
    for path in (Path(breaker.__file__).parent / "scripts").glob("*.lua"):
        lines = path.read_text().splitlines()
        assert lines[0].startswith("-- "), path.name
        if path.stem != "prelude":
            header = "".join(line for line in lines if line.startswith("--"))
            assert "KEYS" in header, path.name
            assert "ARGV" in header, path.name
            assert "local function now()" in load(path.stem).source


def test_the_prelude_knows_the_shared_keys() -> None:
    assert f"local QUEUES = {len([key for key in NAMES.shared if ':w:' in key])}\n" in load("claim").source
    assert len(NAMES.shared) == 6 + 2 * 3
    assert Call("claim", ["a"], [ANN]).by_digest()[2:] == (1, "a", ANN)
