"""Where the embedded server listens, and whether it answers there."""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from service.errors import SetupError

ANSWER_SECONDS = 1.0


def socket_for(folder: Path) -> Path:
    """Return a path that a socket can have: in `folder`, else in a private folder for temporary files.

    Raises SetupError when that folder belongs to somebody else.
    """
    here = folder / "redis.sock"
    if _can_hold(here):
        return here
    private = Path(tempfile.gettempdir()) / f"parley-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    status = private.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise SetupError(f"{private} must be a directory of your own that nobody else may enter.")
    return private / f"{hashlib.sha256(bytes(folder)).hexdigest()[:16]}.sock"


def _can_hold(path: Path) -> bool:
    probe = path.with_name("probe.sock")  # as long as the name it stands for
    probe.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as trial, suppress(OSError):
        trial.bind(str(probe))
        probe.unlink()
        return True
    return False  # the path is longer than about 100 bytes, or the file system carries no sockets


def ping(path: Path) -> bytes:
    """Return what the server says to PING within 1 s, `-` when it listens and is silent, nothing when it does not."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(ANSWER_SECONDS)
        try:
            line.connect(str(path))
        except OSError:
            return b""
        try:
            line.sendall(b"PING\r\n")
            return line.recv(64) or b"-"
        except OSError:
            return b"-"
