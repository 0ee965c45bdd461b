"""What must be free before anything starts: the data directory and the port."""

import errno
import fcntl
import http.client
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.errors import DataLocked, SetupError
from service.store.embedded import make_folder

BACKLOG = 2048
PATIENCE_SECONDS = 30.0  # the children of a killed predecessor finish their requests
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Claim:
    """A data directory that is ours as long as this process runs; `was_killed` tells how the one before ended."""

    path: Path
    file: int
    was_killed: bool

    def holds(self) -> bool:
        """Whether the directory is still there; what is kept in a removed one would be lost."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self.file))
        except OSError:
            return False


@contextmanager
def data_claimed(data: Path) -> Iterator[Claim]:
    """Own `data` for the time of the block. Raises DataLocked.

    The lock ends with the process. Its number is kept inside and wiped out only at a clean end.
    """
    make_folder(data)
    path = data / "serve.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = lock.read().strip() or "unknown"
            raise DataLocked(
                f"Parley already runs on the data in {data} (process {owner}). "
                f"Stop it first, or choose another folder with PARLEY_DATA."
            ) from None
        claim = Claim(path, lock.fileno(), was_killed=bool(lock.read().strip()))
        _note(lock.fileno(), f"{os.getpid()}\n")
        try:
            yield claim
        finally:
            _note(lock.fileno(), "")


def _note(file: int, content: str) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, content.encode(), 0)


def answers(host: str, port: int, path: str) -> bool:
    """Ask whether a process behind a listener does its work; the question waits until the process takes it."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listen(host: str, port: int, patience_seconds: float = 0.0, setting: str = "PARLEY_PORT") -> socket.socket:
    """Return a listening socket; waits `patience_seconds` for a taken port, then raises SetupError.

    `setting` is where the port can be changed.
    """
    deadline = time.monotonic() + patience_seconds
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        try:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
                raise SetupError(_why(error, host, port, setting)) from error
            time.sleep(_PAUSE_SECONDS)


def _why(error: OSError, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Choose another with {setting}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one from 1024 on with {setting}."
    reason = (error.strerror or "unknown reason").partition(" (")[0]
    return f"Cannot listen on {host}, port {port}: {reason}. Check PARLEY_HOST and {setting}."
