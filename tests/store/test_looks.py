"""A blind look: drawn by lot, held by one person, answered once, and what it corrects is corrected by the rules."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import redis

from service.looks import Look, LookKind
from service.shares import NO_LOOKS, LookShares
from service.store.connect import Store
from service.store.lots import Lots
from service.store.names import Names
from service.values import (
    APPEALS_QUEUE,
    ESCALATED_QUEUE,
    Author,
    Choice,
    Decision,
    KeptComment,
    Opinion,
    Outcome,
    State,
    Verdict,
)
from tests.conftest import SECRET
from tests.store.replay import audit
from tests.store.scenes import ANN, BOB, DAY_MS, MINUTE_MS, SITE, assessed, claim, comment, submit, types

NAMES = Names(SITE)
CAY, LEA = "key:k1/cay", "key:k1/lea"
ALL = LookShares(1.0, 1.0, 1.0)


def published(store: Store, *ids: str, verdict: Verdict = Verdict.APPROVE, looks: LookShares = ALL) -> None:
    """Submit comments that are settled at once."""
    store.comments.submit(SITE, [(comment(one, id="7"), assessed(verdict)) for one in ids or ("c-1",)], looks)


def decided(store: Store, choice: Choice = Choice.APPROVE, reviewer: str = ANN, queue: str = "main") -> Outcome:
    """Decide the waiting comment, so that it surely gets a second look."""
    claim(store, reviewer, token=f"t-{reviewer}", queue=queue)
    word = Decision("c-1", choice, "insult")
    (outcome,) = store.queues.decide(SITE, f"t-{reviewer}", reviewer, [word], f"op-{reviewer}", 0, 1.0)
    assert outcome.outcome == "done"
    return outcome


def take(store: Store, reviewer: str = BOB, limit: int = 5, lease_ms: int = MINUTE_MS) -> list[KeptComment]:
    return store.looks.take(SITE, reviewer, limit, lease_ms)


def taken(store: Store, reviewer: str = BOB, limit: int = 5, lease_ms: int = MINUTE_MS) -> list[str]:
    return [kept.comment.id for kept in take(store, reviewer, limit, lease_ms)]


def answer(
    store: Store, choice: Choice, reviewer: str = BOB, comment_id: str = "c-1", operation: str = "look-1"
) -> Outcome:
    word = Decision(comment_id, choice, "spam", "a note")
    return store.looks.answer(SITE, reviewer, [word], operation, 0)[0]


def settle(store: Store, choice: Choice, lead: str = LEA, operation: str = "settle-1") -> Outcome:
    return store.looks.settle(SITE, lead, Decision("c-1", choice, "spam"), operation, 0)


def undo(store: Store, reviewer: str = BOB, operation: str = "undo-1", window_ms: int = MINUTE_MS) -> Outcome:
    return store.looks.undo(SITE, "c-1", reviewer, operation, window_ms)


def state(store: Store) -> State:
    kept = store.comments.get(SITE, "c-1")
    assert kept
    return kept.state


def differing(store: Store) -> list[str]:
    return [one.kept.comment.id for one in store.looks.disagreements(SITE)]


def the_look(store: Store) -> Look:
    (look,) = store.looks.answered(SITE)
    return look


# What is chosen


def test_the_share_chosen_is_the_one_asked_for() -> None:
    lots, share, ids = Lots(SECRET.encode()), 0.02, 20_000
    chosen = sum(lots.falls(share, "audit", SITE, f"c-{number}", "body") for number in range(ids))
    spread = (ids * share * (1 - share)) ** 0.5
    assert abs(chosen - ids * share) < 3 * spread


def test_a_greater_share_chooses_the_same_and_more() -> None:
    lots = Lots(SECRET.encode())
    few = {number for number in range(5000) if lots.falls(0.01, str(number))}
    more = {number for number in range(5000) if lots.falls(0.05, str(number))}
    assert few
    assert few < more


def test_without_the_secret_nobody_can_tell_what_is_chosen() -> None:
    ours, theirs = Lots(SECRET.encode()), Lots(b"another secret that is long enough")
    both = sum(ours.falls(0.5, str(number)) and theirs.falls(0.5, str(number)) for number in range(4000))
    assert 850 < both < 1150  # a quarter, as of two draws that know nothing of each other


def test_neither_nothing_nor_everything_is_left_to_chance() -> None:
    lots = Lots(SECRET.encode())
    assert not any(lots.falls(0.0, str(number)) for number in range(100))
    assert all(lots.falls(1.0, str(number)) for number in range(100))


def test_the_store_chooses_by_share_of_each_verdict(store: Store) -> None:
    published(store, *(f"a-{number}" for number in range(300)), looks=LookShares(0, 0.2, 1.0))
    approvals = store.looks.counts(SITE)[0]
    assert 30 < approvals < 90
    published(store, "r-1", "r-2", verdict=Verdict.REJECT, looks=LookShares(0, 0.2, 1.0))
    assert store.looks.counts(SITE)[0] == approvals + 2


def test_a_comment_that_a_person_will_see_anyway_is_not_chosen(store: Store) -> None:
    published(store, verdict=Verdict.REVIEW)
    assert store.looks.counts(SITE) == (0, 0)


def test_with_a_share_of_nothing_nothing_is_kept_of_looks(store: Store, raw: redis.Redis) -> None:
    published(store, looks=NO_LOOKS)
    assert raw.exists(NAMES.looks) == 0
    assert not [name for name in raw.hkeys(NAMES.comment("c-1")) if name.startswith("g")]


def test_a_comment_sent_again_is_not_drawn_again(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.APPROVE)
    published(store)
    assert taken(store) == []


def test_an_edited_comment_is_drawn_anew(store: Store) -> None:
    published(store, looks=NO_LOOKS)
    store.comments.edit(SITE, comment(text="New words."), assessed(Verdict.APPROVE), ALL)
    assert taken(store) == ["c-1"]


@pytest.mark.parametrize("queue", [ESCALATED_QUEUE, APPEALS_QUEUE])
def test_what_is_a_second_opinion_already_gets_no_second_look(store: Store, queue: str) -> None:
    store.comments.submit(SITE, [(comment(), assessed(queue=queue))])
    decided(store, queue=queue)
    assert store.looks.counts(SITE) == (0, 0)


def test_an_escalation_gets_no_second_look(store: Store) -> None:
    submit(store)
    decided(store, Choice.ESCALATE)
    assert store.looks.counts(SITE) == (0, 0)


def test_decisions_are_drawn_by_their_share(store: Store) -> None:
    ids = [f"c-{number}" for number in range(200)]
    submit(store, *ids)
    claim(store, limit=200)
    store.queues.decide(SITE, "token-1", ANN, [Decision(one, Choice.APPROVE) for one in ids], "op", 0, 0.2)
    assert 20 < store.looks.counts(SITE)[0] < 60


# Who gets it


def test_whoever_decided_never_gets_the_second_look(store: Store) -> None:
    submit(store)
    decided(store, reviewer=ANN)
    assert taken(store, ANN) == []
    assert taken(store, BOB) == ["c-1"]


def test_nobody_else_is_given_what_somebody_has_in_hand(store: Store) -> None:
    published(store)
    assert taken(store, ANN) == ["c-1"]
    assert taken(store, BOB) == []


def test_taking_again_gives_the_same_and_no_more(store: Store) -> None:
    published(store, "c-1", "c-2", "c-3")
    first = taken(store, limit=2)
    assert len(first) == 2
    assert set(taken(store, limit=2)) == set(first)


def test_taking_again_starts_the_lease_anew(store: Store) -> None:
    published(store)
    take(store, ANN, lease_ms=1)
    take(store, ANN)
    time.sleep(0.01)
    assert taken(store, BOB) == []


def test_what_is_not_answered_in_time_comes_to_the_next(store: Store) -> None:
    published(store)
    take(store, ANN, lease_ms=1)
    time.sleep(0.01)
    assert taken(store, BOB) == ["c-1"]
    assert taken(store, ANN) == []
    assert answer(store, Choice.APPROVE, ANN).outcome == "lost"
    assert answer(store, Choice.APPROVE, BOB).outcome == "done"


def test_an_answer_counts_past_the_lease_until_another_took_it(store: Store) -> None:
    published(store)
    take(store, lease_ms=1)
    time.sleep(0.01)
    assert answer(store, Choice.APPROVE).outcome == "done"


def test_what_is_given_back_waits_for_anybody(store: Store) -> None:
    published(store)
    take(store, ANN)
    assert store.looks.release(SITE, ANN) == 1
    assert answer(store, Choice.APPROVE, ANN).outcome == "lost"
    assert taken(store, BOB) == ["c-1"]


def test_what_is_skipped_is_not_offered_again(store: Store) -> None:
    published(store)
    take(store, ANN)
    assert store.looks.release(SITE, ANN, ["c-1"], skip=True) == 1
    assert taken(store, ANN) == []
    assert taken(store, BOB) == ["c-1"]


def test_nobody_gives_back_what_another_has(store: Store) -> None:
    published(store)
    take(store, ANN)
    assert store.looks.release(SITE, BOB, ["c-1"]) == 0
    assert answer(store, Choice.APPROVE, ANN).outcome == "done"


def test_many_can_be_taken_at_once_and_all_are_renewed(store: Store) -> None:
    ids = [f"c-{number}" for number in range(80)]
    published(store, *ids)
    assert sorted(taken(store, ANN, limit=70, lease_ms=500)) == sorted(ids[:70])
    assert len(taken(store, ANN, limit=0)) == 70
    time.sleep(0.5)
    assert sorted(taken(store, BOB, limit=80)) == sorted(ids[70:])


def test_many_that_one_reviewer_decided_hide_no_other(store: Store) -> None:
    ids = [f"c-{number}" for number in range(40)]
    submit(store, *ids)
    claim(store, ANN, limit=40)
    store.queues.decide(SITE, "token-1", ANN, [Decision(one, Choice.APPROVE) for one in ids], "op", 0, 1.0)
    published(store, "last")
    assert taken(store, ANN) == ["last"]


def test_the_comment_stays_as_it_is_while_somebody_looks(store: Store) -> None:
    published(store)
    take(store)
    assert state(store) == State.APPROVED
    assert types(store) == ["received"]
    assert store.queues.counts(SITE)[0].claimed == 0


# What ends it


@pytest.mark.parametrize("when", ["waiting", "in hand"])
@pytest.mark.parametrize("what", ["edited", "appealed", "erased", "expired"])
def test_a_comment_that_moved_on_is_looked_at_no_more(store: Store, raw: redis.Redis, what: str, when: str) -> None:
    published(store)
    if when == "in hand":
        take(store)
    if what == "edited":
        store.comments.edit(SITE, comment(text="New words."), assessed())
    elif what == "appealed":
        store.comments.appeal(SITE, "c-1", None, "platform")
    elif what == "erased":
        store.comments.erase(SITE, "c-1")
    else:
        raw.delete(NAMES.comment("c-1"))
    assert answer(store, Choice.REJECT).outcome in ("lost", "not_found")
    assert taken(store) == []
    assert raw.exists(NAMES.looks) == 0
    assert store.looks.answered(SITE) == []


def test_a_decision_that_was_undone_is_looked_at_no_more(store: Store) -> None:
    submit(store)
    decided(store)
    store.queues.undo(SITE, "c-1", ANN, "undo", MINUTE_MS)
    assert taken(store) == []


def test_the_platforms_opinion_of_a_settled_comment_does_not_end_the_look(store: Store) -> None:
    published(store)
    store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    assert taken(store) == ["c-1"]


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT, Choice.ESCALATE])
def test_nothing_of_a_look_stays_when_the_comment_is_erased(store: Store, raw: redis.Redis, choice: Choice) -> None:
    published(store)
    take(store)
    answer(store, choice)
    assert store.looks.answered(SITE)
    store.comments.erase(SITE, "c-1")
    assert raw.exists(NAMES.looks, NAMES.differ, NAMES.out, NAMES.labels) == 0
    assert store.looks.answered(SITE) == []
    assert differing(store) == []


def test_what_nobody_looks_at_in_its_time_is_dropped(store: Store, raw: redis.Redis) -> None:
    published(store, "old")
    raw.zadd(NAMES.looks, {"old": time.time() * 1000 - 91 * DAY_MS})
    published(store, "new")
    assert raw.zrange(NAMES.looks, 0, -1) == ["new"]


def test_the_oldest_of_too_many_is_dropped(store: Store, raw: redis.Redis) -> None:
    raw.zadd(NAMES.looks, {f"old-{number}": time.time() * 1000 - 1 - number for number in range(10_000)})
    published(store, "new")
    assert raw.zcard(NAMES.looks) == 10_000
    assert raw.zscore(NAMES.looks, "old-9999") is None


def test_answers_older_than_the_log_are_forgotten(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.APPROVE)
    time.sleep(0.005)
    store.looks.trim(SITE, DAY_MS)
    assert store.looks.answered(SITE)
    store.looks.trim(SITE, 1)
    assert store.looks.answered(SITE) == []


# What an answer does


def test_an_answer_that_agrees_changes_nothing_and_is_kept_with_its_probability(store: Store) -> None:
    published(store, looks=LookShares(0, 0.9999999, 0))
    take(store)
    outcome = answer(store, Choice.APPROVE)
    look = the_look(store)
    assert (outcome.outcome, outcome.state, outcome.version) == ("done", State.APPROVED, 1)
    assert (look.comment_id, look.kind, look.share) == ("c-1", LookKind.AUDIT, 0.9999999)
    assert (look.first, look.first_by, look.answer, look.by, look.truth) == (
        Choice.APPROVE,
        None,
        Choice.APPROVE,
        BOB,
        Choice.APPROVE,
    )
    assert types(store) == ["received", "looked"]
    assert store.outbox.depth(SITE) == (0, 0)
    assert differing(store) == []


def test_the_log_tells_of_an_answer_without_its_note(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.APPROVE)
    event = store.events.of_comment(SITE, "c-1")[-1]
    assert (event.by, event.version) == (BOB, 1)
    assert event.detail == {"look": "audit", "decision": "approve", "reason": "spam"}


@pytest.mark.parametrize(
    ("verdict", "choice", "after"),
    [(Verdict.APPROVE, Choice.REJECT, State.REJECTED), (Verdict.REJECT, Choice.APPROVE, State.APPROVED)],
)
def test_automation_that_was_wrong_is_corrected_labelled_and_told(
    store: Store, raw: redis.Redis, verdict: Verdict, choice: Choice, after: State
) -> None:
    published(store, verdict=verdict)
    take(store)
    outcome = answer(store, choice)
    kept, label = store.comments.get(SITE, "c-1"), store.labels.get(SITE, "c-1")
    assert (outcome.outcome, outcome.state, outcome.version, outcome.by) == ("done", after, 2, BOB)
    assert kept
    assert kept.decided
    assert label
    assert (kept.decided.decision, kept.decided.by, kept.decided.reason) == (choice, BOB, "spam")
    assert (label.source, label.value) == (f"reviewer:{BOB}", choice)
    assert types(store) == ["received", "corrected"]
    (delivery,) = store.outbox.due(SITE, 9, MINUTE_MS)
    assert (delivery.state, delivery.version) == (after, 2)
    assert raw.pttl(NAMES.comment("c-1")) == -1
    store.outbox.delivered(SITE, "c-1", 2, DAY_MS)
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= DAY_MS
    assert audit(store, SITE, {"c-1": [(2, after)]}) == []


def test_an_audit_that_agrees_is_a_label_too(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.APPROVE)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (label.source, label.value) == (f"reviewer:{BOB}", "approve")


def test_a_second_look_that_agrees_leaves_the_first_label(store: Store) -> None:
    submit(store)
    decided(store)
    take(store)
    answer(store, Choice.APPROVE)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert label.by == ANN


def test_two_people_who_differ_leave_it_to_a_lead(store: Store) -> None:
    submit(store)
    decided(store, Choice.REJECT)
    take(store)
    outcome = answer(store, Choice.APPROVE)
    (found,) = store.looks.disagreements(SITE)
    assert (outcome.outcome, outcome.state) == ("done", State.REJECTED)
    assert found.kept.comment.id == "c-1"
    assert found.look == the_look(store)
    assert (found.look.kind, found.look.first, found.look.first_by, found.look.first_reason) == (
        LookKind.SECOND,
        Choice.REJECT,
        ANN,
        "insult",
    )
    assert (found.look.answer, found.look.by, found.look.reason) == (Choice.APPROVE, BOB, "spam")
    assert store.looks.counts(SITE) == (0, 1)
    assert audit(store, SITE) == []


@pytest.mark.parametrize("kind", LookKind)
def test_doubt_is_left_to_a_lead(store: Store, kind: LookKind) -> None:
    if kind is LookKind.AUDIT:
        published(store)
    else:
        submit(store)
        decided(store)
    take(store)
    answer(store, Choice.ESCALATE)
    assert differing(store) == ["c-1"]
    assert state(store) == State.APPROVED
    assert the_look(store).truth is None


def test_the_same_operation_answers_once(store: Store) -> None:
    published(store)
    take(store)
    first, again = answer(store, Choice.REJECT), answer(store, Choice.REJECT)
    assert (first.outcome, again.outcome, again.version) == ("done", "repeated", first.version)
    assert types(store) == ["received", "corrected"]
    assert len(store.looks.answered(SITE)) == 1


def test_another_operation_after_the_answer_is_lost(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.APPROVE)
    assert answer(store, Choice.REJECT, operation="look-2").outcome == "lost"
    assert state(store) == State.APPROVED


def test_nobody_answers_what_was_not_taken(store: Store) -> None:
    published(store)
    assert answer(store, Choice.REJECT).outcome == "lost"
    assert answer(store, Choice.REJECT, comment_id="unknown").outcome == "not_found"


# The last word


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT])
def test_a_lead_has_the_last_word(store: Store, choice: Choice) -> None:
    submit(store)
    decided(store, Choice.APPROVE)
    take(store)
    answer(store, Choice.REJECT)
    outcome = settle(store, choice)
    changed = choice is Choice.REJECT
    label, look = store.labels.get(SITE, "c-1"), the_look(store)
    assert (outcome.outcome, outcome.version) == ("done", 4 if changed else 3)
    assert state(store) == (State.REJECTED if changed else State.APPROVED)
    assert label
    assert (label.by, label.value) == (LEA, choice)
    assert (look.final, look.settled_by, look.truth) == (choice, LEA, choice)
    assert types(store)[-2:] == ["looked", "corrected" if changed else "looked"]
    assert differing(store) == []
    assert store.outbox.depth(SITE) == (1, 0)
    assert audit(store, SITE) == []


def test_a_last_word_on_a_doubtful_audit_corrects_automation(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.ESCALATE)
    assert settle(store, Choice.REJECT).state == State.REJECTED
    assert store.outbox.depth(SITE) == (1, 0)


def test_the_last_word_is_said_once(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.ESCALATE)
    assert [settle(store, Choice.REJECT).outcome for _ in range(2)] == ["done", "repeated"]
    assert settle(store, Choice.APPROVE, operation="settle-2").outcome == "lost"
    assert state(store) == State.REJECTED


@pytest.mark.parametrize("moved", ["undone", "appealed"])
def test_a_disagreement_ends_when_the_comment_moves_on(store: Store, raw: redis.Redis, moved: str) -> None:
    submit(store)
    decided(store)
    take(store)
    answer(store, Choice.REJECT)
    if moved == "undone":
        store.queues.undo(SITE, "c-1", ANN, "undo", MINUTE_MS)
    else:
        store.comments.appeal(SITE, "c-1", None, "platform")
    assert settle(store, Choice.REJECT).outcome == "lost"
    assert differing(store) == []
    assert raw.exists(NAMES.differ) == 0


# Changing one's mind


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.ESCALATE])
def test_an_answer_taken_back_counts_nowhere_and_is_asked_again(store: Store, choice: Choice) -> None:
    published(store)
    take(store)
    answer(store, choice)
    assert undo(store).outcome == "done"
    assert store.looks.answered(SITE) == []
    assert differing(store) == []
    assert store.labels.get(SITE, "c-1") is None
    assert taken(store) == ["c-1"]
    assert answer(store, Choice.APPROVE, operation="look-2").outcome == "done"
    assert audit(store, SITE) == []


def test_a_correction_the_platform_has_not_heard_of_is_taken_back_in_silence(store: Store, raw: redis.Redis) -> None:
    published(store)
    take(store)
    answer(store, Choice.REJECT)
    outcome = undo(store)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (outcome.outcome, kept.state, kept.version, kept.decided) == ("done", State.APPROVED, 3, None)
    assert store.outbox.depth(SITE) == (0, 0)
    assert raw.pttl(NAMES.comment("c-1")) > 0
    assert types(store) == ["received", "corrected", "corrected"]
    assert audit(store, SITE, {}) == []


def test_a_correction_the_platform_may_have_heard_of_is_taken_back_aloud(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.REJECT)
    store.outbox.due(SITE, 1, MINUTE_MS)
    undo(store)
    (delivery,) = store.outbox.due(SITE, 1, MINUTE_MS)
    assert (delivery.state, delivery.version) == (State.APPROVED, 3)
    assert audit(store, SITE, {"c-1": [(2, State.REJECTED), (3, State.APPROVED)]}) == []


def test_an_answer_is_taken_back_once_in_time_and_by_its_author_alone(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.REJECT)
    assert undo(store, ANN).outcome == "lost"
    time.sleep(0.005)
    assert undo(store, window_ms=1).outcome == "too_late"
    assert [undo(store).outcome for _ in range(2)] == ["done", "repeated"]
    assert undo(store, operation="undo-2").outcome == "lost"


def test_a_correction_can_be_undone_like_any_decision(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.REJECT)
    assert store.queues.undo(SITE, "c-1", BOB, "undo", MINUTE_MS).state == State.WAITING
    assert [kept.comment.id for kept in claim(store, CAY).comments] == ["c-1"]
    assert store.outbox.depth(SITE) == (1, 0)  # the platform took the automatic verdict for good
    assert audit(store, SITE) == []


def test_a_corrected_comment_can_be_appealed_but_not_to_who_corrected_it(store: Store) -> None:
    published(store)
    take(store)
    answer(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", "please", "platform")
    assert claim(store, BOB, queue=APPEALS_QUEUE).comments == ()
    assert len(claim(store, ANN, queue=APPEALS_QUEUE, token="t-2").comments) == 1


def test_answers_come_oldest_first_and_only_so_many(store: Store) -> None:
    ids = ["c-1", "c-2", "c-3"]
    published(store, *ids)
    take(store)
    for one in ids:
        answer(store, Choice.APPROVE, comment_id=one)
    assert _ids(store.looks.answered(SITE)) == ids
    assert _ids(store.looks.answered(SITE, limit=2)) == ids[1:]


def _ids(looks: Sequence[Look]) -> list[str]:
    return [look.comment_id for look in looks]


# In the reviewer's hand and diary


def test_a_hand_tells_with_which_claim_a_look_goes_while_its_lease_lasts(store: Store) -> None:
    published(store, "c-1", "c-2")
    since = datetime(2026, 1, 2, tzinfo=UTC)
    assert store.looks.bring(SITE, BOB, 1, MINUTE_MS, "t-1", since) == 1
    assert store.looks.bring(SITE, BOB, 5, MINUTE_MS, "t-2", since) == 1
    held = store.looks.hand(SITE, BOB)
    assert [(one.kept.comment.id, one.token) for one in held] == [("c-1", "t-1"), ("c-2", "t-2")]
    assert held[0].since == since
    assert timedelta(seconds=50) < held[0].until - datetime.now(UTC) <= timedelta(seconds=60)
    assert store.looks.hand(SITE, ANN) == []
    store.looks.take(SITE, BOB, 2, 1)
    time.sleep(0.01)
    assert store.looks.hand(SITE, BOB) == []
    assert store.looks.bring(SITE, BOB, 5, MINUTE_MS, "t-3", since) == 2
    assert {one.token for one in store.looks.hand(SITE, BOB)} == {"t-3"}


def test_what_moved_on_is_in_no_hand(store: Store) -> None:
    published(store)
    take(store)
    store.comments.appeal(SITE, "c-1", "Please.", "platform")
    assert store.looks.hand(SITE, BOB) == []


def test_a_lease_is_extended_by_its_holder_alone(store: Store) -> None:
    published(store, "c-1", "c-2")
    store.looks.take(SITE, BOB, 1, MINUTE_MS)
    for reviewer in (ANN, BOB):
        store.looks.extend(SITE, reviewer, ["c-1", "c-2"], 10 * MINUTE_MS)
    [held] = store.looks.hand(SITE, BOB)
    assert held.until - datetime.now(UTC) > timedelta(minutes=9)
    assert store.looks.hand(SITE, ANN) == []


def test_an_answer_stands_in_the_diary_until_it_is_undone(store: Store) -> None:
    submit(store)
    decided(store)
    take(store)
    answer(store, Choice.ESCALATE)
    [(kept, operation)] = store.browse.decided(SITE, BOB, 20)
    assert kept.decided
    said = (kept.decided.decision, kept.decided.by, kept.decided.reason, kept.decided.note, operation)
    assert said == (Choice.ESCALATE, BOB, "spam", "a note", "look-1")
    assert store.browse.decided_count(SITE, BOB, datetime.now(UTC) - timedelta(minutes=1)) == 1
    [(first, _)] = store.browse.decided(SITE, ANN, 20)
    assert first.decided
    assert (first.decided.decision, first.decided.by) == (Choice.APPROVE, ANN)
    undo(store)
    assert store.browse.decided(SITE, BOB, 20) == []
    assert store.browse.decided_count(SITE, BOB, datetime.now(UTC) - timedelta(minutes=1)) == 0


def test_a_look_whose_answer_was_undone_is_taken_again_as_it_was(store: Store) -> None:
    published(store)
    since = datetime(2026, 1, 2, tzinfo=UTC)
    store.looks.bring(SITE, BOB, 1, MINUTE_MS, "t-1", since)
    assert answer(store, Choice.REJECT).outcome == "done"
    assert undo(store).outcome == "done"
    assert store.looks.take_again(SITE, BOB, "c-1", MINUTE_MS, "t-2")
    [held] = store.looks.hand(SITE, BOB)
    assert (held.token, held.since) == ("t-2", since)
    assert not store.looks.take_again(SITE, ANN, "c-1", MINUTE_MS, "t-3")
    assert not store.looks.take_again(SITE, BOB, "unknown", MINUTE_MS, "t-3")


def test_a_comment_that_is_looked_at_does_not_count_for_its_author(store: Store) -> None:
    published(store, "c-1", "c-2")
    [all_of_them] = store.browse.records(SITE, [Author(id="7")])
    [others] = store.browse.records(SITE, [Author(id="7")], {"c-1"})
    assert (all_of_them.approved, others.approved) == (2, 1)
