"""Which server to ask: one, the one Sentinel names, or the cluster's owner of a key."""

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from hiredis import pack_command
from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import ConnectionInterface
from redis.exceptions import AskError, RedisClusterException, RedisError, ResponseError
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry
from redis.sentinel import Sentinel

from service.errors import SetupError
from service.store.lua import Word

Command = Sequence[Word]
CONNECT_SHARE = 0.5  # of the time limit for one answer
TOPOLOGY_SHARE = 0.2


class TooFewReplicas(RedisError):
    """What was written is not yet where it must be."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How many replicas must hold what was sent, and how long to wait for them."""

    replicas: int
    limit_ms: int


class Nodes(Protocol):
    """The servers behind one URL. Nothing is connected before the first command."""

    def send(self, commands: Sequence[Command], wait: Wait | None) -> list[Any]:
        """Send in one round trip per server; errors come back as values, in place. Raises TooFewReplicas."""

    def servers(self) -> list[Redis]:
        """Return a client of every primary."""

    def forget(self) -> None:
        """Look anew where the keys are before the next command."""

    def close(self) -> None:
        """Close every connection."""


def open_nodes(url: str, timeout_seconds: float, max_connections: int, block_seconds: float = 0.0) -> Nodes:
    """Return the servers `url` names: redis, rediss, unix, redis+sentinel or redis+cluster.

    An answer may take `timeout_seconds`, and that of a blocking command `block_seconds` more.
    """
    options = {
        "decode_responses": True,
        "protocol": 2,
        "socket_timeout": timeout_seconds + block_seconds,
        "socket_connect_timeout": timeout_seconds * CONNECT_SHARE,
        "retry": Retry(NoBackoff(), 0),  # retries have one place: connection.py, with one time budget
        "max_connections": max_connections,
        "driver_info": None,  # introducing oneself would cost two more answers per connection
    }
    parts = urlsplit(url)
    if parts.scheme in ("redis", "rediss", "unix"):
        return OneServer(Redis.from_url(url, **options))
    if parts.scheme == "redis+sentinel":
        return OneServer(_sentinel(parts, options, timeout_seconds * TOPOLOGY_SHARE))
    if parts.scheme == "redis+cluster":
        return Cluster(_addresses(parts, 6379), options | _credentials(parts), timeout_seconds)
    raise SetupError(
        f"REDIS_URL starts with {parts.scheme!r}; use redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://"
    )


def _addresses(parts: SplitResult, default_port: int) -> list[tuple[str, int]]:
    hosts = parts.netloc.rpartition("@")[2]
    pairs = [host.rpartition(":") if ":" in host else (host, ":", str(default_port)) for host in hosts.split(",")]
    if not all(host and port.isdigit() for host, _, port in pairs):
        raise SetupError("REDIS_URL needs host:port, separated by commas")
    return [(host, int(port)) for host, _, port in pairs]


def _credentials(parts: SplitResult) -> dict[str, str | bool]:
    """Return user, password and encryption: `user:password@` before the hosts, `?ssl=true` after them."""
    login, at, _ = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    found: dict[str, str | bool] = {"username": unquote(user), "password": unquote(password)} if at else {}
    if parse_qs(parts.query).get("ssl") == ["true"]:
        found["ssl"] = True
    return {name: value for name, value in found.items() if value}


def _sentinel(parts: SplitResult, options: dict[str, Any], limit_seconds: float) -> Redis:
    service = parts.path.strip("/")
    if not service:
        raise SetupError("REDIS_URL needs the service's name: redis+sentinel://host:port,host:port/service")
    asking = {
        "socket_timeout": limit_seconds,
        "socket_connect_timeout": limit_seconds,
        "retry": options["retry"],
        "driver_info": None,
    }
    sentinel = Sentinel(_addresses(parts, 26379), sentinel_kwargs=asking)
    client: Redis = sentinel.master_for(service, **options, **_credentials(parts))
    return client


def _exchange(client: Redis, commands: Sequence[Command], wait: Wait | None) -> list[Any]:
    """Send `commands` and return their replies, as the client's own pipeline does, with fewer objects between."""
    waiting = [("WAIT", wait.replicas, wait.limit_ms)] if wait else []  # for what this connection wrote
    sent = [tuple(command) for command in (*commands, *waiting)]
    connection = client.connection_pool.get_connection()
    try:
        packed = [pack_command(command) for command in sent]  # type: ignore[arg-type] # its stub knows one word only
        connection.send_packed_command([b"".join(packed)])
        replies = [_reply(client, connection, str(command[0])) for command in sent]
    except BaseException:
        connection.disconnect()  # or the next caller would read what is still to come
        raise
    finally:
        client.connection_pool.release(connection)
    if wait:
        confirmed = replies.pop()
        if isinstance(confirmed, Exception) or confirmed < wait.replicas:
            raise TooFewReplicas
    return replies


