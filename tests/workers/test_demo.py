import stat
from collections import Counter

import pytest

from service.demo import day
from service.moderation.desk import Desk
from service.values import Scope, State
from service.workers import demo
from tests.fakes import FakeScorer

BLOG = "http://127.0.0.1:8001"


@pytest.fixture
def desk(store, settings) -> Desk:
    return Desk(store, FakeScorer(), settings)


def test_the_demo_site_is_filled_once(desk):
    assert demo.fill(desk) == 140
    assert demo.fill(desk) == 0
    assert desk.store.sites.get("demo").title == "The Example Courier"


def test_something_has_happened_that_day(desk):
    desk.scorer.says(insult=0.7)
    demo.fill(desk)
    counts = {queue.name: (queue.waiting, queue.claimed) for queue in desk.store.queues.counts("demo")}
    assert counts == {"main": (138, 0), "escalated": (1, 0), "appeals": (1, 0)}
    objected = next(comment for comment in demo.comments() if demo.QUOTED in comment.text)
    assert desk.store.comments.get("demo", objected.id).appeal_note == demo.OBJECTION


def test_a_second_start_keeps_what_people_decided_meanwhile(desk):
    desk.scorer.says(insult=0.7)
    demo.fill(desk)
    desk.store.queues.claim("demo", "main", "ann", 1, 60_000, "token", 10)
    desk.scorer.says(insult=0.0)
    demo.fill(desk)
    main = desk.store.queues.counts("demo")[0]
    assert (main.waiting, main.claimed) == (137, 1)


def test_the_widget_shows_the_day_too(desk):
    demo.fill(desk)
    entries = desk.store.threads.entries("demo", day.ARTICLE_ID)
    assert len(entries) == 140
    assert {entry.state for entry in entries} == {State.APPROVED}


def test_the_comments_are_numbered_and_every_answer_has_its_parent():
    thread = demo.comments()
    assert [comment.id for comment in thread] == [f"demo-{n:03}" for n in range(1, 141)]
    earlier: set[str] = set()
    for comment in thread:
        assert comment.parent_id is None or comment.parent_id in earlier
        earlier.add(comment.id)
    assert sum(comment.parent_id is not None for comment in thread) >= 40


def test_they_came_over_a_day_in_this_order():
    times = [comment.created_at for comment in demo.comments()]
    assert times == sorted(times)
    assert 12 <= (times[-1] - times[0]).total_seconds() / 3600 < 24


def test_one_reader_is_one_author():
    authors = Counter((comment.author.name, comment.author.id) for comment in demo.comments())
    assert len({author_id for _, author_id in authors}) == len(authors)
    assert authors["Prof. H.", "reader-profh"] >= 3


def test_the_day_has_a_campaign_and_several_scripts():
    texts = [comment.text for comment in demo.comments()]
    assert sum("GoldRush" in text for text in texts) == 12
    for letter in ("Ս", "ن", "Ш", "ş", "ə"):
        assert any(letter in text for text in texts), letter


def test_no_comment_points_to_a_real_place_on_the_web():
    for comment in demo.comments():
        for word in comment.text.split():
            assert "://" not in word or ".example" in word
            assert "@" not in word or ".example" in word


def test_the_blog_gets_a_key_that_can_submit_alone_and_a_webhook(desk, tmp_path):
    demo.furnish(desk, tmp_path / "demo", BLOG)
    key = desk.store.keys.find((tmp_path / "demo" / "key").read_text().strip())
    site = desk.store.sites.get("demo")
    assert key.scopes == {Scope.SUBMIT}
    assert site.webhook_url == f"{BLOG}/parley"
    assert (tmp_path / "demo" / "webhook.secret").read_text().strip() == site.webhook_secret
    assert site.origins == (BLOG, "http://localhost:8001")
    for path in (tmp_path / "demo").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_start_furnishes_nothing_anew(desk, tmp_path):
    for _ in range(2):
        demo.furnish(desk, tmp_path, BLOG)
    assert len(desk.store.keys.all("demo")) == 1
    (tmp_path / "key").unlink()
    (tmp_path / "webhook.secret").unlink()
    demo.furnish(desk, tmp_path, BLOG)
    assert len(desk.store.keys.all("demo")) == 2
    assert (tmp_path / "webhook.secret").read_text().strip() == desk.store.sites.get("demo").webhook_secret
