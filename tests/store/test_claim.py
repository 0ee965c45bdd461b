"""A claim: a lease on some comments that nobody else is offered meanwhile."""

import pytest
import redis

from service.store import queue
from service.store.connect import Store
from service.store.names import Names
from service.values import APPEALS_QUEUE, Choice, State
from tests.store.scenes import ANN, BOB, SITE, claim, decide, decided, queue_ids, submit, types

NAMES = Names(SITE)


def test_a_claim_leases_what_waits_to_one_reviewer(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    mine, others = claim(store, limit=2), claim(store, BOB, token="token-2")
    assert queue_ids(mine) == ["c-1", "c-2"]
    assert queue_ids(others) == ["c-3"]
    kept = mine.comments[0]
    assert (kept.state, kept.claimed_by, kept.claimed_until) == (State.CLAIMED, ANN, mine.expires_at)
    assert types(store) == ["received", "claimed"]


def test_the_same_token_again_is_the_same_claim(store: Store) -> None:
    submit(store, "c-1", "c-2")
    first, again = claim(store, limit=1), claim(store, limit=1)
    assert again == first


def test_the_same_token_while_the_first_is_under_way_takes_no_more(store: Store) -> None:
    submit(store, "c-1", "c-2")
    first = claim(store, limit=1)
    answer = store.queues._take(SITE, ANN, "token-1", ["1", ANN, 1, 1000, "token-1", 9, 1000], ["c-2"])
    assert answer == ["known"]
    assert queue_ids(first) == ["c-1"]


def test_of_a_claim_repeated_later_only_what_is_left_comes_back(store: Store) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    decide(store, ids=["c-1"])
    assert queue_ids(claim(store)) == ["c-2"]


def test_nothing_waits_is_an_empty_claim(store: Store) -> None:
    assert claim(store).comments == ()
    assert store.queues.claimed(SITE, "token-1") is None


def test_nobody_holds_more_than_allowed(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    assert len(claim(store, max_claimed=2).comments) == 2
    assert claim(store, max_claimed=2, token="token-2").comments == ()
    assert len(claim(store, max_claimed=3, token="token-3").comments) == 1


def test_what_was_skipped_is_not_offered_to_the_same_reviewer_for_an_hour(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN, ["c-1"], skip=True)
    assert claim(store, token="token-2").comments == ()
    assert 0 < raw.pttl(NAMES.skipped(ANN)) <= 3_600_000
    assert queue_ids(claim(store, BOB, token="token-3")) == ["c-1"]


def test_an_appeal_is_never_offered_to_who_decided_it(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", "please look again", "platform")
    assert claim(store, ANN, queue=APPEALS_QUEUE, token="token-2").comments == ()
    assert queue_ids(claim(store, BOB, queue=APPEALS_QUEUE, token="token-3")) == ["c-1"]


def test_a_second_appeal_is_offered_to_neither_reviewer(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", None, "platform")
    claim(store, BOB, queue=APPEALS_QUEUE, token="token-2")
    decide(store, Choice.REJECT, reviewer=BOB, token="token-2", operation="op-2")
    store.comments.appeal(SITE, "c-1", None, "platform")
    for number, reviewer in enumerate((ANN, BOB)):
        assert claim(store, reviewer, queue=APPEALS_QUEUE, token=f"token-{3 + number}").comments == ()
    assert queue_ids(claim(store, "key:k1/eve", queue=APPEALS_QUEUE, token="token-5")) == ["c-1"]


def test_a_reviewer_whose_name_contains_anothers_is_somebody_else(store: Store) -> None:
    decided(store, Choice.REJECT, reviewer="key:k1/annabel")
    store.comments.appeal(SITE, "c-1", None, "platform")
    assert queue_ids(claim(store, ANN, queue=APPEALS_QUEUE, token="token-2")) == ["c-1"]


def test_a_claim_looks_behind_many_comments_that_this_reviewer_must_not_have(store: Store) -> None:
    ids = [f"c-{number:03}" for number in range(150)]
    submit(store, *ids)
    claim(store, limit=140, token="token-1")
    store.queues.release(SITE, "token-1", ANN, skip=True)
    assert queue_ids(claim(store, limit=4, token="token-2")) == ids[140:144]


def test_a_claim_looks_only_so_far(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "FIRST_WINDOW", 2)
    monkeypatch.setattr(queue, "WINDOWS", 2)
    submit(store, *(f"c-{number}" for number in range(9)))
    claim(store, limit=6, token="token-1")
    store.queues.release(SITE, "token-1", ANN, skip=True)
    assert claim(store, limit=1, token="token-2").comments == ()


def test_what_was_taken_between_looking_and_claiming_is_passed_over(store: Store) -> None:
    submit(store, "c-1", "c-2")
    claim(store, BOB, limit=1, token="token-b")
    answer = store.queues._take(SITE, ANN, "token-1", ["1", ANN, 2, 1000, "token-1", 9, 1000], ["c-1", "c-2"])
    assert [row[0] for row in answer[1:]] == ["c-2"]


def test_extending_starts_the_lease_anew_on_what_is_left(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2")
    before = claim(store, lease_ms=1000)
    decide(store, ids=["c-1"])
    after = store.queues.extend(SITE, "token-1", ANN, 90_000)
    assert after
    assert queue_ids(after) == ["c-2"]
    assert (after.expires_at - before.expires_at).total_seconds() > 60
    assert raw.zscore(NAMES.claimed("main"), "c-2") == after.expires_at.timestamp() * 1000
    assert raw.pttl(NAMES.claim("token-1")) > 90_000


def test_nothing_of_a_claim_is_left_to_extend(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store)
    assert store.queues.extend(SITE, "token-1", ANN, 1000) is None
    assert store.queues.extend(SITE, "never-given", ANN, 1000) is None


def test_nobody_extends_anothers_claim(store: Store) -> None:
    submit(store)
    claim(store)
    assert store.queues.extend(SITE, "token-1", BOB, 1000) is None


def test_counting_tells_waiting_claimed_and_oldest_of_every_queue(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2", "c-3")
    raw.hincrby(NAMES.comment("c-3"), "t", -90_000)
    claim(store, limit=1)
    main, escalated, appeals = store.queues.counts(SITE)
    assert (main.name, main.waiting, main.claimed) == ("main", 2, 1)
    assert main.oldest_seconds
    assert 90 <= main.oldest_seconds < 95
    assert (escalated.waiting, escalated.claimed, escalated.oldest_seconds) == (0, 0, None)
    assert appeals.name == "appeals"
