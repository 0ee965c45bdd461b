"""The queue when it is long: claim and decide at 100,000 waiting comments, and what each of them costs in memory."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from bench.result import Figure
from bench.stage import SITE, Stage, stage
from bench.texts import text
from service.values import Article, Assessment, Author, Choice, Comment, Decision, Reason, Verdict

PENDING, CHUNK, SAMPLES = 100_000, 1000, 400
LEASE_MS, LIMIT_MS = 300_000, 10.0
SCORES = dict.fromkeys(
    ("spam", "toxicity", "severe_toxicity", "insult", "threat", "identity_attack", "profanity", "sexually_explicit"),
    0.4321,
)
ASSESSMENT = Assessment(
    Verdict.REVIEW,
    SCORES,
    (
        Reason("score", "Insult 0.4321 reaches the limit for review, 0.40.", "insult", 0.4321, 0.4),
        Reason("score", "Toxicity 0.4321 reaches the limit for review, 0.40.", "toxicity", 0.4321, 0.4),
    ),
    "base-2",
    0,
    0.3,
)


def measure() -> Iterator[Figure]:
    """Yield memory per comment and the tail latencies of a claim and a decision, beside those of one disk flush."""
    for fsync in ("always", "everysec"):
        with stage(fsync) as ground:
            before = _used_memory(ground)
            _fill(ground)
            if fsync == "always":
                yield Figure(
                    "Redis memory per waiting comment beyond its text", _beyond(ground, before), "bytes", 900, False
                )
                yield from _spread("one disk flush of 1 KiB", _flushes(ground.settings.data))
            claims, decisions = _claim_and_decide(ground)
            yield from _spread(f"claim of 10 at {PENDING:,} waiting, {fsync}", claims, LIMIT_MS)
            yield from _spread(f"decide at {PENDING:,} waiting, {fsync}", decisions, LIMIT_MS)


def _beyond(ground: Stage, before: int) -> float:
    text_bytes = sum(len(text(number % 500).encode()) for number in range(PENDING))
    return (_used_memory(ground) - before - text_bytes) / PENDING


def _spread(name: str, seen: list[float], goal: float | None = None) -> Iterator[Figure]:
    ordered = sorted(seen)
    yield Figure(f"{name}, p50", ordered[len(ordered) // 2] * 1000, "ms")
    yield Figure(f"{name}, p99", ordered[int(len(ordered) * 0.99)] * 1000, "ms", goal, at_least=False)


def _flushes(folder: Path) -> list[float]:
    seen: list[float] = []
    with (folder / "flush").open("ab", buffering=0) as file:
        for _ in range(SAMPLES):
            file.write(bytes(1024))
            with _timed(seen):
                os.fdatasync(file.fileno())
    return seen


def _fill(ground: Stage) -> None:
    for first in range(0, PENDING, CHUNK):
        ground.store.comments.submit(SITE, [(_comment(number), ASSESSMENT) for number in range(first, first + CHUNK)])


def _comment(number: int) -> Comment:
    person = number % 5000
    author = Author(
        id=f"reader-{person}",
        name=f"Reader {person}",
        email=f"reader{person}@mail.example",
        url=f"https://people.example/{person}",
        ip=f"192.0.2.{person % 250}",
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    )
    article = Article(f"article-{number % 40}", f"https://news.example/{number % 40}", "Talks resume in Geneva")
    return Comment(f"c-{number}", text(number % 500), author, article)


def _claim_and_decide(ground: Stage) -> tuple[list[float], list[float]]:
    queues, claims, decisions = ground.store.queues, list[float](), list[float]()
    for sample in range(SAMPLES):
        token = f"t-{sample}"
        with _timed(claims):
            claim = queues.claim(SITE, "main", "ani", 10, LEASE_MS, token, PENDING)
        for kept in claim.comments:
            comment_id = kept.comment.id
            with _timed(decisions):
                queues.decide(SITE, token, "ani", [Decision(comment_id, Choice.APPROVE)], f"o-{comment_id}", 0)
    return claims, decisions


@contextmanager
def _timed(seen: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seen.append(time.perf_counter() - began)


def _used_memory(ground: Stage) -> int:
    assert ground.settings.redis_url is not None
    with redis.Redis.from_url(ground.settings.redis_url.get_secret_value()) as client:
        used: int = client.info("memory")["used_memory"]
        return used