def _reply(client: Redis, connection: ConnectionInterface, name: str) -> Any:
    try:
        return client.parse_response(connection, name)
    except ResponseError as error:
        return error


class OneServer:
    """One server, or the primary that Sentinel names at every new connection."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    def send(self, commands: Sequence[Command], wait: Wait | None) -> list[Any]:
        """Send all in one round trip."""
        return _exchange(self._client, commands, wait)

    def servers(self) -> list[Redis]:
        """Return the one client."""
        return [self._client]

    def forget(self) -> None:
        """Close idle connections, so that Sentinel is asked again."""
        self._client.connection_pool.disconnect(inuse_connections=False)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


class Cluster:
    """A cluster: every command goes to the primary that owns its key; redirections are followed."""

    def __init__(self, addresses: Sequence[tuple[str, int]], options: dict[str, Any], timeout_seconds: float) -> None:
        self._addresses = addresses
        self._options = options
        self._patience_seconds = timeout_seconds * 2 * TOPOLOGY_SHARE
        self._client: RedisCluster | None = None
        self._stale = True
        self._looking: threading.Thread | None = None
        self._lock = threading.Lock()

    def send(self, commands: Sequence[Command], wait: Wait | None) -> list[Any]:
        """Send in one round trip per server."""
        cluster = self._up_to_date()
        shares: dict[str, list[int]] = {}
        for place, command in enumerate(commands):
            shares.setdefault(cluster.get_node_from_key(_key(command)).name, []).append(place)
        replies: dict[int, Any] = {}
        for name, places in shares.items():
            client = cluster.get_redis_connection(cluster.get_node(node_name=name))
            answers = _exchange(client, [commands[place] for place in places], wait)
            replies.update(zip(places, answers, strict=True))
        ordered = [replies[place] for place in range(len(commands))]
        return self._follow(cluster, commands, ordered, wait) if any(map(_is_elsewhere, ordered)) else ordered

    def servers(self) -> list[Redis]:
        """Return a client of every primary."""
        cluster = self._up_to_date()
        return [cluster.get_redis_connection(node) for node in cluster.get_primaries()]

    def forget(self) -> None:
        """Read the slot table again before the next command."""
        self._stale = True

    def close(self) -> None:
        """Close every connection."""
        if self._client:
            self._client.close()

    def _follow(
        self, cluster: RedisCluster, commands: Sequence[Command], replies: list[Any], wait: Wait | None
    ) -> list[Any]:
        """Send again, one by one, what belongs elsewhere; after the first failure the rest has failed too."""
        self._stale = True
        if wait:
            raise TooFewReplicas  # the caller's repetition finds the new place, and waits there
        failure: RedisError | None = None
        for place, reply in enumerate(replies):
            if _is_elsewhere(reply):
                try:
                    replies[place] = failure or cluster.execute_command(*commands[place])
                except RedisError as error:
                    failure = replies[place] = error
        return replies

    def _up_to_date(self) -> RedisCluster:
        """Return the cluster client. A silent node must not hold the caller, so another thread asks for the slots."""
        if self._stale:
            with self._lock:
                if not (self._looking and self._looking.is_alive()):
                    self._looking = threading.Thread(target=self._look, daemon=True)
                    self._looking.start()
            self._looking.join(self._patience_seconds)
        if self._client is None:
            raise NotConnected("no node of the cluster answers")
        return self._client

    def _look(self) -> None:
        with contextlib.suppress(RedisError, RedisClusterException, OSError):  # the next caller looks again
            if self._client is None:
                nodes = [ClusterNode(host, port) for host, port in self._addresses]
                self._client = RedisCluster(startup_nodes=nodes, require_full_coverage=False, **self._options)
            else:
                self._client.nodes_manager.initialize()
            self._stale = False


def _is_elsewhere(reply: Any) -> bool:
    return isinstance(reply, AskError)  # MOVED is one, too


def _key(command: Command) -> str:
    """Return the key that says which node a command belongs to."""
    words = [str(word) for word in command]
    name = words[0].upper()
    if name in ("EVAL", "EVALSHA"):
        return words[3]
    if name == "XREAD":
        return words[[word.upper() for word in words].index("STREAMS") + 1]
    return words[2] if name in ("XINFO", "MEMORY", "OBJECT") else words[1]
