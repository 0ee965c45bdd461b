"""The second opinion on the road: what it costs a comment, and the traffic, by how many comments are in doubt."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import count
from statistics import mean, median

from bench.intake import APP
from bench.load import Load, MakeRequest, closed_loop, open_loop
from bench.result import Figure
from bench.stage import Stage, Web, stage, web
from bench.texts import SENTENCES, body, post
from models.classifier import Classifier
from models.second.opinion import SecondOpinion
from service.moderation.policy import DEFAULT_POLICY
from service.moderation.second.doubt import is_doubtful
from service.moderation.submit import assess
from service.settings import Settings
from service.values import Comment

SHARES = (0.0, 0.1, 0.2, 0.4)
CONNECTIONS, ROUNDS, SLICE_SECONDS = 32, 5, 2.0
CALM_PER_SECOND, CALM_SECONDS = 60.0, 4.0
CALM_CONNECTIONS = 8  # fewer than threads, each of which a fresh connection holds until it says something
WORDS, REPEATS = (20, 45, 95), 50
MOST_MS = 1.5
_runs = count()


def measure() -> Iterator[Figure]:
    """Yield milliseconds of both models, and throughput and latency with second opinions beside those without."""
    yield from _alone()
    with stage("everysec", "inline") as ground:
        silent = replace(ground, settings=ground.settings.model_copy(update={"second_opinion": "off"}))
        with web(APP, ground.settings) as asking, web(APP, silent.settings) as never:
            for share in SHARES:
                yield from _throughput(ground, asking, never, share)
                yield from _latency(ground, asking, never, share)


def _alone() -> Iterator[Figure]:
    """Yield the time of one text on one thread, of the first model and of the second in turn."""
    settings = Settings()
    first = Classifier.load(settings.model)
    second = SecondOpinion.load(settings.second_model, first.normalise)
    for words in WORDS:
        text = " ".join((" ".join(SENTENCES)).split()[:words])
        works = partial(first.score, [text]), partial(second.hear, [text])
        pairs = [[_cpu_ms(work) for work in works] for _ in range(REPEATS)]
        quick, slow = (median(taken) for taken in zip(*pairs, strict=True))
        yield Figure(f"first model, {words} words", quick, "ms")
        yield Figure(f"second model, {words} words", slow, "ms", note=f"{slow / quick:.0f} times the first")


def _cpu_ms(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return (time.thread_time() - started) * 1000


def _throughput(ground: Stage, asking: Web, never: Web, share: float) -> Iterator[Figure]:
    pairs = [[_closed(ground, web, share) for web in (asking, never)] for _ in range(ROUNDS)]
    ratio = median(ours / theirs for ours, theirs in pairs)
    note = f"{median(ours for ours, _ in pairs):,.0f} beside {median(theirs for _, theirs in pairs):,.0f} a second"
    yield Figure(f"comments a second with {share:.0%} in doubt / without second opinions", ratio, "x", note=note)


def _latency(ground: Stage, asking: Web, never: Web, share: float) -> Iterator[Figure]:
    """Yield what a comment waits longer on a calm day, in the middle and on average."""
    loads = [[_calm(ground, web, share) for web in (asking, never)] for _ in range(3)]
    middle = median(ours.quantile(0.5) / theirs.quantile(0.5) for ours, theirs in loads)
    longer = median((mean(ours.latencies) - mean(theirs.latencies)) * 1000 for ours, theirs in loads)
    yield Figure(f"p50 with {share:.0%} in doubt / without", middle, "x")
    goal = MOST_MS if share == 0.2 else None
    yield Figure(f"mean wait more with {share:.0%} in doubt", longer, "ms", goal, at_least=False)


def _closed(ground: Stage, server: Web, share: float) -> float:
    return closed_loop(server.port, _request(ground, share), CONNECTIONS, SLICE_SECONDS).per_second


def _calm(ground: Stage, server: Web, share: float) -> Load:
    request = _request(ground, share)
    return open_loop(server.port, request, CALM_PER_SECOND, CALM_SECONDS, connections=CALM_CONNECTIONS)


def _request(ground: Stage, share: float) -> MakeRequest:
    """Return what makes requests of which `share` are in doubt."""
    run, (doubtful, clear) = f"o{next(_runs)}", _texts()

    def request(number: int) -> bytes:
        chance = random.Random(number)
        pool = doubtful if chance.random() < share else clear
        return post("/v1/comments", body(number, run) | {"text": chance.choice(pool)}, ground.key)

    return request


@cache
def _texts() -> tuple[list[str], list[str]]:
    """Return invented comments about which the first model is in doubt, and others."""
    chance = random.Random(1)
    comments = [Comment(f"{at}", " ".join(chance.sample(SENTENCES, 3))) for at in range(600)]
    found = assess(Classifier.load(Settings().model), DEFAULT_POLICY, comments)
    parts: tuple[list[str], list[str]] = ([], [])
    for comment, assessment in zip(comments, found, strict=True):
        parts[0 if is_doubtful(DEFAULT_POLICY, assessment) else 1].append(comment.text)
    return parts
