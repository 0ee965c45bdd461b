"""The outbox: the newest state of each comment, told at least once, in order."""

import time

import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import Choice, Delivery, State
from tests.store.scenes import DAY_MS, MINUTE_MS, SITE, claim, decide, decided, submit, types, undo

NAMES = Names(SITE)


def due(store: Store, lease_ms: int = MINUTE_MS) -> list[Delivery]:
    return store.outbox.due(SITE, 10, lease_ms)


def test_a_decision_is_due_after_its_delay(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, delay_ms=60)
    assert due(store) == []
    time.sleep(0.07)
    assert due(store) == [Delivery("c-1", State.APPROVED, 3, 1)]


def test_what_is_handed_out_is_leased(store: Store) -> None:
    decided(store)
    assert len(due(store)) == 1
    assert due(store) == []


def test_a_delivery_that_a_dying_worker_took_comes_back_with_the_next_attempt(store: Store) -> None:
    decided(store)
    due(store, lease_ms=1)
    time.sleep(0.01)
    assert due(store) == [Delivery("c-1", State.APPROVED, 3, 2)]


def test_only_so_many_are_handed_out(store: Store) -> None:
    for number in range(3):
        decided(store, comment_id=f"c-{number}")
    assert len(store.outbox.due(SITE, 2, MINUTE_MS)) == 2
    assert len(store.outbox.due(SITE, 2, MINUTE_MS)) == 1
    assert store.outbox.due("no-such-site", 2, MINUTE_MS) == []


def test_what_was_delivered_is_done_and_the_comment_is_kept_for_a_while(store: Store, raw: redis.Redis) -> None:
    decided(store)
    due(store)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    assert store.outbox.depth(SITE) == (0, 0)
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= DAY_MS
    assert types(store)[-1] == "delivered"


def test_a_delivery_reported_twice_is_logged_once(store: Store) -> None:
    decided(store)
    due(store)
    for _ in range(2):
        store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    assert types(store).count("delivered") == 1


def test_a_delivery_does_not_raise_the_version(store: Store) -> None:
    decided(store)
    due(store)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.version == 3


def test_an_older_delivery_does_not_end_the_newer_one(store: Store, raw: redis.Redis) -> None:
    decided(store)
    due(store)
    undo(store)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    assert due(store) == [Delivery("c-1", State.WAITING, 4, 1)]
    assert raw.pttl(NAMES.comment("c-1")) == -1


def test_deliveries_of_one_comment_are_told_as_its_last_state(store: Store) -> None:
    decided(store)
    due(store, lease_ms=1)
    undo(store)
    claim(store, token="token-2")
    decide(store, Choice.REJECT, token="token-2", operation="op-2")
    assert due(store) == [Delivery("c-1", State.REJECTED, 6, 1)]


def test_a_failed_delivery_is_tried_again_later(store: Store) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", 30, "timeout")
    assert due(store) == []
    time.sleep(0.04)
    assert [delivery.attempt for delivery in due(store)] == [2]
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.type, event.version, event.detail) == ("delivery_failed", 3, {"error": "timeout", "attempt": 1})


def test_a_delivery_set_aside_is_dead_and_the_comment_is_kept_for_a_while(store: Store, raw: redis.Redis) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    assert store.outbox.depth(SITE) == (0, 1)
    assert types(store)[-1] == "delivery_abandoned"
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= 90 * DAY_MS


