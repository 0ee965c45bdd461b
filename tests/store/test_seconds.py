"""A comment that waits for a second opinion is on a list; the opinion takes effect once, and only while it waits."""

from dataclasses import replace

import pytest
import redis

from service.shares import LookShares
from service.store.connect import Store
from service.store.names import Names
from service.values import APPEALS_QUEUE, Assessment, Choice, KeptComment, Outcome, Reason, Second, State, Verdict
from tests.store.scenes import ANN, DAY_MS, SITE, assessed, claim, comment, decide, queue_ids, types, undo

NAMES = Names(SITE)
WAITS = Reason("second_opinion", "Waits for a second opinion.")
SECOND = Second("second-1", {"toxicity": 0.5216})


def waiting(store: Store, *ids: str, **changes: object) -> list[KeptComment]:
    """Bring comments into the queue, there to wait for a second opinion."""
    found = assessed(reasons=(WAITS,), **changes)
    store.comments.submit(SITE, [(comment(one), found) for one in ids or ("c-1",)])
    return [kept(store, one) for one in ids or ("c-1",)]


def kept(store: Store, comment_id: str = "c-1") -> KeptComment:
    found = store.comments.get(SITE, comment_id)
    assert found
    return found


def both(verdict: Verdict = Verdict.APPROVE, risk: float = 0.1) -> Assessment:
    return assessed(verdict, risk, scores={"spam": 0.01, "toxicity": 0.05}, reasons=(), second=SECOND)


def revise(store: Store, read: KeptComment, assessment: Assessment | None = None, share: float = 0.0) -> Outcome:
    looks = LookShares(share, share, share)
    [found] = store.seconds.revise(SITE, [(read, assessment or both())], looks)
    return found


def listed(store: Store) -> list[str]:
    return store.seconds.waiting([SITE, "other"], 10).get(SITE, [])


def test_a_comment_that_waits_is_listed_as_it_is_kept_and_another_is_not(store: Store) -> None:
    waiting(store, "c-1", "c-2")
    store.comments.submit(SITE, [(comment("c-3"), assessed())])
    assert store.seconds.waiting(["other", SITE], 10) == {SITE: ["c-1", "c-2"]}
    assert store.seconds.waiting([SITE], 1) == {SITE: ["c-1"]}
    assert (store.seconds.count(SITE), store.seconds.count("other")) == (2, 0)


def test_the_same_comment_again_keeps_its_place_on_the_list(store: Store, raw: redis.Redis) -> None:
    waiting(store)
    since = raw.zscore(NAMES.seconds, "c-1")
    [again] = store.comments.submit(SITE, [(comment(), assessed(reasons=(WAITS,)))])
    assert (again.outcome, again.assessment and again.assessment.reasons) == ("same", (WAITS,))
    assert raw.zscore(NAMES.seconds, "c-1") == since


def test_an_edited_comment_that_is_in_doubt_is_listed(store: Store) -> None:
    store.comments.submit(SITE, [(comment(), assessed(Verdict.APPROVE))])
    store.comments.edit(SITE, comment(text="Other words."), assessed(reasons=(WAITS,)))
    assert listed(store) == ["c-1"]


def test_an_approval_releases_it_and_the_platform_is_told(store: Store, raw: redis.Redis) -> None:
    [read] = waiting(store)
    outcome = revise(store, read)
    now = kept(store)
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.APPROVED, 2)
    assert (now.state, now.assessment) == (State.APPROVED, both())
    assert not claim(store).comments
    assert listed(store) == []
    [delivery] = store.outbox.due(SITE, 10, 1000)
    assert (delivery.comment_id, delivery.state, delivery.version) == ("c-1", State.APPROVED, 2)
    store.outbox.delivered(SITE, "c-1", 2, DAY_MS)
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= DAY_MS


def test_the_log_says_what_the_opinion_led_to(store: Store) -> None:
    [read] = waiting(store)
    revise(store, read)
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.type, event.version, event.by) == ("revised", 2, None)
    assert event.detail == {"verdict": "approve", "model": "base-1", "policy": 3, "second_opinion": "second-1"}


def test_a_rejection_is_told_too(store: Store) -> None:
    [read] = waiting(store)
    assert revise(store, read, both(Verdict.REJECT)).state is State.REJECTED
    assert [one.state for one in store.outbox.due(SITE, 10, 1000)] == [State.REJECTED]


