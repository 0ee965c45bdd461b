"""Erased text leaves the disk only when the server rewrites its log file; ask ours to do so."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from redis import Redis
from redis.exceptions import ResponseError

from service.store.connection import Connection


class Compaction:
    """Rewrites the embedded server's log file; a server of somebody else's is left to its owner."""

    def __init__(self, connection: Connection, url: str, data: Path) -> None:
        self._connection = connection
        self.is_ours = _is_embedded(url, data)

    def rewrite(self) -> bool:
        """Start a rewrite in the background; False when the server is not ours or is at it already."""
        if not self.is_ours:
            return False
        return all(self._connection.each_server(_start))


def _start(server: Redis) -> bool:
    try:
        server.bgrewriteaof()
    except ResponseError:  # one is under way
        return False
    return True


def _is_embedded(url: str, data: Path) -> bool:
    """Compare `url` with the socket that the embedded server of `data` listens on."""
    parts = urlsplit(url)
    try:
        socket = (data / "redis" / "socket").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return parts.scheme == "unix" and unquote(parts.path) == socket
