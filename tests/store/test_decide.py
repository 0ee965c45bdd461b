"""A decision takes effect once, only under the claim, and says who was quicker when it came too late."""

import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import ESCALATED_QUEUE, Choice, Decision, Opinion, State
from tests.store.scenes import ANN, BOB, DAY_MS, SITE, claim, decide, queue_ids, submit, types

NAMES = Names(SITE)


def test_an_approved_comment_is_settled_labelled_and_to_be_told(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    (outcome,) = decide(store)
    kept, label = store.comments.get(SITE, "c-1"), store.labels.get(SITE, "c-1")
    assert kept
    assert label
    assert (outcome.outcome, outcome.state, outcome.version, outcome.by) == ("done", State.APPROVED, 3, ANN)
    assert kept.decided
    assert (kept.decided.decision, kept.decided.by, kept.decided.at) == (Choice.APPROVE, ANN, outcome.at)
    assert (kept.decided.reason, kept.decided.note) == ("off topic", "a note")
    assert (label.source, label.value, label.reason) == (f"reviewer:{ANN}", "approve", "off topic")
    assert store.outbox.depth(SITE) == (1, 0)
    assert raw.exists(NAMES.held, NAMES.claimed("main"), NAMES.waiting("main")) == 0


def test_a_settled_comment_is_kept_until_it_was_delivered(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    decide(store)
    assert raw.pttl(NAMES.comment("c-1")) == -1
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= DAY_MS


def test_a_label_is_kept_no_longer_than_texts_are(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    decide(store)
    assert 0 < raw.pttl(NAMES.label("c-1")) <= 90 * DAY_MS


def test_a_rejection_says_so_in_the_log_with_its_reason_and_without_its_note(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, Choice.REJECT)
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.type, event.by, event.version, event.detail) == ("rejected", ANN, 3, {"reason": "off topic"})


def test_an_escalated_comment_waits_in_the_other_queue_with_its_note(store: Store) -> None:
    submit(store)
    claim(store)
    (outcome,) = decide(store, Choice.ESCALATE)
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.WAITING, 3)
    assert types(store) == ["received", "claimed", "escalated"]
    (kept,) = claim(store, BOB, queue=ESCALATED_QUEUE, token="token-2").comments
    assert (kept.queue, kept.escalation_note) == (ESCALATED_QUEUE, "a note")
    assert kept.decided
    assert kept.decided.decision == Choice.ESCALATE
    assert store.outbox.depth(SITE) == (0, 0)
    assert store.labels.get(SITE, "c-1") is None


def test_the_same_operation_takes_effect_once(store: Store) -> None:
    submit(store)
    claim(store)
    first, again = decide(store)[0], decide(store)[0]
    assert again.outcome == "repeated"
    assert (again.state, again.version, again.by, again.at) == (first.state, first.version, first.by, first.at)
    assert types(store) == ["received", "claimed", "approved"]


def test_another_operation_after_the_decision_is_lost(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store)
    (second,) = decide(store, Choice.REJECT, operation="op-2")
    assert (second.outcome, second.state) == ("lost", State.APPROVED)


def test_a_decision_needs_the_claims_token_and_its_reviewer(store: Store) -> None:
    submit(store)
    claim(store)
    assert decide(store, token="guessed")[0].outcome == "lost"
    assert decide(store, reviewer=BOB)[0].outcome == "lost"
    assert decide(store)[0].outcome == "done"


def test_a_comment_that_was_never_claimed_cannot_be_decided(store: Store) -> None:
    submit(store)
    (outcome,) = decide(store)
    assert (outcome.outcome, outcome.state, outcome.by) == ("lost", State.WAITING, None)


def test_an_unknown_comment_is_not_found(store: Store) -> None:
    (outcome,) = decide(store)
    assert (outcome.outcome, outcome.state, outcome.version) == ("not_found", None, None)


def test_a_lost_decision_tells_which_colleague_holds_the_comment(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN)
    claim(store, BOB, token="token-2")
    (late,) = decide(store)
    assert (late.outcome, late.state, late.by) == ("lost", State.CLAIMED, BOB)
    assert late.at


def test_a_lost_decision_tells_which_colleague_decided(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN)
    claim(store, BOB, token="token-2")
    (won,) = decide(store, Choice.REJECT, reviewer=BOB, token="token-2", operation="op-2")
    (late,) = decide(store)
    assert (late.outcome, late.state, late.by, late.at) == ("lost", State.REJECTED, BOB, won.at)


def test_a_lost_decision_tells_that_the_platform_settled_it(store: Store) -> None:
    submit(store)
    claim(store)
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "key:platform", State.REJECTED)
    (late,) = decide(store)
    assert (late.outcome, late.state, late.by) == ("lost", State.REJECTED, "key:platform")


def test_many_decisions_stand_each_for_itself(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store)
    decide(store, ids=["c-2"], operation="earlier")
    outcomes = [outcome.outcome for outcome in decide(store, ids=["c-1", "c-2", "c-3", "c-4"])]
    assert outcomes == ["done", "lost", "done", "not_found"]


def test_one_operation_over_a_comment_twice_decides_it_once(store: Store) -> None:
    submit(store)
    claim(store)
    assert [outcome.outcome for outcome in decide(store, ids=["c-1", "c-1"])] == ["done", "repeated"]


def test_a_decision_can_go_without_reason_and_note(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.decide(SITE, "token-1", ANN, [Decision("c-1", Choice.REJECT)], "op-1", 0)
    kept, label = store.comments.get(SITE, "c-1"), store.labels.get(SITE, "c-1")
    assert kept
    assert kept.decided
    assert label
    assert (kept.decided.reason, kept.decided.note, label.reason) == (None, None, None)
    assert store.events.of_comment(SITE, "c-1")[-1].detail == {}


def test_reason_and_note_of_an_escalation_are_not_those_of_the_decision(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, Choice.ESCALATE)
    claim(store, BOB, queue=ESCALATED_QUEUE, token="token-2")
    store.queues.decide(SITE, "token-2", BOB, [Decision("c-1", Choice.REJECT)], "op-2", 0)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.decided
    assert (kept.decided.by, kept.decided.reason, kept.decided.note) == (BOB, None, None)
    assert kept.escalation_note == "a note"


def test_the_claimed_rest_is_still_held(store: Store) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    decide(store, ids=["c-2"])
    left = store.queues.claimed(SITE, "token-1")
    assert left
    assert queue_ids(left) == ["c-1"]
