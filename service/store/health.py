"""Can a comment be taken now? Asked of the server itself, not of its port, and of the disk under it."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from redis import Redis

from service.errors import StoreFull, StoreUnavailable
from service.store.connection import Connection

FULL_SHARE = 0.98  # of maxmemory
NO_ROOM = "The disk under the store is nearly full"
SPARE_BYTES = 200 << 20  # rewriting the append-only file needs room for a second copy
LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a comment can be taken, and why not."""

    ready: bool
    detail: str = "ok"


class Room:
    """The free space under an embedded server: when none is left to it, the server ends, and with it everything."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._look_at = 0.0
        self._enough = True

    def demand(self) -> None:
        """Raise StoreFull when the disk is nearly full; looks at most every two seconds."""
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + LOOK_SECONDS
            self._enough = self._folder is None or has_room(self._folder)
        if not self._enough:
            raise StoreFull(NO_ROOM)


def has_room(folder: Path) -> bool:
    """Tell whether the disk can take a second copy of what is kept in `folder`, and 200 MB."""
    kept = sum(file.stat().st_size for file in folder.glob("appendonlydir/*"))
    return shutil.disk_usage(folder).free >= max(SPARE_BYTES, kept)


def examine(connection: Connection, folder: Path | None) -> Health:
    """Ask every primary; `folder` is where an embedded server keeps its data, to look at the disk's free space."""
    try:
        for info in connection.each_server(_info):
            for problem in _problems(info, folder):
                return Health(False, problem)
    except (StoreUnavailable, StoreFull) as error:
        return Health(False, error.detail)
    return Health(True)


def _info(server: Redis) -> Mapping[str, Any]:
    server.ping()  # a server that cannot write its file refuses this
    return cast("Mapping[str, Any]", server.info())


def _problems(info: Mapping[str, Any], folder: Path | None) -> Iterator[str]:
    if info.get("loading"):
        yield "The store is loading its data"
    if info.get("aof_last_write_status") == "err":
        yield "The store cannot write to its disk"
    if info.get("aof_enabled") and info.get("aof_last_bgrewrite_status") == "err":
        yield "The store could not rewrite its append-only file"
    limit = int(info.get("maxmemory", 0))
    if limit and int(info["used_memory"]) > limit * FULL_SHARE:
        yield "The store's memory is full"
    if limit and str(info.get("maxmemory_policy")).startswith("allkeys"):
        yield "The store evicts comments: set maxmemory-policy to noeviction"
    if folder and not has_room(folder):
        yield NO_ROOM