def test_a_failure_does_not_hold_up_what_became_newer_meanwhile(store: Store) -> None:
    decided(store)
    due(store)
    undo(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    assert due(store) == [Delivery("c-1", State.WAITING, 4, 1)]


def test_a_failure_of_what_is_no_longer_to_be_told_changes_nothing(store: Store, raw: redis.Redis) -> None:
    submit(store)
    store.outbox.failed(SITE, "c-1", 10, "timeout")
    store.outbox.failed(SITE, "unknown", None, "timeout")
    assert store.outbox.depth(SITE) == (0, 0)
    assert types(store) == ["received"]


def test_a_failure_does_not_bring_back_what_an_appeal_hushed(store: Store) -> None:
    decided(store)
    due(store)
    store.comments.appeal(SITE, "c-1", None, "platform")
    store.outbox.failed(SITE, "c-1", 0, "timeout")
    assert store.outbox.depth(SITE) == (0, 0)
    assert types(store)[-1] == "appealed"


def test_what_was_set_aside_can_be_revived_with_all_its_attempts(store: Store) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    assert store.outbox.revive(SITE) == 1
    assert store.outbox.revive(SITE) == 0
    assert store.outbox.depth(SITE) == (1, 0)
    assert due(store) == [Delivery("c-1", State.APPROVED, 3, 1)]


def test_a_revived_delivery_can_fail_again(store: Store) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    store.outbox.revive(SITE)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    assert store.outbox.depth(SITE) == (0, 1)


def test_an_undo_takes_up_what_was_set_aside(store: Store) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    undo(store)
    assert store.outbox.depth(SITE) == (1, 0)
    assert [delivery.state for delivery in due(store)] == [State.WAITING]


def test_of_a_comment_that_ended_nothing_is_delivered(store: Store, raw: redis.Redis) -> None:
    decided(store)
    raw.delete(NAMES.comment("c-1"))
    assert due(store) == []
    assert store.outbox.depth(SITE) == (0, 0)


def test_a_delivery_reported_after_the_erasure_leaves_no_trace(store: Store, raw: redis.Redis) -> None:
    decided(store)
    due(store)
    store.comments.erase(SITE, "c-1")
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    store.outbox.failed(SITE, "c-1", 10, "timeout")
    assert store.outbox.depth(SITE) == (0, 0)
    assert raw.exists(NAMES.comment("c-1")) == 0


def test_the_dead_that_expired_are_not_revived(store: Store, raw: redis.Redis) -> None:
    decided(store)
    due(store)
    store.outbox.failed(SITE, "c-1", None, "http 410")
    raw.delete(NAMES.comment("c-1"))
    assert store.outbox.revive(SITE) == 0
    assert store.outbox.depth(SITE) == (0, 0)


def test_where_nobody_is_to_be_told_the_comment_ends_all_the_same_and_the_log_is_silent(
    store: Store, raw: redis.Redis
) -> None:
    decided(store)
    (delivery,) = due(store)
    store.outbox.delivered(SITE, delivery.comment_id, delivery.version, DAY_MS, told=False)
    assert store.outbox.depth(SITE) == (0, 0)
    assert types(store)[-1] == "approved"
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= DAY_MS


def test_what_waits_is_listed_with_its_attempts_and_the_next_one(store: Store) -> None:
    decided(store, comment_id="c-1")
    decided(store, comment_id="c-2")
    due(store)
    store.outbox.failed(SITE, "c-2", MINUTE_MS, "500")
    [first, second] = store.outbox.waiting(SITE, 10)
    assert {first.comment_id, second.comment_id} == {"c-1", "c-2"}
    assert (first.state, first.version, first.attempts) == (State.APPROVED, 3, 1)
    assert first.at <= second.at
    assert len(store.outbox.waiting(SITE, 1)) == 1
    assert store.outbox.set_aside(SITE, 10) == []


def test_one_that_was_set_aside_is_revived_alone(store: Store) -> None:
    for comment_id in ("c-1", "c-2"):
        decided(store, comment_id=comment_id)
    due(store)
    for comment_id in ("c-1", "c-2"):
        store.outbox.failed(SITE, comment_id, None, "410")
    assert [one.comment_id for one in store.outbox.set_aside(SITE, 10)] == ["c-1", "c-2"]
    assert store.outbox.revive_one(SITE, "c-2")
    assert not store.outbox.revive_one(SITE, "c-2")
    assert not store.outbox.revive_one(SITE, "c-9")
    assert store.outbox.depth(SITE) == (1, 1)
    assert due(store) == [Delivery("c-2", State.APPROVED, 3, 1)]
