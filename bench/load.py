"""A small load generator: many kept-alive connections in one loop, so that it costs little beside what it measures."""

import random
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

RECEIVE_BYTES = 1 << 18
MakeRequest = Callable[[int], bytes]


@dataclass(slots=True)
class Load:
    """What one run saw: latencies in seconds of the answers, how many were not 2xx, and how long it ran."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: int = 0

    @property
    def per_second(self) -> float:
        """Return answers per second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the latency, in milliseconds, under which `share` of the answers stayed."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000


class _Connection:
    """One socket and the answer that is coming in on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.since = 0.0

    def send(self, request: bytes, since: float) -> None:
        self.received, self.since = b"", since
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Return the whole answer once it is there."""
        part = self.socket.recv(RECEIVE_BYTES)
        if not part:
            raise ConnectionError("the server closed a kept-alive connection")
        self.received += part
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return self.received if len(body) >= length else None


def closed_loop(port: int, request: MakeRequest, connections: int, seconds: float, start: int = 0) -> Load:
    """Keep `connections` requests in flight for `seconds`; request number i is `request(i)`."""
    numbers, load = count(start), Load()
    with _Pool(port, connections) as pool:
        began = time.perf_counter()
        for connection in pool.all:
            connection.send(request(next(numbers)), time.perf_counter())
        while pool.busy or time.perf_counter() - began < seconds:
            for connection, answer in pool.answers(1.0):
                _note(load, connection, answer)
                if time.perf_counter() - began < seconds:
                    connection.send(request(next(numbers)), time.perf_counter())
                else:
                    pool.rest(connection)
        load.seconds = time.perf_counter() - began
    return load


def open_loop(
    port: int, request: MakeRequest, rate: float, seconds: float, start: int = 0, connections: int = 64
) -> Load:
    """Send at `rate` per second with Poisson arrivals; latency counts from when a request was due."""
    due, load, numbers = _arrivals(rate, seconds), Load(), count(start)
    with _Pool(port, connections) as pool:
        for connection in pool.all:
            pool.rest(connection)
        began = time.perf_counter()
        next_due = next(due, None)
        while next_due is not None or pool.busy:
            now = time.perf_counter() - began
            while next_due is not None and next_due <= now and pool.idle:
                pool.wake().send(request(next(numbers)), began + next_due)
                next_due = next(due, None)
            wait = 0.05 if next_due is None or not pool.idle else max(next_due - now, 0.0)
            for connection, answer in pool.answers(min(wait, 0.05)):
                _note(load, connection, answer)
                pool.rest(connection)
        load.seconds = time.perf_counter() - began
    return load


class _Pool:
    """The connections of one run: those that wait for an answer and those that rest."""

    def __init__(self, port: int, size: int) -> None:
        self.all = [_Connection(port) for _ in range(size)]
        self.idle: list[_Connection] = []
        self.busy = size
        self._selector = selectors.DefaultSelector()
        for connection in self.all:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.all:
            connection.socket.close()
        self._selector.close()

    def rest(self, connection: _Connection) -> None:
        self.idle.append(connection)
        self.busy -= 1

    def wake(self) -> _Connection:
        self.busy += 1
        return self.idle.pop()

    def answers(self, wait_seconds: float) -> Iterator[tuple[_Connection, bytes]]:
        for key, _ in self._selector.select(wait_seconds):
            answer = key.data.answer()
            if answer is not None:
                yield key.data, answer


def _note(load: Load, connection: _Connection, answer: bytes) -> None:
    load.latencies.append(time.perf_counter() - connection.since)
    load.bad += answer[9:10] != b"2"


def _arrivals(rate: float, seconds: float) -> Iterator[float]:
    chance, at = random.Random(7), 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        yield at
