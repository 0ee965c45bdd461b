"""Health: can a comment be taken now, and if not, why not."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from service.errors import StoreFull
from service.settings import Settings
from service.store.comments import Comments
from service.store.connect import connect
from service.store.health import LOOK_SECONDS, SPARE_BYTES, Room
from tests.conftest import SECRET
from tests.store.scenes import DAY_MS, SITE, assessed, claim, comment, decide, submit
from tests.store.server import Server

Usage = namedtuple("Usage", "total used free")


def settings(server: Server) -> Settings:
    return Settings(redis_url=server.url, secret=SECRET, data=server.folder)


def test_a_server_that_answers_is_ready(server: Server) -> None:
    assert connect(settings(server)).health().ready


def test_a_server_that_is_away_is_not(server: Server) -> None:
    store = connect(settings(server))
    server.kill()
    assert not store.health().ready
    assert "does not answer" in store.health().detail


def test_a_server_that_would_evict_comments_is_not(server: Server) -> None:
    server.client.config_set("maxmemory", "100mb")
    server.client.config_set("maxmemory-policy", "allkeys-lru")
    assert "noeviction" in connect(settings(server)).health().detail


def test_an_embedded_server_on_a_full_disk_is_not(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    (server.folder / "redis").mkdir()
    store = connect(settings(server))
    assert store.health().ready
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 100 << 20))
    assert "disk" in store.health().detail


def test_the_disk_of_a_server_elsewhere_is_not_ours_to_judge(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 0))
    assert connect(settings(server)).health().ready


def test_a_disk_that_is_nearly_full_takes_no_comment_and_everything_else_goes_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = connect(settings(server))
    submit(store)
    free = Usage(1 << 40, 1 << 40, SPARE_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    full = Comments(store.connection, b"s" * 32, keep_ms=DAY_MS, ageing_ms=0, room=Room(server.folder))
    for take in (
        lambda: full.submit(SITE, [(comment("c-2"), assessed())]),
        lambda: full.edit(SITE, comment(), assessed()),
    ):
        with pytest.raises(StoreFull, match="disk"):
            take()
    claim(store)
    assert [outcome.outcome for outcome in decide(store)] == ["done"]


def test_the_disk_is_looked_at_again_after_a_while(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now, free = [100.0], [SPARE_BYTES - 1]
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1 << 40, 0, free[0]))
    room = Room(tmp_path, clock=lambda: now[0])
    with pytest.raises(StoreFull):
        room.demand()
    free[0] = SPARE_BYTES
    now[0] += LOOK_SECONDS
    room.demand()
