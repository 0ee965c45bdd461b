from collections import Counter

import pytest

from service.moderation.desk import Desk
from service.workers import demo
from tests.fakes import FakeScorer


@pytest.fixture
def desk(store, settings) -> Desk:
    return Desk(store, FakeScorer(), settings)


def test_the_demo_site_is_filled_once(desk):
    assert demo.fill(desk) == 60
    assert demo.fill(desk) == 0
    assert desk.store.sites.get("demo").title == "The Example Courier"


def test_a_second_start_keeps_what_people_decided_meanwhile(desk):
    desk.scorer.says(insult=0.7)
    demo.fill(desk)
    desk.store.queues.claim("demo", "main", "ann", 1, 60_000, "token", 10)
    desk.scorer.says(insult=0.0)
    demo.fill(desk)
    main = desk.store.queues.counts("demo")[0]
    assert (main.waiting, main.claimed) == (59, 1)


def test_the_comments_are_numbered_and_every_answer_has_its_parent():
    thread = demo.comments()
    assert [comment.id for comment in thread] == [f"demo-{n:03}" for n in range(1, 61)]
    earlier: set[str] = set()
    for comment in thread:
        assert comment.parent_id is None or comment.parent_id in earlier
        earlier.add(comment.id)
    assert sum(comment.parent_id is not None for comment in thread) >= 15


def test_one_reader_is_one_author():
    authors = Counter((comment.author.name, comment.author.id) for comment in demo.comments())
    assert len({author_id for _, author_id in authors}) == len(authors)
    assert authors["Prof. H.", "reader-profh"] >= 3


def test_no_comment_points_to_a_real_place_on_the_web():
    for comment in demo.comments():
        for word in comment.text.split():
            assert "://" not in word or ".example" in word
