"""A waiting comment costs little memory beyond its text: a queue may hold a million."""

import random
from collections.abc import Sequence
from dataclasses import replace

from service.settings import Settings
from service.store.connect import connect
from service.store.encoding import ATTRIBUTES
from service.store.names import Names
from service.values import Article, Assessment, Author, Comment, Reason, Verdict
from tests.conftest import SECRET
from tests.store.scenes import SITE
from tests.store.server import Server

COMMENTS = 2_000
MOST_BYTES, MEMBERSHIP_BYTES = 900, 100
TEXT = "Twenty years on, nobody remembers who closed the bridge. " * 4
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def full_comment(number: int) -> Comment:
    """Return a comment with every field of author and article; everyone is somebody else."""
    mail, page = f"anna.petrosyan{number}@example.org", f"https://anna{number}.example.org/blog"
    author = Author(f"user-{number}", "Anna Petrosyan", mail, page, "203.0.113.27", AGENT)
    address = f"https://news.example.org/2026/11/22/article-{number % 50}"
    return Comment(f"comment-{number}", TEXT, author, Article(f"article-{number % 50}", address, "A bridge reopens"))


def full_assessment(dice: random.Random) -> Assessment:
    reasons = (
        Reason("score", "Toxicity 0.5216 reaches the limit for review, 0.40.", "toxicity", 0.5216, 0.4),
        Reason("score", "Threat 0.3123 reaches the limit for review, 0.15.", "threat", 0.3123, 0.15),
    )
    scores = {name: dice.random() for name in ATTRIBUTES}
    return Assessment(Verdict.REVIEW, scores, reasons, "base-2026.11-1", 12, dice.random())


def bytes_each(server: Server, texts: Sequence[str]) -> float:
    """Return what a waiting comment takes beyond its text, and beyond the index, which has a bound of its own."""
    store, dice = connect(Settings(redis_url=server.url, secret=SECRET)), random.Random(1)
    store.comments.submit(SITE, [(full_comment(0), full_assessment(dice))])
    before = _used(server)
    entries = [
        (replace(full_comment(number), text=text), full_assessment(dice)) for number, text in enumerate(texts, 1)
    ]
    store.comments.submit(SITE, entries)
    grown = _used(server) - before
    store.close()
    return grown / len(texts) - sum(map(len, texts)) / len(texts)


def _used(server: Server) -> int:
    index = server.client.memory_usage(Names(SITE).alike[0], samples=0) or 0
    return int(server.client.info("memory")["used_memory"]) - int(index)


def test_a_waiting_comment_takes_at_most_900_bytes_beyond_its_text(server: Server) -> None:
    dice = random.Random(2)
    texts = [" ".join("".join(dice.choices("aeioklmnrst", k=5)) for _ in range(38)) for _ in range(COMMENTS)]
    assert bytes_each(server, texts) <= MOST_BYTES


def test_a_copy_takes_little_more_for_its_place_in_a_campaign(server: Server) -> None:
    assert bytes_each(server, [TEXT] * COMMENTS) <= MOST_BYTES + MEMBERSHIP_BYTES


def test_an_entry_of_the_index_is_small(server: Server) -> None:
    """The index holds at most two hundred thousand entries per site."""
    store, dice = connect(Settings(redis_url=server.url, secret=SECRET)), random.Random(2)
    for number in range(200):
        text = " ".join("".join(dice.choices("aeioklmnrst", k=5)) for _ in range(38))
        store.comments.submit(SITE, [(replace(full_comment(number), text=text), full_assessment(dice))])
    index = Names(SITE).alike[0]
    assert server.client.memory_usage(index, samples=0) / server.client.hlen(index) <= 100
    store.close()
