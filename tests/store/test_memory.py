"""A waiting comment costs little memory beyond its text: a queue may hold a million."""

import random

from service.settings import Settings
from service.store.connect import connect
from service.store.encoding import ATTRIBUTES
from service.values import Article, Assessment, Author, Comment, Reason, Verdict
from tests.conftest import SECRET
from tests.store.scenes import SITE
from tests.store.server import Server

COMMENTS = 2_000
MOST_BYTES = 900
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


def test_a_waiting_comment_takes_at_most_900_bytes_beyond_its_text(server: Server) -> None:
    store, dice = connect(Settings(redis_url=server.url, secret=SECRET)), random.Random(1)
    store.comments.submit(SITE, [(full_comment(0), full_assessment(dice))])
    before = server.client.info("memory")["used_memory"]
    entries = [(full_comment(number), full_assessment(dice)) for number in range(1, COMMENTS + 1)]
    store.comments.submit(SITE, entries)
    grown = server.client.info("memory")["used_memory"] - before
    assert grown / COMMENTS - len(TEXT) <= MOST_BYTES
    store.close()
