"""Looks come among ordinary cards and cannot be told from them; every answer takes the road it must."""

import time
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from service.errors import ClaimLost, Conflict, NotFound
from service.moderation import looks, policy, review
from service.moderation.desk import Desk
from service.moderation.submit import edit, submit_batch
from service.people import Role
from service.shares import LookShares
from service.tenancy import Threshold
from service.values import (
    DEFAULT_QUEUE,
    ESCALATED_QUEUE,
    Author,
    Choice,
    Claim,
    Comment,
    Decision,
    KeptComment,
    State,
    Verdict,
)
from tests.fakes import FakeScorer

SITE, ANN, BOB, LEA = "gazette", "user:ann", "user:bob", "user:lea"
LIMITS = {"insult": Threshold(0.5, 0.9)}
SCORES = {Verdict.APPROVE: 0.1, Verdict.REVIEW: 0.7, Verdict.REJECT: 0.95}


@pytest.fixture(autouse=True)
def _everything_is_looked_at(desk: Desk) -> None:
    policy.replace(desk, SITE, LIMITS, (), "test", looks=LookShares(1.0, 1.0, 1.0))


@pytest.fixture
def send(desk: Desk, scorer: FakeScorer):
    def submit(verdict: Verdict, *ids: str) -> None:
        scorer.says(insult=SCORES[verdict])
        receipts = submit_batch(desk, SITE, [Comment(one, "You again.", Author(id="7")) for one in ids])
        assert {receipt.assessment.verdict for receipt in receipts} == {verdict}

    return submit


def claim(desk: Desk, reviewer: str = ANN) -> Claim:
    return review.claim(desk, SITE, reviewer)


def first_decided(desk: Desk, send, choice: Choice) -> None:
    """Have Ann decide c-1, so that somebody else has to look at it."""
    send(Verdict.REVIEW, "c-1")
    assert looks.decide(desk, SITE, ANN, claim(desk).token, [Decision("c-1", choice, "insult")])[0].outcome == "done"


