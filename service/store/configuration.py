"""What the embedded server is told: everything is on disk before an answer leaves, and nothing is evicted."""

from pathlib import Path

from service.settings import Settings
from service.store.engine import Engine


def configuration(engine: Engine, folder: Path, socket: Path, settings: Settings) -> bytes:
    """Return the server's configuration file; an unknown directive would end it, so each engine gets its own."""
    directives = {
        "port": b"0",
        "unixsocket": _quoted(socket),
        "unixsocketperm": b"700",
        "dir": _quoted(folder),
        "save": b'""',
        "appendonly": b"yes",
        "appendfsync": settings.redis_fsync.encode(),
        "aof-load-truncated": b"yes",
        "no-appendfsync-on-rewrite": b"no",
        "maxmemory": settings.redis_max_memory.encode(),
        "maxmemory-policy": b"noeviction",
        "databases": b"1",
        "crash-log-enabled": b"no",  # it would quote comments
    }
    directives |= _before_seven() if engine.is_before_seven else _from_seven()
    return b"".join(name.encode() + b" " + value + b"\n" for name, value in directives.items())


def _before_seven() -> dict[str, bytes]:
    return {"hash-max-ziplist-value": b"2048"}


def _from_seven() -> dict[str, bytes]:
    closed = dict.fromkeys(("enable-debug-command", "enable-module-command", "enable-protected-configs"), b"no")
    return {"hash-max-listpack-value": b"2048"} | closed


def _quoted(path: Path) -> bytes:
    escaped = bytes(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
