"""Can a comment be taken now? Asked of the server itself, not of its port."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from redis import Redis

from service.errors import StoreFull, StoreUnavailable
from service.store.connection import Connection

FULL_SHARE = 0.98  # of maxmemory
SPARE_BYTES = 200 << 20  # rewriting the append-only file needs room for a second copy


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a comment can be taken, and why not."""

    ready: bool
    detail: str = "ok"


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
    if folder and shutil.disk_usage(folder).free < max(SPARE_BYTES, int(info.get("aof_current_size", 0))):
        yield "The disk under the store is nearly full"
