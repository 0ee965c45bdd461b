"""Intake against a bare Flask endpoint on the same gunicorn: throughput, tail latency, and batches against singles."""

from collections.abc import Iterator
from itertools import count
from statistics import median

from bench.load import Load, MakeRequest, closed_loop, open_loop
from bench.result import Figure
from bench.stage import Stage, Web, stage, web
from bench.texts import body, post

APP, BARE = "service.app:create_app()", "bench.bare:app"
CONNECTIONS, ROUNDS, SLICE_SECONDS = 32, 7, 2.0
BATCH, BATCH_CONNECTIONS = 100, 4
GOALS = {"always": 0.28, "everysec": 0.40}
_runs = count()


def measure() -> Iterator[Figure]:
    """Yield the figures for both ways of flushing."""
    for fsync in ("always", "everysec"):
        with stage(fsync) as ground, web(APP, ground.settings) as full, web(BARE, ground.settings) as bare:
            yield from _throughput(ground, full, bare, fsync)
            yield from _batches(ground, full, fsync)
            yield from _tail(ground, full, bare, fsync)


def _throughput(ground: Stage, full: Web, bare: Web, fsync: str) -> Iterator[Figure]:
    pairs = [(_closed(full, _single(ground)), _closed(bare, _single(ground))) for _ in range(ROUNDS)]
    ratio = median(ours.per_second / theirs.per_second for ours, theirs in pairs)
    yield Figure(f"intake / bare Flask, {fsync}", ratio, "x", GOALS[fsync])
    yield Figure(f"intake, {fsync}", median(ours.per_second for ours, _ in pairs), "comments/s")
    yield Figure(f"bare Flask beside it, {fsync}", median(theirs.per_second for _, theirs in pairs), "requests/s")
    yield Figure(f"failed requests, {fsync}", sum(ours.bad for ours, _ in pairs), "", 0, at_least=False)


def _batches(ground: Stage, full: Web, fsync: str) -> Iterator[Figure]:
    ratios = []
    for _ in range(3):
        many = _closed(full, _batch(ground), BATCH_CONNECTIONS)
        single = _closed(full, _single(ground))
        ratios.append(many.per_second * BATCH / single.per_second)
    yield Figure(f"batch of {BATCH} / single, comments per second, {fsync}", median(ratios), "x", 5.0)


def _tail(ground: Stage, full: Web, bare: Web, fsync: str) -> Iterator[Figure]:
    ratios, best = [], float("inf")
    for _ in range(3):
        ours, theirs = at_load(full, _single(ground)), at_load(bare, _single(ground))
        ratios.append(ours.quantile(0.99) / theirs.quantile(0.99))
        best = min(best, ours.quantile(0.99))
    yield Figure(f"p99 at 70 % load / bare Flask's, {fsync}", median(ratios), "x", 2.0, at_least=False)
    yield Figure(f"p99 at 70 % load, best of 3, {fsync}", best, "ms")


def _closed(server: Web, request: MakeRequest, connections: int = CONNECTIONS) -> Load:
    return closed_loop(server.port, request, connections, SLICE_SECONDS)


def at_load(server: Web, request: MakeRequest, share: float = 0.7) -> Load:
    """Return what is seen at `share` of what the server can take."""
    capacity = _closed(server, request).per_second
    return open_loop(server.port, request, capacity * share, 4.0, start=1_000_000)


def _single(ground: Stage) -> MakeRequest:
    run = f"s{next(_runs)}"
    return lambda number: post("/v1/comments", body(number, run), ground.key)


def _batch(ground: Stage) -> MakeRequest:
    run = f"b{next(_runs)}"

    def request(number: int) -> bytes:
        comments = [body(number * BATCH + i, run) for i in range(BATCH)]
        return post("/v1/comments/batch", {"comments": comments}, ground.key)

    return request
