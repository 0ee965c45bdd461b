"""Real servers for a measurement: an embedded store and gunicorn with the service's own settings."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from service.settings import Settings
from service.store.connect import Store, connect
from service.store.embedded import borrowed
from service.tenancy import Scope

SITE = "bench"
CONFIG = "python:service.workers.gunicorn_conf"


@dataclass(frozen=True, slots=True)
class Stage:
    """A running store, a key for it, and how to reach both."""

    settings: Settings
    store: Store
    key: str


@dataclass(frozen=True, slots=True)
class Web:
    """A running gunicorn: where it listens, its process, and how long it took to answer."""

    port: int
    pid: int
    ready_seconds: float


@contextmanager
def stage(fsync: str, second_opinion: str = "off") -> Iterator[Stage]:
    """Start an embedded store that flushes as `fsync` says, with one site and one key.

    Second opinions are left out unless asked for: how many comments are in doubt would decide every other figure.
    """
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        settings = Settings(
            data=Path(folder), redis_fsync=fsync, rate_limit="100000000/minute", second_opinion=second_opinion
        )
        with borrowed(settings) as url:
            store = connect(settings, url)
            store.sites.create(SITE)
            _, key = store.keys.create(SITE, list(Scope))
            with_url = Settings(**{**settings.model_dump(), "redis_url": url, "secret_file": Path(folder) / "secret"})
            yield Stage(with_url, store, key)
            store.close()


@contextmanager
def web(app: str, settings: Settings) -> Iterator[Web]:
    """Run `app` under gunicorn as `parley serve` would."""
    port = _free_port()
    assert settings.redis_url is not None
    environment = os.environ | {
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "PARLEY_SECRET_FILE": str(settings.secret_file),
        "PARLEY_DATA": str(settings.data),
        "PARLEY_PORT": str(port),
        "PARLEY_RATE_LIMIT": settings.rate_limit,
        "PARLEY_SECOND_OPINION": settings.second_opinion,
        "PARLEY_LOG_LEVEL": "warning",
    }
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", CONFIG, app], env=environment)
    try:
        _wait_until_ready(port, process)
        yield Web(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError("the web process did not become ready")
