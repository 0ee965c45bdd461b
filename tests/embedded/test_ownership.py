import threading
import time
from pathlib import Path

import pytest

from service.errors import DataLocked, EngineRefused
from service.store import embedded
from service.store.embedded import EmbeddedServer, borrowed
from service.store.private_socket import ping
from tests.embedded.conftest import kill


def test_eight_starts_at_once_make_one_owner(owners, tmp_path, dial):
    begun = [owners.begin(tmp_path / "data") for _ in range(8)]
    started = [owners.ready(process) for process in begun]
    assert sorted(owner.attached for owner in started) == [False] + [True] * 7
    assert len({owner.url for owner in started}) == 1
    assert len({dial(owner.url).info("server")["run_id"] for owner in started}) == 1


def test_data_survives_the_kill_of_the_owner(owners, tmp_path, alone, dial):
    owner = owners.start(tmp_path / "data")
    dial(owner.url).set("kept", "yes")
    owner.kill()
    with EmbeddedServer(alone) as server:
        assert dial(server.start()).get("kept") == "yes"
        assert server.pid != owner.server


def test_data_survives_the_kill_of_the_server_and_a_stale_socket_does_not_matter(server, dial):
    dial(server.start()).set("kept", "yes")
    kill(server.pid)
    while server.alive():
        time.sleep(0.01)
    assert Path(server.folder / "redis.sock").is_socket()
    assert dial(server.start()).get("kept") == "yes"


def test_a_torn_end_of_the_log_of_writes_is_cut_off(server, dial):
    dial(server.start()).set("kept", "yes")
    server.stop()
    journal = next((server.folder / "appendonlydir").glob("*.incr.aof"))
    with journal.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$4\r\ntorn\r\n$100\r\nonly the beg")
    client = dial(server.start())
    assert client.get("kept") == "yes"
    assert client.get("torn") is None


def test_a_service_waits_for_a_command_that_owns_the_data(owners, tmp_path, alone):
    owner = owners.start(tmp_path / "data")
    threading.Timer(0.3, owner.finish).start()
    with EmbeddedServer(alone) as server:
        server.start(attach=False)
        assert not server.attached
        assert server.alive()


def test_a_service_says_so_when_the_data_stays_owned(owners, tmp_path, alone, monkeypatch):
    owners.start(tmp_path / "data")
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    with pytest.raises(DataLocked, match=r"owns .*data/redis"):
        EmbeddedServer(alone).start(attach=False)


def test_a_command_borrows_the_running_server_and_leaves_it_running(server, alone):
    url = server.start()
    with borrowed(alone) as lent:
        assert lent == url
    assert server.alive()
    assert server.is_ready()


def test_a_command_alone_starts_a_server_and_ends_it(alone, dial):
    with borrowed(alone) as url:
        assert dial(url).ping()
        pid = dial(url).info("server")["process_id"]
    assert not Path(f"/proc/{pid}").exists()


def test_the_first_of_two_commands_lets_the_second_finish(alone, dial):
    first, second = borrowed(alone), borrowed(alone)
    url = first.__enter__()
    assert second.__enter__() == url
    leaving = threading.Thread(target=first.__exit__, args=(None, None, None))
    leaving.start()
    time.sleep(0.2)
    assert dial(url).ping()
    second.__exit__(None, None, None)
    leaving.join(10)
    assert not EmbeddedServer(alone)._attach()


def test_a_command_waits_for_a_server_that_still_loads(server, alone, dial):
    server.start()
    server.stop()
    journal = next((server.folder / "appendonlydir").glob("*.incr.aof"))
    journal.write_bytes(b"".join(b"*3\r\n$3\r\nSET\r\n$6\r\n%06d\r\n$1\r\n1\r\n" % n for n in range(400_000)))
    server.launch()
    while not ping(server.folder / "redis.sock"):
        time.sleep(0.001)
    assert server.alive()
    assert not server.is_ready()
    with borrowed(alone) as url:
        assert dial(url).dbsize() == 400_000


def test_a_server_that_cannot_run_is_told_with_its_own_words(alone):
    with pytest.raises(EngineRefused, match=r"(?s)ended at start; its log says: .*maxmemory"):
        EmbeddedServer(alone.model_copy(update={"redis_max_memory": "a lot"})).start()


def test_only_its_owner_may_reach_it(server):
    server.start()
    assert server.folder.stat().st_mode & 0o077 == 0
    for name in ("redis.conf", "redis.sock", "lock"):
        assert (server.folder / name).stat().st_mode & 0o077 == 0, name


def test_stopping_twice_or_before_the_start_is_no_error(server):
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert not server.alive()