def state(desk: Desk, comment_id: str = "c-1") -> State:
    kept = desk.store.comments.get(SITE, comment_id)
    assert kept
    return kept.state


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every place to a look while there are any."""
    monkeypatch.setattr(looks, "LOOK_SHARE", 1.0)


def hand(desk: Desk, reviewer: str = ANN, *claims: Claim) -> list[KeptComment]:
    return [kept for claim in looks.mixed(desk, SITE, reviewer, claims) for kept in claim.comments]


def ids(cards: list[KeptComment]) -> list[str]:
    return [card.comment.id for card in cards]


# What is shown


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
def test_an_audited_comment_looks_like_a_blind_card(desk: Desk, send, verdict: Verdict) -> None:
    send(verdict, "look")
    send(Verdict.REVIEW, "c-1")
    [ordinary] = claim(desk, BOB).comments
    [look] = looks.take(desk, SITE, BOB, 5)
    hidden = {"comment", "received_at", "claimed_until"}
    for field in fields(KeptComment):
        if field.name not in hidden:
            assert getattr(look, field.name) == getattr(looks.blinded(ordinary), field.name), field.name
    assert looks.is_blind(look)
    assert look.comment.text == ordinary.comment.text


def test_a_second_look_shows_what_the_first_reviewer_saw(desk: Desk, send) -> None:
    send(Verdict.REVIEW, "c-1", "c-2")
    token = claim(desk).token
    looks.decide(desk, SITE, ANN, token, [Decision("c-1", Choice.REJECT, "insult", "a note")])
    review.release(desk, SITE, ANN, token)
    [ordinary] = claim(desk, BOB).comments
    [look] = looks.take(desk, SITE, BOB, 5)
    assert look.assessment == ordinary.assessment
    assert (look.state, look.queue, look.claimed_by, look.decided) == (State.CLAIMED, DEFAULT_QUEUE, BOB, None)
    assert not looks.is_blind(look)


def test_of_ten_places_one_goes_to_a_look(desk: Desk, send) -> None:
    send(Verdict.REVIEW, "c-1")
    send(Verdict.APPROVE, *(f"look-{number}" for number in range(100)))
    brought = [looks.bring(desk, SITE, f"user:{number}", 10, f"t-{number}") for number in range(40)]
    assert 22 <= sum(brought) <= 58
    assert len(set(brought)) >= 3


def test_the_same_claim_brings_looks_once(desk: Desk, send, always: None) -> None:
    send(Verdict.REVIEW, "c-1")
    send(Verdict.APPROVE, *(f"look-{number}" for number in range(5)))
    assert [looks.bring(desk, SITE, ANN, 2, token) for token in ("t-1", "t-1", "t-2")] == [2, 2, 2]
    assert len(hand(desk)) == 4


def test_no_look_comes_when_nothing_waits(desk: Desk, send, always: None) -> None:
    send(Verdict.APPROVE, "look")
    assert looks.bring(desk, SITE, ANN, 10, "t") == 0
    assert hand(desk) == []


def test_looks_stay_where_they_are_while_others_are_decided(desk: Desk, send, always: None) -> None:
    send(Verdict.APPROVE, "look-1", "look-2")
    send(Verdict.REVIEW, *(f"c-{number}" for number in range(20)))
    looks.bring(desk, SITE, ANN, 2, review.once(SITE, ANN, "op"))
    claimed = review.claim(desk, SITE, ANN, limit=20, operation="op")
    before = ids(hand(desk, ANN, claimed))
    assert ids(hand(desk, ANN, claimed)) == before
    left = replace(claimed, comments=tuple(kept for kept in claimed.comments if kept.comment.id not in before[:3]))
    assert ids(hand(desk, ANN, left)) == [one for one in before if one.startswith("look") or one not in before[:3]]
    assert [one for one in before if not one.startswith("look")] == ids(list(claimed.comments))


def test_looks_come_at_any_place(desk: Desk, send, always: None) -> None:
    send(Verdict.REVIEW, *(f"c-{number}" for number in range(6)))
    claimed, places = review.claim(desk, SITE, ANN, limit=5, operation="op"), set()
    for number in range(40):
        send(Verdict.APPROVE, f"look-{number}")
        looks.bring(desk, SITE, ANN, 1, claimed.token)
        places.add(ids(hand(desk, ANN, claimed)).index(f"look-{number}"))
        looks.answer(desk, SITE, ANN, [Decision(f"look-{number}", Choice.APPROVE)])
    assert places == set(range(6))


def test_some_ordinary_cards_are_blind_too_and_always_the_same(desk: Desk, send) -> None:
    send(Verdict.REVIEW, *(f"c-{number}" for number in range(100)))
    claimed = review.claim(desk, SITE, ANN, limit=100)
    blind, again = ({card.comment.id for card in hand(desk, ANN, claimed) if looks.is_blind(card)} for _ in range(2))
    assert 2 <= len(blind) <= 22
    assert blind == again


def test_a_look_is_not_known_by_its_age(desk: Desk, send, always: None) -> None:
    send(Verdict.APPROVE, "look")
    time.sleep(0.05)
    send(Verdict.REVIEW, "c-1")
    waits = desk.store.comments.get(SITE, "c-1")
    looks.bring(desk, SITE, ANN, 1, "t")
    [look] = hand(desk)
    assert waits
    assert look.received_at - waits.received_at > timedelta(milliseconds=-20)


def test_a_look_whose_neighbours_are_decided_is_a_claim_by_itself(desk: Desk, send, always: None) -> None:
    send(Verdict.APPROVE, "look")
    send(Verdict.REVIEW, "c-1")
    looks.bring(desk, SITE, ANN, 1, "t")
    [claim] = looks.mixed(desk, SITE, ANN, [])
    assert (claim.token, claim.queue, ids(list(claim.comments))) == ("t", DEFAULT_QUEUE, ["look"])
    until = looks.extend(desk, SITE, ANN, "t", 900)
    assert until - claim.expires_at > timedelta(seconds=500)
    assert hand(desk)[0].claimed_until == looks.mixed(desk, SITE, ANN, [])[0].expires_at
    with pytest.raises(ClaimLost):
        looks.extend(desk, SITE, BOB, "t")


# What an answer does


@pytest.mark.parametrize(
    ("choice", "shown"), [(Choice.APPROVE, "approved"), (Choice.REJECT, "rejected"), (Choice.ESCALATE, "waiting")]
)
def test_the_outcome_does_not_tell_which_were_looks(desk: Desk, send, choice: Choice, shown: str) -> None:
    send(Verdict.APPROVE, "look")
    send(Verdict.REVIEW, "c-1")
    claimed = claim(desk)
    looks.take(desk, SITE, ANN, 1)
    both = looks.decide(desk, SITE, ANN, claimed.token, [Decision("look", choice), Decision("c-1", choice)], "once")
    assert [(one.outcome, one.state, one.by) for one in both] == [("done", shown, ANN)] * 2
    again = looks.decide(desk, SITE, ANN, claimed.token, [Decision("look", choice), Decision("c-1", choice)], "once")
    assert [one.outcome for one in again] == ["repeated"] * 2


def test_a_late_decision_on_what_is_no_look_stays_lost(desk: Desk, send) -> None:
    send(Verdict.REVIEW, "c-1", "c-2")
    decisions = [Decision("c-1", Choice.APPROVE), Decision("c-2", Choice.APPROVE), Decision("c-3", Choice.APPROVE)]
    token = claim(desk).token
    looks.decide(desk, SITE, ANN, token, decisions[:1])
    assert [one.outcome for one in looks.decide(desk, SITE, ANN, token, decisions)] == ["lost", "done", "not_found"]


def test_automation_is_corrected_at_once(desk: Desk, send) -> None:
    send(Verdict.APPROVE, "c-1")
    looks.take(desk, SITE, ANN, 1)
    looks.answer(desk, SITE, ANN, [Decision("c-1", Choice.REJECT)])
    assert state(desk) == State.REJECTED
    assert looks.disagreements(desk, SITE) == []


def test_two_people_who_differ_are_settled_by_a_lead(desk: Desk, send) -> None:
    first_decided(desk, send, Choice.REJECT)
    looks.take(desk, SITE, BOB, 1)
    looks.answer(desk, SITE, BOB, [Decision("c-1", Choice.APPROVE)])
    assert state(desk) == State.REJECTED
    [found] = looks.disagreements(desk, SITE)
    assert (found.look.first_by, found.look.by, found.kept.comment.id) == (ANN, BOB, "c-1")
    assert looks.settle(desk, SITE, LEA, Decision("c-1", Choice.APPROVE), "once").state == State.APPROVED
    assert looks.settle(desk, SITE, LEA, Decision("c-1", Choice.APPROVE), "once").outcome == "repeated"
    with pytest.raises(Conflict, match="no disagreement"):
        looks.settle(desk, SITE, LEA, Decision("c-1", Choice.REJECT))


def test_the_last_word_is_approve_or_reject_on_something_known(desk: Desk) -> None:
    with pytest.raises(NotFound):
        looks.settle(desk, SITE, LEA, Decision("unknown", Choice.REJECT))
    with pytest.raises(Conflict, match="approve or reject"):
        looks.settle(desk, SITE, LEA, Decision("c-1", Choice.ESCALATE))


def test_whoever_decided_gets_another_look_than_their_own(desk: Desk, send) -> None:
    first_decided(desk, send, Choice.APPROVE)
    assert looks.take(desk, SITE, ANN, 5) == []
    assert ids(looks.take(desk, SITE, BOB, 5)) == ["c-1"]


def test_an_answer_can_be_taken_back_like_a_decision(desk: Desk, send) -> None:
    send(Verdict.APPROVE, "look")
    send(Verdict.REVIEW, "c-1")
    claimed = claim(desk)
    looks.take(desk, SITE, ANN, 1)
    looks.decide(desk, SITE, ANN, claimed.token, [Decision(one, Choice.REJECT) for one in ("look", "c-1")])
    assert {one.outcome for one in looks.undo_all(desk, SITE, BOB, ["look", "c-1"], "bob")} <= {"lost", "not_yours"}
    assert [one.outcome for one in looks.undo_all(desk, SITE, ANN, ["look", "c-1"], "ann")] == ["done"] * 2
    assert [state(desk, one) for one in ("look", "c-1")] == [State.APPROVED, State.WAITING]


def test_given_back_it_waits_for_others(desk: Desk, send) -> None:
    send(Verdict.APPROVE, "look")
    looks.take(desk, SITE, ANN, 1)
    assert looks.release(desk, SITE, ANN, ["look"], skip=True) == 1
    assert looks.take(desk, SITE, ANN, 5) == []
    assert ids(looks.take(desk, SITE, BOB, 5)) == ["look"]


# Who decides, and how much is looked at


@pytest.mark.parametrize(
    ("role", "queue", "may"),
    [
        (Role.MODERATOR, DEFAULT_QUEUE, True),
        (Role.MODERATOR, ESCALATED_QUEUE, False),
        (Role.LEAD, ESCALATED_QUEUE, True),
        (Role.ADMIN, ESCALATED_QUEUE, True),
    ],
)
def test_what_was_escalated_is_for_leads_and_admins(role: Role, queue: str, may: bool) -> None:
    assert review.may_decide(role, queue) is may


@pytest.mark.parametrize(
    ("shares", "count"), [(LookShares(0, 0, 0), 0), (LookShares(0, 1, 0), 1), (LookShares(1, 0, 1), 2)]
)
def test_the_policy_says_how_much_is_looked_at(desk: Desk, send, shares: LookShares, count: int) -> None:
    policy.replace(desk, SITE, LIMITS, (), "test", looks=shares)
    send(Verdict.APPROVE, "a")
    send(Verdict.REJECT, "r")
    send(Verdict.REVIEW, "c")
    review.decide(desk, SITE, ANN, claim(desk).token, [Decision("c", Choice.APPROVE)])
    assert desk.store.looks.counts(SITE)[0] == count


def test_the_built_in_policy_looks_at_some_of_everything() -> None:
    assert policy.DEFAULT_POLICY.looks == LookShares(decisions=0.02, approvals=0.005, rejections=0.02)


def test_an_edited_comment_is_looked_at_too(desk: Desk, send) -> None:
    send(Verdict.REVIEW, "c-1")
    desk.scorer.says(insult=0.1)
    edit(desk, SITE, Comment("c-1", "Milder words."))
    assert ids(looks.take(desk, SITE, BOB, 1)) == ["c-1"]
