"""Claimed comments come back: given back, skipped, or because the lease ended."""

import time

import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import ESCALATED_QUEUE, Choice, State
from tests.store.scenes import ANN, BOB, SITE, claim, decide, queue_ids, submit, types

NAMES = Names(SITE)


def test_all_of_a_claim_goes_back_at_once(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    assert store.queues.release(SITE, "token-1", ANN) == 2
    assert queue_ids(claim(store, token="token-2")) == ["c-1", "c-2"]
    assert types(store) == ["received", "claimed", "released", "claimed"]


def test_some_of_a_claim_goes_back_and_the_rest_stays(store: Store) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    assert store.queues.release(SITE, "token-1", ANN, ["c-1", "unknown"]) == 1
    left = store.queues.claimed(SITE, "token-1")
    assert left
    assert queue_ids(left) == ["c-2"]


def test_a_skipped_comment_says_so_in_the_log(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN, skip=True)
    assert types(store)[-1] == "skipped"


def test_a_second_release_finds_nothing(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN)
    assert store.queues.release(SITE, "token-1", ANN) == 0
    assert store.queues.release(SITE, "never-given", ANN) == 0


def test_nobody_gives_back_anothers_claim(store: Store) -> None:
    submit(store)
    claim(store)
    assert store.queues.release(SITE, "token-1", BOB, ["c-1"]) == 0
    assert store.queues.release(SITE, "token-9", ANN, ["c-1"]) == 0


def test_the_hands_of_a_reviewer_are_empty_again(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    assert raw.hgetall(NAMES.held) == {ANN: "2"}
    store.queues.release(SITE, "token-1", ANN)
    assert raw.exists(NAMES.held) == 0


def test_a_lease_that_ended_brings_the_comment_back(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store, lease_ms=1)
    time.sleep(0.01)
    assert store.queues.expire(SITE) == 1
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.state, kept.claimed_by, kept.claimed_until) == (State.WAITING, None, None)
    assert types(store)[-1] == "expired"
    assert raw.exists(NAMES.held, NAMES.claimed("main")) == 0


def test_a_lease_that_runs_is_left_alone(store: Store) -> None:
    submit(store)
    claim(store, lease_ms=2_000)  # near enough to be looked at
    assert store.queues.expire(SITE) == 0
    assert store.queues.expire("no-such-site") == 0


def test_one_sweep_returns_only_so_many(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store, lease_ms=1)
    time.sleep(0.01)
    assert [store.queues.expire(SITE, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_sweep_takes_from_every_queue_in_turn(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store, limit=1)
    decide(store, Choice.ESCALATE)
    claim(store, lease_ms=1, token="token-2")
    claim(store, queue=ESCALATED_QUEUE, lease_ms=1, token="token-3")
    time.sleep(0.01)
    assert store.queues.expire(SITE, limit=2) == 2
    assert [count.claimed for count in store.queues.counts(SITE)] == [1, 0, 0]


def test_a_late_decision_still_holds_while_nobody_took_the_comment_back(store: Store) -> None:
    submit(store)
    claim(store, lease_ms=1)
    time.sleep(0.01)
    assert decide(store)[0].outcome == "done"


def test_a_decision_after_the_comment_came_back_is_lost(store: Store) -> None:
    submit(store)
    claim(store, lease_ms=1)
    time.sleep(0.01)
    store.queues.expire(SITE)
    (late,) = decide(store)
    assert (late.outcome, late.state) == ("lost", State.WAITING)