def test_one_that_stays_in_review_is_ranked_anew_and_nobody_is_told(store: Store) -> None:
    read = waiting(store, "c-1", "c-2", "c-3")
    outcome = revise(store, read[1], both(Verdict.REVIEW, risk=1.0))
    revise(store, read[0], both(Verdict.REVIEW, risk=0.0))
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.WAITING, 2)
    assert kept(store, "c-2").assessment == both(Verdict.REVIEW, risk=1.0)
    assert store.outbox.depth(SITE) == (0, 0)
    assert listed(store) == ["c-3"]
    assert queue_ids(claim(store)) == ["c-2", "c-3", "c-1"]


def test_the_same_opinion_again_changes_nothing(store: Store) -> None:
    [read] = waiting(store)
    revise(store, read)
    outcome = revise(store, read, both(Verdict.REJECT))
    assert (outcome.outcome, outcome.state, outcome.version) == ("lost", State.APPROVED, 2)
    assert types(store) == ["received", "revised"]


def test_one_that_is_claimed_is_left_to_its_reviewer(store: Store) -> None:
    [read] = waiting(store)
    claim(store)
    assert revise(store, read).outcome == "lost"
    assert kept(store).state is State.CLAIMED
    assert decide(store)[0].outcome == "done"
    assert listed(store) == []


def test_one_that_went_through_a_reviewers_hands_is_not_what_was_read(store: Store) -> None:
    [read] = waiting(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN)
    assert revise(store, read).outcome == "lost"
    assert revise(store, kept(store)).outcome == "done"


def test_one_that_was_decided_stays_decided(store: Store) -> None:
    [read] = waiting(store)
    claim(store)
    decide(store, Choice.REJECT)
    outcome = revise(store, read)
    assert (outcome.outcome, outcome.state, outcome.by) == ("lost", State.REJECTED, ANN)


@pytest.mark.parametrize("choice", [Choice.ESCALATE, Choice.APPROVE])
def test_one_that_a_person_escalated_or_that_was_appealed_is_left_to_people(store: Store, choice: Choice) -> None:
    waiting(store)
    claim(store)
    decide(store, choice)
    if choice is Choice.APPROVE:
        store.comments.appeal(SITE, "c-1", "please", "platform")
        assert kept(store).queue == APPEALS_QUEUE
    assert kept(store).state is State.WAITING
    assert revise(store, kept(store)).outcome == "lost"


def test_one_whose_decision_was_undone_may_be_released(store: Store) -> None:
    waiting(store)
    claim(store)
    decide(store)
    undo(store)
    assert revise(store, kept(store)).outcome == "done"


def test_an_edit_makes_an_opinion_on_the_text_before_void(store: Store) -> None:
    [read] = waiting(store)
    store.comments.edit(SITE, comment(text="Other words."), assessed(reasons=(WAITS,)))
    assert revise(store, read).outcome == "lost"
    assert kept(store).assessment.awaits_second


def test_an_erased_comment_leaves_the_list_and_is_not_found(store: Store, raw: redis.Redis) -> None:
    [read] = waiting(store)
    store.comments.erase(SITE, "c-1")
    assert raw.exists(NAMES.seconds) == 0
    assert revise(store, read).outcome == "not_found"
    assert raw.exists(NAMES.comment("c-1")) == 0


def test_a_released_comment_leaves_its_campaign(store: Store, raw: redis.Redis) -> None:
    read = waiting(store, "c-1", "c-2")
    assert raw.zcard(NAMES.mates) == 2
    revise(store, read[0])
    assert raw.zrange(NAMES.mates, 0, -1) == ["c-2"]


def test_what_an_opinion_settles_may_be_drawn_for_a_blind_look(store: Store, raw: redis.Redis) -> None:
    [read] = waiting(store)
    revise(store, read, share=1.0)
    assert raw.zrange(NAMES.looks, 0, -1) == ["c-1"]
    assert store.looks.take(SITE, ANN, 1, 1000)[0].comment.id == "c-1"


def test_what_stays_in_review_is_never_drawn(store: Store, raw: redis.Redis) -> None:
    [read] = waiting(store)
    revise(store, read, both(Verdict.REVIEW), share=1.0)
    assert raw.exists(NAMES.looks) == 0


def test_what_needs_no_opinion_any_more_is_dropped(store: Store) -> None:
    waiting(store, "c-1", "c-2")
    store.seconds.drop(SITE, ["c-1", "never-there"])
    store.seconds.drop(SITE, [])
    assert listed(store) == ["c-2"]


def test_the_first_verdict_may_come_without_a_second_opinion(store: Store) -> None:
    [read] = waiting(store)
    revise(store, read, replace(both(), second=None))
    assert kept(store).assessment.second_opinion is None
