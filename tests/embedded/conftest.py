"""Servers of our own, each in a folder of its own, started here or by another process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from service.settings import Settings
from service.store.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]

# Starts or finds the server, says what came of it, and holds it until its input ends.
OWNER = """
import json, sys
from pathlib import Path
from service.settings import Settings
from service.store.embedded import EmbeddedServer
settings = Settings(data=Path(sys.argv[1]), redis_url=None)
with EmbeddedServer(settings) as server:
    url = server.start(attach=sys.argv[2] == "attach")
    print(json.dumps({"url": url, "attached": server.attached, "server": server.pid}), flush=True)
    sys.stdin.read()
"""


@dataclass
class Owner:
    """Another process that called `start`, and what it said."""

    process: subprocess.Popen[str]
    url: str
    attached: bool
    server: int | None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def finish(self) -> None:
        self.process.communicate(timeout=20)


class Owners:
    """Processes that start servers on one data folder."""

    def __init__(self) -> None:
        self._begun: list[subprocess.Popen[str]] = []

    def begin(self, data: Path, how: str = "attach") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(data), how],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._begun.append(process)
        return process

    def ready(self, process: subprocess.Popen[str]) -> Owner:
        assert process.stdout
        return Owner(process, **json.loads(process.stdout.readline()))

    def start(self, data: Path, how: str = "attach") -> Owner:
        return self.ready(self.begin(data, how))

    def end(self) -> None:
        for process in self._begun:
            with suppress(ValueError):
                process.communicate(timeout=20)


@pytest.fixture
def owners() -> Iterator[Owners]:
    owners = Owners()
    yield owners
    owners.end()


@pytest.fixture
def alone(tmp_path: Path) -> Settings:
    """Settings without any Redis of somebody else."""
    return Settings(redis_url=None, data=tmp_path / "data")


@pytest.fixture
def server(alone: Settings) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(alone) as server:
        yield server


@pytest.fixture
def dial() -> Iterator[Callable[[str], redis.Redis]]:
    """Open clients that are closed at the end."""
    clients: list[redis.Redis] = []

    def dial(url: str) -> redis.Redis:
        clients.append(redis.Redis.from_url(url, decode_responses=True))
        return clients[-1]

    yield dial
    for client in clients:
        client.close()


def kill(pid: int | None) -> None:
    assert pid
    os.kill(pid, signal.SIGKILL)
