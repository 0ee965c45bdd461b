"""The real `parley serve`, its processes found by what they are, so that a test can kill any of them."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HALF_A_REQUEST = b"POST /v1/comments HTTP/1.1\r\nHost: local"
COMMAND = [sys.executable, "-m", "service.cli", "serve"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(true: Callable[[], object], seconds: float = 15, pause: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(pause)


@dataclass
class Service:
    """One data folder and port, and the process that serves them at the moment."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def printed(self) -> str:
        return self._file("out").read_text()

    @property
    def logged(self) -> str:
        return self._file("log").read_text()

    def launch(self) -> None:
        """Start it in a session of its own, without waiting."""
        with self._file("out").open("ab") as out, self._file("log").open("ab") as log:
            self.process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=self._environment(), stdout=out, stderr=log, start_new_session=True
            )

    def start(self) -> None:
        """Start it and wait until it is ready."""
        welcomes = self._welcomes()
        self.launch()
        eventually(lambda: self._welcomes() > welcomes or self.ended(), seconds=60)
        assert not self.ended(), self.logged

    def run(self) -> subprocess.CompletedProcess[str]:
        """Start it where it cannot work, and return how it ended."""
        return subprocess.run(
            COMMAND, cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=50, check=False
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the supervisor alone and return its exit code."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def is_ready(self) -> bool:
        return ask(self.port, "/readyz") == 200

    def redis(self) -> list[int]:
        return [pid for pid in children(self.pid) if "-server" in _command(pid)]

    def arbiter(self) -> list[int]:
        return [pid for pid in children(self.pid) if "gunicorn" in _command(pid)]

    def web(self) -> list[int]:
        return [pid for arbiter in self.arbiter() for pid in children(arbiter)]

    def worker(self) -> list[int]:
        return [pid for pid in children(self.pid) if _command(pid).endswith(" worker")]

    def everything(self) -> list[int]:
        return [self.pid, *self.redis(), *self.arbiter(), *self.web(), *self.worker()]

    def key(self) -> str:
        found = re.findall(r"Bearer (\S+)'", self.printed)
        assert found
        return str(found[-1])

    def clear_away(self) -> None:
        """Kill what a failed test left."""
        if self.process and self.process.poll() is None:
            for pid in self.everything():
                kill(pid)
            self.process.wait(10)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "REDIS_"))}
        ours = {"PARLEY_DATA": str(self.data), "PARLEY_PORT": str(self.port), "PARLEY_RATE_LIMIT": "1000000/minute"}
        return kept | ours | self.settings

    def _file(self, name: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{name}")

    def _welcomes(self) -> int:
        return self.printed.count("Ready?") if self._file("out").exists() else 0


class WithBlog(Service):
    """A service that was started with `--demo`."""

    def launch(self) -> None:
        with self._file("out").open("ab") as out, self._file("log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--demo"], cwd=ROOT, env=self._environment(), stdout=out, stderr=log, start_new_session=True
            )


def ask(port: int, path: str) -> int | None:
    """Return the status of a GET, None when nobody answers within a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def children(parent: int) -> list[int]:
    return [pid for pid, above in _processes() if above == parent]


def is_running(pid: int) -> bool:
    return pid in dict(_processes())


def _processes() -> Iterator[tuple[int, int]]:
    """Give every process with its parent; those that only wait to be reaped are gone already."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(folder.name), int(parent)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    return ""
