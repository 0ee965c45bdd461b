"""Intake: kept once, answered the same for ever, queued when a person must look."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import redis

from service.errors import ParleyError
from service.store.comments import Submission
from service.store.connect import Store
from service.store.names import Names
from service.values import Article, Author, Comment, Reason, State, Verdict
from tests.store.scenes import DAY_MS, SITE, assessed, claim, comment, queue_ids, submit, types

NAMES = Names(SITE)


def test_a_new_comment_is_kept_as_it_was_sent(store: Store) -> None:
    full = Comment(
        "c-1",
        "Where is the “old” station? \u202e 🚂",
        Author("7", "Ann", "ann@example.org", "https://ann.example", "192.0.2.7", "Browser/1"),
        Article("a-1", "https://news.example/1", "Stations"),
        "c-0",
        datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC),
    )
    store.comments.submit(SITE, [(full, assessed())])
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.comment == full
    assert (kept.state, kept.version, kept.queue) == (State.WAITING, 1, "main")


def test_an_unknown_comment_is_none(store: Store) -> None:
    assert store.comments.get(SITE, "nobody") is None


def test_the_first_answer_and_the_repeated_one_are_the_same(store: Store) -> None:
    exact = assessed(
        scores={"spam": 0.3333, "toxicity": 0.9999, "a new attribute": 0.6667},
        reasons=(Reason("score", "Why not.", "toxicity", 0.9999, 0.1429), Reason("rule_words", "A rule.")),
        risk=0.1235,
    )
    first = store.comments.submit(SITE, [(comment(), exact)])[0]
    again = store.comments.submit(SITE, [(comment(), assessed(Verdict.APPROVE))])[0]
    assert (first.outcome, again.outcome) == ("new", "same")
    assert replace(first, outcome="same") == again
    assert first.assessment == exact


def test_the_same_id_with_another_body_is_a_conflict_and_changes_nothing(store: Store) -> None:
    submit(store)
    before = store.comments.get(SITE, "c-1")
    receipt = store.comments.submit(SITE, [(comment(text="Something else."), assessed())])[0]
    assert (receipt.outcome, receipt.assessment) == ("conflict", None)
    assert store.comments.get(SITE, "c-1") == before


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.APPROVE, State.APPROVED), (Verdict.REJECT, State.REJECTED)])
def test_a_clear_verdict_needs_no_person_and_is_kept_for_a_while(
    store: Store, raw: redis.Redis, verdict: Verdict, state: State
) -> None:
    submit(store, verdict=verdict)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.state, kept.queue, kept.decided) == (state, None, None)
    assert not claim(store).comments
    assert 89 * DAY_MS < raw.pttl(NAMES.comment("c-1")) <= 90 * DAY_MS


def test_a_waiting_comment_is_kept_until_somebody_looked(store: Store, raw: redis.Redis) -> None:
    submit(store)
    assert raw.pttl(NAMES.comment("c-1")) == -1


def test_a_batch_answers_each_comment_for_itself(store: Store) -> None:
    submit(store, "c-1")
    entries = [
        (comment("c-1"), assessed()),
        (comment("c-2"), assessed()),
        (comment("c-2"), assessed()),
        (comment("c-1", "Other words."), assessed()),
    ]
    outcomes = [receipt.outcome for receipt in store.comments.submit(SITE, entries)]
    assert outcomes == ["same", "new", "same", "conflict"]


def test_an_empty_batch_is_answered_without_asking_the_server(store: Store) -> None:
    assert store.comments.submit(SITE, []) == []


def test_sites_do_not_see_each_other(store: Store) -> None:
    submit(store)
    assert store.comments.get("other", "c-1") is None


def test_the_higher_risk_is_offered_first_among_those_of_one_hour(store: Store) -> None:
    submit(store, "low", risk=0.1)
    submit(store, "high", risk=0.9)
    assert queue_ids(claim(store)) == ["high", "low"]


def test_an_author_is_listed_under_a_keyed_hash_that_does_not_stay_for_ever(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment(id="7", email="ann@example.org"), assessed())])
    (listing,) = raw.keys(NAMES.author("*"))
    assert raw.zrange(listing, 0, -1) == ["c-1"]
    assert raw.pttl(listing) > 90 * DAY_MS
    assert not any("ann" in key or key.endswith(":7") for key in raw.keys("*"))


def test_a_comment_without_an_author_is_listed_nowhere(store: Store, raw: redis.Redis) -> None:
    submit(store)
    assert raw.keys(NAMES.author("*")) == []


def test_an_author_listing_forgets_comments_that_are_long_gone(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment("c-1", id="7"), assessed())])
    (listing,) = raw.keys(NAMES.author("*"))
    raw.zadd(listing, {"long-gone": 1})
    store.comments.submit(SITE, [(comment("c-2", id="7"), assessed())])
    assert raw.zrange(listing, 0, -1) == ["c-1", "c-2"]


def test_the_log_says_what_was_thought_but_not_what_was_said(store: Store, raw: redis.Redis) -> None:
    submit(store)
    (event,) = store.events.of_comment(SITE, "c-1")
    assert (event.type, event.version, event.detail) == (
        "received",
        1,
        {"verdict": "review", "model": "base-1", "policy": 3},
    )
    assert "bridge" not in str(raw.xrange(NAMES.events))
    assert types(store) == ["received"]


def test_what_goes_wrong_with_one_comment_stands_in_its_place(store: Store, raw: redis.Redis) -> None:
    raw.set(NAMES.comment("c-2"), "no comment")
    sent = [Submission(SITE, comment(f"c-{number}"), assessed()) for number in (1, 2, 3)]

    first, second, third = store.comments.submit_each([*sent, Submission("courier", comment("c-1"), assessed())])[:3]

    assert (first.outcome, third.outcome) == ("new", "new")  # type: ignore[union-attr]
    assert isinstance(second, ParleyError)
    assert store.comments.get("courier", "c-1")
    with pytest.raises(ParleyError):
        store.comments.submit(SITE, [(comment("c-2"), assessed())])
