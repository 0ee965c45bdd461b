"""An appeal: back to review, in a queue of its own."""

import pytest
import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import APPEALS_QUEUE, Choice, State, Verdict
from tests.store.scenes import (
    BOB,
    DAY_MS,
    MINUTE_MS,
    SITE,
    assessed,
    claim,
    comment,
    decide,
    decided,
    submit,
    types,
)

NAMES = Names(SITE)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
def test_an_automatic_verdict_can_be_appealed(store: Store, raw: redis.Redis, verdict: Verdict) -> None:
    submit(store, verdict=verdict)
    outcome = store.comments.appeal(SITE, "c-1", "it was a joke", "platform")
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (outcome.outcome, outcome.state) == ("done", State.WAITING)
    assert (kept.queue, kept.appeal_note) == (APPEALS_QUEUE, "it was a joke")
    assert raw.pttl(NAMES.comment("c-1")) == -1
    assert types(store) == ["received", "appealed"]


def test_earlier_versions_are_kept_as_long_as_the_comment(store: Store, raw: redis.Redis) -> None:
    submit(store)
    store.comments.edit(SITE, comment(text="Quite clear."), assessed(Verdict.REJECT))
    store.comments.appeal(SITE, "c-1", None, "platform")
    assert raw.pttl(NAMES.earlier("c-1")) == -1


def test_an_appeal_hushes_what_was_to_be_told(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", None, "platform")
    assert store.outbox.depth(SITE) == (0, 0)


def test_the_earlier_decision_is_still_to_be_seen(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", None, "platform")
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.decided
    assert (kept.decided.decision, kept.appeal_note) == (Choice.REJECT, None)


def test_an_open_appeal_again_is_repeated(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", None, "platform")
    assert store.comments.appeal(SITE, "c-1", None, "platform").outcome == "repeated"
    claim(store, BOB, queue=APPEALS_QUEUE, token="token-2")
    assert store.comments.appeal(SITE, "c-1", None, "platform").outcome == "repeated"
    assert types(store).count("appealed") == 1


def test_what_still_waits_cannot_be_appealed(store: Store) -> None:
    submit(store)
    outcome = store.comments.appeal(SITE, "c-1", None, "platform")
    assert (outcome.outcome, outcome.state) == ("lost", State.WAITING)


def test_an_unknown_comment_is_not_found(store: Store) -> None:
    assert store.comments.appeal(SITE, "c-1", None, "platform").outcome == "not_found"


def test_the_decision_on_an_appeal_is_told(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.outbox.due(SITE, 10, MINUTE_MS)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    store.comments.appeal(SITE, "c-1", None, "platform")
    claim(store, BOB, queue=APPEALS_QUEUE, token="token-2")
    decide(store, Choice.APPROVE, reviewer=BOB, token="token-2", operation="op-2")
    assert [told.state for told in store.outbox.due(SITE, 10, MINUTE_MS)] == [State.APPROVED]


def test_an_undo_before_the_answer_to_an_appeal_was_told_says_nothing(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.outbox.due(SITE, 10, MINUTE_MS)
    store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    store.comments.appeal(SITE, "c-1", None, "platform")
    claim(store, BOB, queue=APPEALS_QUEUE, token="token-2")
    decide(store, Choice.APPROVE, reviewer=BOB, token="token-2", operation="op-2")
    store.queues.undo(SITE, "c-1", BOB, "undo-1", MINUTE_MS)
    assert store.outbox.depth(SITE) == (0, 0)


def test_an_appeal_waits_since_it_was_made(store: Store, raw: redis.Redis) -> None:
    decided(store, Choice.REJECT)
    raw.hincrby(NAMES.comment("c-1"), "t", -DAY_MS)
    store.comments.appeal(SITE, "c-1", None, "platform")
    appeals = store.queues.counts(SITE)[2]
    assert appeals.waiting == 1
    assert appeals.oldest_seconds is not None
    assert appeals.oldest_seconds < 60
