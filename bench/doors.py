"""What a door costs over the native endpoint that does the same work: both asked in turn, one request at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from bench.intake import APP, at_load
from bench.load import MakeRequest, closed_loop
from bench.result import Figure
from bench.stage import Stage, Web, stage, web
from bench.texts import body, post, post_form, text

ROUNDS, SLICE_SECONDS = 15, 0.7
MOST_COST = 1.15
MOST_MS = 50.0  # the commonest client of Akismet gives up after a second


@dataclass(frozen=True, slots=True)
class Pair:
    """A door's request beside the native one; both take the run's name, which keeps comments apart."""

    name: str
    door: Callable[[Stage, str], MakeRequest]
    native: Callable[[Stage, str], MakeRequest]


def measure() -> Iterator[Figure]:
    """Yield each door's median latency as a multiple of the native one's, and the slowest of Akismet's answers."""
    with stage("always") as ground, web(APP, ground.settings) as server:
        for pair in PAIRS:
            yield _compared(pair, ground, server)
        slowest = min(at_load(server, _akismet(ground, f"load-{turn}")).quantile(0.99) for turn in range(3))
        yield Figure("akismet comment-check, p99 at 70 % load, best of 3", slowest, "ms", MOST_MS, at_least=False)


def _compared(pair: Pair, ground: Stage, server: Web) -> Figure:
    ratios, name = [], pair.name.replace(" ", "-")
    for number in range(ROUNDS):
        through, straight = (
            closed_loop(server.port, make(ground, f"{name}-{number}"), 1, SLICE_SECONDS)
            for make in (pair.door, pair.native)
        )
        if through.bad or straight.bad:
            raise RuntimeError(f"{through.bad} and {straight.bad} requests of {pair.name} failed")
        ratios.append(through.quantile(0.5) / straight.quantile(0.5))
    return Figure(f"{pair.name} / native, median latency", median(ratios), "x", MOST_COST, at_least=False)


def _comment(ground: Stage, run: str) -> MakeRequest:
    return lambda number: post("/v1/comments", body(number, f"n-{run}"), ground.key)


def _scores(ground: Stage, _run: str) -> MakeRequest:
    return lambda number: post("/v1/scores", {"text": text(number % 500)}, ground.key)


def _perspective(ground: Stage, _run: str) -> MakeRequest:
    path = f"/v1alpha1/comments:analyze?key={ground.key}"
    wanted: dict[str, object] = {name: {} for name in ("TOXICITY", "SEVERE_TOXICITY", "INSULT", "THREAT", "SPAM")}
    return lambda number: post(
        path, {"comment": {"text": text(number % 500)}, "requestedAttributes": wanted, "languages": ["en"]}, ground.key
    )


def _openai(ground: Stage, _run: str) -> MakeRequest:
    return lambda number: post("/v1/moderations", {"input": text(number % 500)}, ground.key)


def _coral(ground: Stage, run: str) -> MakeRequest:
    def request(number: int) -> bytes:
        native = body(number, run)
        content = {
            "action": "NEW",
            "comment": {"body": native["text"], "parentID": None},
            "author": {"id": native["id"], "role": "COMMENTER"},  # its own, so that no two are one comment
            "story": {"id": f"article-{number % 40}", "url": f"https://news.example/{number % 40}"},
            "site": {"id": "site"},
            "tenantID": "tenant",
            "tenantDomain": "news.example",
        }
        return post(f"/coral/moderation?key={ground.key}", content, ground.key)

    return request


def _akismet(ground: Stage, run: str) -> MakeRequest:
    def request(number: int) -> bytes:
        native = body(number, run)
        fields = {
            "api_key": ground.key,
            "blog": "https://news.example",
            "user_ip": "203.0.113.7",
            "user_agent": "Mozilla/5.0",
            "permalink": f"https://news.example/{number % 40}",
            "comment_type": "comment",
            "comment_author": native["id"],  # its own, so that no two are one comment
            "comment_author_email": "reader@example.org",
            "comment_content": native["text"],
        }
        return post_form("/1.1/comment-check", fields)

    return request


PAIRS = (
    Pair("akismet comment-check", _akismet, _comment),
    Pair("perspective analyze", _perspective, _scores),
    Pair("openai moderations", _openai, _scores),
    Pair("coral moderation", _coral, _comment),
)
