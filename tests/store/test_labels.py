"""Labels are read in order and in chunks, told apart by source and value, dropped singly, taken in by batches."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import redis

from service.errors import StoreFull
from service.shares import LookShares
from service.store.connect import Store
from service.store.imports import Judged
from service.store.names import Names
from service.values import Author, Choice, Decision, Opinion, Verdict
from tests.store.replay import audit
from tests.store.scenes import ANN, BOB, DAY_MS, MINUTE_MS, SITE, assessed, claim, comment, decide, decided, submit

NAMES = Names(SITE)
LONG_AGO = datetime(2014, 5, 1, 12, tzinfo=UTC)
CAROL = Author(id="17", name="Carol", email="Carol@example.org", url="https://carol.example")


def judged(
    comment_id: str | None = "7", text: str = "Cheap watches.", choice: Choice = Choice.REJECT, **more
) -> Judged:
    return Judged("wordpress", text, choice, comment_id, **({"reason": "spam", "at": LONG_AGO, "author": CAROL} | more))


def add(store: Store, *several: Judged, name: str = "blog") -> list[str]:
    return store.imports.add(SITE, name, several, "command line")


def ids(store: Store, **filters) -> list[str]:
    return [label.comment_id for label in store.labels.page(SITE, **filters)[0]]


def test_all_labels_come_oldest_first_in_chunks(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("service.store.labels.AT_ONCE", 2)
    for number in range(5):
        decided(store, comment_id=f"c-{number}")
    assert [label.comment_id for label in store.labels.all(SITE)] == [f"c-{number}" for number in range(5)]
    assert list(store.labels.all("other")) == []


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_labels_of_one_moment_are_neither_lost_nor_told_twice(store: Store, raw, monkeypatch, at_once) -> None:
    monkeypatch.setattr("service.store.labels.AT_ONCE", at_once)
    for number in range(7):
        decided(store, comment_id=f"c-{number}")
        raw.zadd(NAMES.labels, {f"c-{number}": 1000 + (number > 4)})
    assert [label.comment_id for label in store.labels.all(SITE)] == [f"c-{number}" for number in range(7)]


def test_labels_since_a_moment_are_those_kept_from_then_on(store: Store, raw) -> None:
    decided(store, comment_id="early")
    decided(store, comment_id="late")
    now = datetime.now(UTC)
    raw.zadd(NAMES.labels, {"early": (now - timedelta(hours=1)).timestamp() * 1000})
    assert [label.comment_id for label in store.labels.all(SITE, now - timedelta(minutes=1))] == ["late"]


def test_a_label_that_expired_is_left_out(store: Store, raw) -> None:
    decided(store, comment_id="c-1")
    decided(store, comment_id="c-2")
    raw.delete(NAMES.label("c-1"))
    assert [label.comment_id for label in store.labels.all(SITE)] == ["c-2"]


def test_a_label_tells_what_the_policy_had_said_and_who_wrote(store: Store) -> None:
    said = assessed()
    store.comments.submit(SITE, [(comment(id="17", name="Carol", email="carol@example.org"), said)])
    claim(store)
    decide(store, Choice.REJECT)
    store.comments.edit(SITE, comment(text="Another text.", id="18"), assessed(scores={"spam": 0.9}))
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (label.assessment, label.text) == (said, "The bridge was closed in 1994.")
    assert not label.is_blind
    other = store.imports.add(SITE, "x", [judged(author=Author(id="17"))], "me") and next(
        one for one in store.labels.read(SITE, 5) if one.reference
    )
    assert label.author_digest == other.author_digest


def test_a_label_knows_of_the_author_what_a_model_may_look_at_while_the_comment_is_kept(store: Store, raw) -> None:
    store.comments.submit(SITE, [(comment(id="17", name="Carol", ip="192.0.2.1"), assessed())])
    claim(store)
    decide(store)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert label.author == Author(name="Carol")
    raw.delete(NAMES.comment("c-1"))
    label = store.labels.get(SITE, "c-1")
    assert label
    assert label.author == Author()


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT])
def test_a_label_given_without_seeing_the_verdict_is_blind(store: Store, choice: Choice) -> None:
    store.comments.submit(SITE, [(comment(), assessed(Verdict.APPROVE))], LookShares(1, 1, 1))
    store.looks.take(SITE, ANN, 1, MINUTE_MS)
    store.looks.answer(SITE, ANN, [Decision("c-1", choice)], "op", 0)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert label.is_blind
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", None)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert not label.is_blind


def test_labels_are_counted_by_source_and_value(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("service.store.labels.AT_ONCE", 2)
    decided(store, comment_id="c-1")
    decided(store, Choice.REJECT, comment_id="c-2", reviewer=BOB)
    add(store, judged("7"), judged("8", "Fine words.", Choice.APPROVE), judged("9", "More watches."))
    assert store.labels.counts(SITE) == {
        (f"reviewer:{ANN}", "approve"): 1,
        (f"reviewer:{BOB}", "reject"): 1,
        ("import:blog", "approve"): 1,
        ("import:blog", "reject"): 2,
    }


@pytest.mark.parametrize("at_once", [2, 3, 100])
def test_pages_follow_one_another_whatever_is_asked_for(store: Store, monkeypatch, at_once) -> None:
    monkeypatch.setattr("service.store.labels.AT_ONCE", at_once)
    for number in range(7):
        decided(store, Choice.REJECT if number % 2 else Choice.APPROVE, comment_id=f"c-{number}")
    first, after = store.labels.page(SITE, limit=2, source="reviewer", value="reject")
    second, end = store.labels.page(SITE, after, limit=2, source=f"reviewer:{ANN}", value="reject")
    assert [label.comment_id for label in (*first, *second)] == ["c-1", "c-3", "c-5"]
    assert after
    assert end is None
    assert ids(store, source="platform") == ids(store, value="spam") == []
    assert len(ids(store)) == 7


def test_a_page_looks_at_no_more_than_it_may_and_says_where_to_go_on(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("service.store.labels.AT_ONCE", 2)
    monkeypatch.setattr("service.store.labels.MOST_LOOKED_AT", 4)
    for number in range(5):
        decided(store, Choice.REJECT if number == 4 else Choice.APPROVE, comment_id=f"c-{number}")
    found, after = store.labels.page(SITE, value="reject")
    assert found == []
    assert ids(store, after=after, value="reject") == ["c-4"]


def test_a_label_is_dropped_and_its_comment_stays(store: Store, raw) -> None:
    decided(store)
    assert store.labels.drop(SITE, "c-1", "key:a", ["base-2.3"]) is True
    assert store.labels.get(SITE, "c-1") is None
    assert store.labels.count(SITE) == 0
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.type, event.by, event.version, event.detail) == (
        *("label_dropped", "key:a", 3),
        {"models": ["base-2.3"]},
    )
    assert store.labels.drop(SITE, "c-1", "key:a") is False
    assert store.events.of_comment(SITE, "c-1")[-1] == event


def test_a_label_of_no_comment_is_dropped_too(store: Store) -> None:
    store.labels.suggest(SITE, "Buy now.", Opinion.SPAM, "key:k")
    [label] = store.labels.read(SITE, 5)
    assert store.labels.drop(SITE, label.comment_id, "key:a") is True
    assert store.labels.count(SITE) == 0
    assert store.events.read(SITE)[0][-1].type == "label_dropped"


def test_a_label_can_be_dropped_while_memory_is_full(store: Store, raw) -> None:
    decided(store)
    raw.config_set("maxmemory", "1")
    try:
        assert store.labels.drop(SITE, "c-1", "key:a") is True
    finally:
        raw.config_set("maxmemory", "0")


def test_an_import_keeps_all_that_was_known_and_is_kept_from_now_on(store: Store, raw: redis.Redis) -> None:
    assert add(store, judged(says={"spam": 0.9})) == ["new"]
    [label] = store.labels.read(SITE, 5)
    assert (label.source, label.value, label.by, label.reason) == ("import:blog", "reject", "import", "spam")
    assert (label.at, label.text, label.reference, label.says) == (LONG_AGO, "Cheap watches.", "7", {"spam": 0.9})
    assert label.author == Author(name="Carol", email="Carol@example.org", url="https://carol.example")
    assert 0 < raw.pttl(NAMES.label(label.comment_id)) <= 90 * DAY_MS
    assert store.labels.count(SITE) == 1, "its own time is long ago, and yet it is kept"
    [event], _ = store.events.read(SITE)
    assert (event.type, event.by, event.comment) == ("labels_imported", "command line", None)
    assert event.detail == {"source": "import:blog", "labels": 1}


def test_the_same_again_adds_nothing_and_is_no_event(store: Store, raw: redis.Redis) -> None:
    add(store, judged(), judged(None))
    before = raw.zrange(NAMES.labels, 0, -1, withscores=True), len(raw.keys("*"))
    assert add(store, judged(), judged(None), name="blog-again") == ["same", "same"]
    assert (raw.zrange(NAMES.labels, 0, -1, withscores=True), len(raw.keys("*"))) == before
    assert len(store.events.read(SITE)[0]) == 1


def test_another_decision_replaces_the_first(store: Store) -> None:
    add(store, judged())
    assert add(store, judged(choice=Choice.APPROVE, reason=None)) == ["changed"]
    assert [label.value for label in store.labels.read(SITE, 5)] == ["approve"]


def test_what_a_person_decided_here_stands_above_an_import(store: Store) -> None:
    decided(store, Choice.APPROVE, "7")
    assert add(store, judged("7", "The bridge was closed in 1994.")) == ["decided"]
    assert add(store, judged("7", "Another comment with this number.")) == ["new"]
    assert store.labels.count(SITE) == 2


def test_ids_of_different_platforms_are_different(store: Store) -> None:
    other = Judged("disqus", "Words.", Choice.APPROVE, "7")
    assert add(store, judged("7"), other) == ["new", "new"]


def test_a_batch_stays_in_order(store: Store) -> None:
    add(store, *(judged(str(number), f"Text {number}") for number in range(100, 150)))
    assert [label.reference for label in store.labels.all(SITE)] == [str(number) for number in range(100, 150)]


def test_an_import_is_refused_whole_while_memory_is_full(store: Store, raw: redis.Redis) -> None:
    submit(store)
    raw.config_set("maxmemory", "1")
    try:
        with pytest.raises(StoreFull):
            add(store, judged())
    finally:
        raw.config_set("maxmemory", "0")
    assert store.labels.count(SITE) == 0
    assert add(store, judged()) == ["new"]


def test_a_flood_of_suggestions_takes_no_more_room_than_it_may(store: Store, raw: redis.Redis, monkeypatch) -> None:
    monkeypatch.setattr("service.store.labels.MOST_SUGGESTED", 3)
    decided(store)
    for number in (0, 1, 2, 2, 3, 4):
        store.labels.suggest(SITE, f"Text {number}.", Opinion.SPAM, "key:k")
        time.sleep(0.002)  # two in one millisecond are equally old
    texts = [label.text for label in store.labels.all(SITE) if label.source == "suggested"]
    assert texts == ["Text 2.", "Text 3.", "Text 4."]
    assert store.labels.get(SITE, "c-1"), "what people decided does not give way"
    assert len(raw.keys(NAMES.label("*"))) == 4
    assert raw.zcard(NAMES.suggested) == 3


def test_suggestions_that_expired_make_room(store: Store, raw: redis.Redis, monkeypatch) -> None:
    monkeypatch.setattr("service.store.labels.MOST_SUGGESTED", 2)
    store.labels.suggest(SITE, "Text 0.", Opinion.SPAM, "key:k")
    raw.zadd(NAMES.suggested, {"~gone": 1})
    store.labels.suggest(SITE, "Text 1.", Opinion.SPAM, "key:k")
    assert store.labels.count(SITE) == 2


def test_without_an_id_text_and_author_tell_labels_apart(store: Store) -> None:
    same = [judged(None), judged(None, author=Author(id="18")), judged(None, "Other words."), judged(None)]
    assert add(store, *same) == ["new", "new", "new", "same"]


def test_the_log_tells_no_contradiction_when_labels_come_and_go(store: Store) -> None:
    decided(store, comment_id="c-1")
    decided(store, comment_id="c-2")
    store.labels.suggest(SITE, "Buy now.", Opinion.SPAM, "key:k")
    add(store, judged("7"), judged("8"))
    for label in store.labels.read(SITE, 2):
        store.labels.drop(SITE, label.comment_id, "key:a")
    store.labels.drop(SITE, "c-1", "key:a")
    store.comments.erase_author(SITE, "17")
    store.comments.erase(SITE, "c-2")
    assert audit(store, SITE) == []
