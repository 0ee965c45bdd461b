"""A decision can be taken back: before the platform heard of it silently, afterwards with a word."""

import time

import pytest
import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import ESCALATED_QUEUE, Choice, Opinion, State, Verdict
from tests.store.scenes import ANN, BOB, DAY_MS, MINUTE_MS, SITE, claim, decide, decided, queue_ids, submit, types, undo

NAMES = Names(SITE)


def test_an_undone_comment_waits_again_as_if_undecided(store: Store) -> None:
    decided(store)
    outcome = undo(store)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.WAITING, 4)
    assert (kept.state, kept.decided, kept.queue) == (State.WAITING, None, "main")
    assert store.labels.get(SITE, "c-1") is None
    assert store.labels.count(SITE) == 0
    assert queue_ids(claim(store, token="token-2")) == ["c-1"]
    assert types(store)[-2:] == ["undone", "claimed"]


def test_before_the_first_attempt_the_delivery_is_taken_back(store: Store) -> None:
    decided(store)
    undo(store)
    assert store.outbox.depth(SITE) == (0, 0)


def test_after_an_attempt_the_platform_is_told_that_the_comment_waits(store: Store) -> None:
    decided(store)
    store.outbox.due(SITE, 10, MINUTE_MS)
    undo(store)
    (told,) = store.outbox.due(SITE, 10, MINUTE_MS)
    assert (told.state, told.version, told.attempt) == (State.WAITING, 4, 1)


def test_after_the_delivery_the_platform_is_told_and_the_comment_is_kept_again(store: Store, raw: redis.Redis) -> None:
    decided(store)
    store.outbox.due(SITE, 10, MINUTE_MS)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    undo(store)
    assert [told.state for told in store.outbox.due(SITE, 10, MINUTE_MS)] == [State.WAITING]
    assert raw.pttl(NAMES.comment("c-1")) == -1


def test_a_second_thought_before_the_platform_heard_it_waits_is_told_too(store: Store) -> None:
    decided(store)
    store.outbox.due(SITE, 10, MINUTE_MS)
    undo(store)
    claim(store, token="token-2")
    decide(store, Choice.REJECT, token="token-2", operation="op-2")
    undo(store, operation="undo-2")
    assert [told.state for told in store.outbox.due(SITE, 10, MINUTE_MS)] == [State.WAITING]


def test_once_the_platform_knows_it_waits_an_untold_decision_is_taken_back_silently(store: Store) -> None:
    decided(store)
    store.outbox.due(SITE, 10, MINUTE_MS)
    undo(store)
    store.outbox.delivered(SITE, "c-1", 4, DAY_MS)
    claim(store, token="token-2")
    decide(store, token="token-2", operation="op-2")
    undo(store, operation="undo-2")
    assert store.outbox.depth(SITE) == (0, 0)


def test_the_same_undo_again_is_repeated(store: Store) -> None:
    decided(store)
    undo(store)
    assert (undo(store).outcome, types(store).count("undone")) == ("repeated", 1)


def test_an_undo_with_the_name_of_the_decision_is_another_operation(store: Store) -> None:
    decided(store)
    assert undo(store, operation="op-1").outcome == "done"


def test_a_colleagues_decision_is_not_ones_own(store: Store) -> None:
    decided(store)
    outcome = undo(store, reviewer=BOB)
    assert (outcome.outcome, outcome.state, outcome.by) == ("not_yours", State.APPROVED, ANN)


def test_without_a_reviewer_anybodys_decision_can_be_undone(store: Store) -> None:
    decided(store)
    time.sleep(0.005)
    assert store.queues.undo(SITE, "c-1", None, "undo-1", 1).outcome == "done"


def test_the_log_says_who_undid_a_colleagues_decision(store: Store) -> None:
    decided(store)
    store.queues.undo(SITE, "c-1", None, "undo-1", MINUTE_MS, by="key:admin")
    assert store.events.of_comment(SITE, "c-1")[-1].by == "key:admin"


def test_after_the_window_it_is_too_late(store: Store) -> None:
    decided(store)
    time.sleep(0.005)
    assert store.queues.undo(SITE, "c-1", ANN, "undo-1", 1).outcome == "too_late"


def test_an_unknown_comment_is_not_found(store: Store) -> None:
    assert undo(store).outcome == "not_found"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_no_person_decided_cannot_be_undone(store: Store, verdict: Verdict) -> None:
    submit(store, verdict=verdict)
    assert undo(store, reviewer=None).outcome == "lost"


def test_an_escalation_is_undone_while_the_comment_waits(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, Choice.ESCALATE)
    assert undo(store).outcome == "done"
    (kept,) = claim(store, token="token-2").comments
    assert (kept.queue, kept.escalation_note, kept.decided) == ("main", None, None)
    assert [(count.waiting, count.claimed) for count in store.queues.counts(SITE)] == [(0, 1), (0, 0), (0, 0)]
    assert store.outbox.depth(SITE) == (0, 0)


def test_an_escalation_that_a_colleague_took_up_stands(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, Choice.ESCALATE)
    claim(store, BOB, queue=ESCALATED_QUEUE, token="token-2")
    outcome = undo(store)
    assert (outcome.outcome, outcome.state, outcome.by) == ("lost", State.CLAIMED, BOB)


def test_an_appealed_decision_cannot_be_undone_any_more(store: Store) -> None:
    decided(store)
    store.comments.appeal(SITE, "c-1", None, "platform")
    assert undo(store).outcome == "lost"


def test_the_platforms_own_label_survives_an_undo(store: Store) -> None:
    decided(store)
    store.comments.feedback(SITE, "c-1", Opinion.FINE, "platform", State.APPROVED)
    undo(store)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert label.value == "fine"


def test_what_the_platform_settled_can_be_undone_by_an_admin_and_the_platform_is_told(store: Store) -> None:
    submit(store)
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    assert undo(store, reviewer=None).outcome == "done"
    assert [told.state for told in store.outbox.due(SITE, 10, MINUTE_MS)] == [State.WAITING]
