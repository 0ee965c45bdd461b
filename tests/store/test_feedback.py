"""The platform's opinion is a label, and settles what still waits."""

import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import Choice, Opinion, State, Verdict
from tests.store.scenes import BOB, DAY_MS, MINUTE_MS, SITE, claim, decided, submit, types

NAMES = Names(SITE)


def test_an_opinion_on_a_settled_comment_is_a_label_and_changes_no_state(store: Store) -> None:
    submit(store, verdict=Verdict.APPROVE)
    outcome = store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.APPROVED, 1)
    assert (label.source, label.value, label.by, label.reason) == ("platform", "spam", "platform", None)
    assert label.text == "The bridge was closed in 1994."
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.type, event.version, event.detail) == ("feedback", 1, {"opinion": "spam"})


def test_an_opinion_settles_a_waiting_comment_without_telling_the_platform(store: Store, raw: redis.Redis) -> None:
    submit(store)
    outcome = store.comments.feedback(SITE, "c-1", Opinion.ABUSIVE, "platform", State.REJECTED)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.decided
    assert (outcome.outcome, outcome.state, outcome.version, outcome.by) == ("done", State.REJECTED, 2, "platform")
    assert (kept.decided.decision, kept.decided.by, kept.decided.reason) == (Choice.REJECT, "platform", "abusive")
    assert store.outbox.depth(SITE) == (0, 0)
    assert not claim(store).comments
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= 90 * DAY_MS
    assert store.events.of_comment(SITE, "c-1")[-1].detail == {"opinion": "abusive", "state": "rejected"}


def test_an_opinion_ends_a_claim(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    store.comments.feedback(SITE, "c-1", Opinion.FINE, "platform", State.APPROVED)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.state, kept.claimed_by) == (State.APPROVED, None)
    assert raw.exists(NAMES.held, NAMES.claimed("main")) == 0


def test_an_opinion_that_settles_nothing_leaves_the_comment_waiting(store: Store) -> None:
    submit(store)
    outcome = store.comments.feedback(SITE, "c-1", Opinion.NOT_SPAM, "platform", None)
    assert (outcome.outcome, outcome.state) == ("done", State.WAITING)
    assert len(claim(store).comments) == 1


def test_the_same_opinion_again_is_repeated(store: Store) -> None:
    submit(store)
    for _ in range(2):
        outcome = store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    assert outcome.outcome == "repeated"
    assert types(store) == ["received", "feedback"]


def test_a_label_without_effect_is_settled_by_a_later_opinion(store: Store) -> None:
    submit(store)
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", None)
    outcome = store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    assert (outcome.outcome, outcome.state) == ("done", State.REJECTED)


def test_the_last_word_is_the_label(store: Store) -> None:
    decided(store, Choice.APPROVE)
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (label.source, label.value) == ("platform", "spam")
    assert store.labels.count(SITE) == 1


def test_an_opinion_on_an_unknown_comment_is_not_found(store: Store, raw: redis.Redis) -> None:
    assert store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", None).outcome == "not_found"
    assert raw.keys("*") == []


def test_what_the_platform_settled_is_not_told_when_an_older_word_was_still_due(store: Store) -> None:
    decided(store)
    store.outbox.due(SITE, 10, MINUTE_MS)
    store.queues.undo(SITE, "c-1", None, "undo-1", 0)
    store.comments.feedback(SITE, "c-1", Opinion.FINE, "platform", State.APPROVED)
    assert store.outbox.depth(SITE) == (0, 0)


def test_labels_are_read_newest_first_and_counted(store: Store) -> None:
    for number in range(3):
        decided(store, comment_id=f"c-{number}")
    assert [label.comment_id for label in store.labels.read(SITE, 2)] == ["c-2", "c-1"]
    assert store.labels.count(SITE) == 3
    assert store.labels.read("other", 10) == []


def test_labels_that_expired_are_not_counted(store: Store, raw: redis.Redis) -> None:
    decided(store, reviewer=BOB)
    raw.zadd(NAMES.labels, {"long-gone": 1})
    raw.zadd(NAMES.labels, {"just-gone": 2e12})
    assert store.labels.count(SITE) == 2
    assert [label.comment_id for label in store.labels.read(SITE, 10)] == ["c-1"]


def test_a_suggestion_on_a_text_that_is_no_comment_is_a_label(store: Store, raw: redis.Redis) -> None:
    store.labels.suggest(SITE, "Buy now.", Opinion.SPAM, "key:k", reason="SPAM 1")
    [label] = store.labels.read(SITE, 10)
    assert (label.source, label.value, label.by, label.text, label.reason) == (
        *("suggested", "spam", "key:k"),
        *("Buy now.", "SPAM 1"),
    )
    assert label.comment_id.startswith("~")
    assert 0 < raw.pttl(NAMES.label(label.comment_id)) <= 90 * DAY_MS
    [event], _ = store.events.read(SITE, limit=10)
    assert (event.type, event.comment, event.detail) == ("suggested", None, {"opinion": "spam"})


def test_a_suggestion_told_again_changes_nothing_and_another_one_replaces_it(store: Store) -> None:
    for opinion in (Opinion.SPAM, Opinion.SPAM, Opinion.NOT_SPAM):
        store.labels.suggest(SITE, "Buy now.", opinion, "key:k")
    assert [label.value for label in store.labels.read(SITE, 10)] == ["not_spam"]
    events, _ = store.events.read(SITE, limit=10)
    assert [event.detail for event in events] == [{"opinion": "spam"}, {"opinion": "not_spam"}]


def test_tellers_do_not_overrule_each_other(store: Store) -> None:
    store.labels.suggest(SITE, "Buy now.", Opinion.SPAM, "key:k", teller="a")
    store.labels.suggest(SITE, "Buy now.", Opinion.FINE, "key:k", teller="b")
    assert store.labels.count(SITE) == 2


def test_a_suggestion_can_be_kept_while_memory_is_full(store: Store, raw: redis.Redis) -> None:
    submit(store)
    raw.config_set("maxmemory", "1")
    try:
        store.labels.suggest(SITE, "Buy now.", Opinion.SPAM, "key:k")
    finally:
        raw.config_set("maxmemory", "0")
    assert store.labels.count(SITE) == 1
