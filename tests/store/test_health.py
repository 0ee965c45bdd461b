"""Health: can a comment be taken now, and if not, why not."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from service.settings import Settings
from service.store.connect import connect
from tests.conftest import SECRET
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
