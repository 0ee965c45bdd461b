"""The one guarded road to Redis: bounded in time, safe to retry, and no redis exception leaves it."""

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from redis import Redis
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ClusterError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as TimedOut

from service.errors import ParleyError, StoreFull, StoreUnavailable, sound
from service.store.breaker import Breaker
from service.store.lua import Call, Word
from service.store.nodes import Command, Nodes, Wait, open_nodes

AWAY = (NotConnected, TimedOut, ClusterError, RedisClusterException, OSError)
PASSING = (BusyLoadingError, ClusterDownError, ReadOnlyError, TryAgainError)
PAUSES_SECONDS = (0.02, 0.08, 0.2)
RETRY_SHARE = 0.4  # of the time limit: with connecting (0.5) and one answer (1.0) every call ends within 1.9 limits
LONGEST_BLOCK_MS = 15_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Live:
    """What belongs to one process: sockets and locks do not survive a fork."""

    pid: int
    nodes: Nodes
    listening: Nodes
    breaker: Breaker = field(default_factory=Breaker)


class Connection:
    """Run commands and scripts. Every call raises StoreUnavailable or StoreFull, and ends within two time limits.

    Nothing is connected at construction. A call that met a broken connection is sent again, so whatever is sent
    must bear being repeated. All keys of one call belong to one site; `run_all` alone may mix sites.
    """

    def __init__(
        self, url: str, timeout_seconds: float = 1.0, max_connections: int = 64, wait_replicas: int = 0
    ) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._max_connections = max_connections
        self._wait_replicas = wait_replicas
        self._live: _Live | None = None

    @property
    def waits(self) -> bool:
        """Say whether replicas must confirm what is kept."""
        return self._wait_replicas > 0

    @property
    def is_cluster(self) -> bool:
        """Say whether sites live on several servers, which fail one by one."""
        return self._url.startswith("redis+cluster:")

    def run(self, *command: Word) -> Any:
        """Return the reply to one command, e.g. `run("HGETALL", key)`; replies are str, int, None, list, dict."""
        return self.run_all([command])[0]

    def run_all(self, commands: Sequence[Command]) -> list[Any]:
        """Return the replies to several commands, sent in one round trip. They are not a transaction."""
        return [_checked(reply) for reply in self._send(commands)]

    def script(self, name: str, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        """Run `scripts/<name>.lua`, which is atomic."""
        return self.scripts([Call(name, keys, args)])[0]

    def scripts(self, calls: Sequence[Call], durable: bool = False) -> list[Any]:
        """Run several scripts in one round trip, each atomic by itself.

        With `durable`, also wait for the replicas that the settings ask for; too few raise StoreUnavailable.
        """
        return [sound(reply) for reply in self.outcomes(calls, durable)]

    def outcomes(self, calls: Sequence[Call], durable: bool = False) -> list[Any]:
        """Run scripts as `scripts` does; the ParleyError of one that failed stands in its place."""
        wait = self._wait(durable)
        replies = self._send([call.by_digest() for call in calls], wait)
        unknown = [place for place, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if unknown:
            taught = self._send(_teaching([calls[place] for place in unknown]), wait)
            for place, reply in zip(unknown, taught, strict=True):
                replies[place] = reply
        return [_translated(reply) if isinstance(reply, Exception) else reply for reply in replies]

    def listen(self, command: Command, key: str) -> Any:
        """Run a command that blocks up to LONGEST_BLOCK_MS, on a connection of its own. Does not count as a failure."""
        self.run("EXISTS", key)  # fails at once when the server is away
        try:
            return _checked(self._alive().listening.send([command], None)[0])
        except AWAY:
            raise StoreUnavailable from None

    def each_server(self, ask: Callable[[Redis], T]) -> list[T]:
        """Ask every primary, e.g. for INFO."""
        return self._guarded(lambda: [ask(server) for server in self._alive().nodes.servers()])

    def close(self) -> None:
        """Close every connection of this process."""
        if self._live and self._live.pid == os.getpid():
            self._live.nodes.close()
            self._live.listening.close()
        self._live = None

    def _wait(self, durable: bool) -> Wait | None:
        """Ask for replicas in half the time limit, so that the socket does not give up first."""
        if not (durable and self.waits):
            return None
        return Wait(self._wait_replicas, int(self._timeout_seconds * 500))

    def _send(self, commands: Sequence[Command], wait: Wait | None = None) -> list[Any]:
        if not commands:
            return []

        def attempt() -> list[Any]:
            replies = self._alive().nodes.send(commands, wait)
            for reply in replies:
                if isinstance(reply, PASSING):
                    raise reply
            return replies

        return self._guarded(attempt)

    def _guarded(self, attempt: Callable[[], T]) -> T:
        live = self._alive()
        live.breaker.enter()
        began = time.monotonic()
        last_retry_at = began + RETRY_SHARE * self._timeout_seconds
        for pause in (*PAUSES_SECONDS, None):
            try:
                result = attempt()
            except (*AWAY, *PASSING) as error:
                live.nodes.forget()
                if pause is None or time.monotonic() + pause > last_retry_at:
                    live.breaker.failed(time.monotonic() - began)
                    raise StoreUnavailable(_why(error)) from None
                time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - spreads retries, guards nothing
            except RedisError as error:
                raise _translated(error) from None
            else:
                live.breaker.succeeded()
                return result
        raise AssertionError("the last pause is None")

    def _alive(self) -> _Live:
        live = self._live
        if live is None or live.pid != os.getpid():
            nodes = open_nodes(self._url, self._timeout_seconds, self._max_connections)
            listening = open_nodes(self._url, self._timeout_seconds, self._max_connections, LONGEST_BLOCK_MS / 1000)
            live = self._live = _Live(os.getpid(), nodes, listening)
        return live


def _teaching(calls: Sequence[Call]) -> list[Command]:
    """Return the commands of `calls`; the first of each script carries its source, for the rest of the round trip."""
    known: set[str] = set()
    commands: list[Command] = []
    for call in calls:
        commands.append(call.by_digest() if call.name in known else call.by_source())
        known.add(call.name)
    return commands


def _checked(reply: Any) -> Any:
    if isinstance(reply, Exception):
        raise _translated(reply) from None
    return reply


def _translated(error: Exception) -> ParleyError:
    """Return our word for a redis error. Its own message may hold what was sent, so none of it is kept."""
    message = str(error)
    if isinstance(error, OutOfMemoryError) or "OOM command not allowed" in message:
        return StoreFull("The store's memory is full")
    if "MISCONF" in message:
        return StoreFull("The store cannot write to its disk")
    if not isinstance(error, ResponseError) or message.startswith(("NOREPLICAS", "BUSY", "LOADING", "READONLY")):
        return StoreUnavailable(_why(error))
    return ParleyError(f"The store refused a command ({message.split(maxsplit=1)[0]})")


def _why(error: Exception) -> str:
    return f"The store does not answer ({type(error).__name__})"
