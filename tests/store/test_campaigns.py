"""Near-identical comments: found at intake, claimed as one card, decided together, followed by later ones."""

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
import redis

from models.likeness import ALIKE, BAND, SKETCH
from service.shares import LookShares
from service.store.campaigns import Precedent
from service.store.connect import Store
from service.store.encoding import CODES
from service.store.lua import load
from service.store.names import Names
from service.values import (
    APPEALS_QUEUE,
    ESCALATED_QUEUE,
    Assessment,
    Choice,
    Claim,
    Decision,
    Opinion,
    Reason,
    Receipt,
    State,
    Verdict,
)
from tests.store.replay import audit
from tests.store.scenes import ANN, BOB, DAY_MS, MINUTE_MS, SITE, assessed, claim, comment, queue_ids, types

NAMES = Names(SITE)
SPAM = "Wow, what a {} blog! I have saved your page and will come back soon to read more of it. Visit {} as well."
ADJECTIVES = ("great", "lovely", "superb", "charming", "splendid", "useful", "clever", "fine", "nice", "rare")


def copy(number: int) -> str:
    """Return one of many spellings of the same message."""
    return SPAM.format(ADJECTIVES[number % 10], "our shop")


def send(store: Store, one: str, text: str, assessment: Assessment | None = None) -> Receipt:
    return store.comments.submit(SITE, [(comment(one, text), assessment or assessed())])[0]


def flood(store: Store, count: int, name: str = "s") -> list[str]:
    ids = [f"{name}-{number}" for number in range(count)]
    store.comments.submit(SITE, [(comment(one, copy(number)), assessed()) for number, one in enumerate(ids)])
    return ids


def mates_of(store: Store, one: str) -> set[str]:
    number = store.campaigns.numbers(SITE, [one]).get(one)
    return set(store.campaigns.members(SITE, number, 1000)) if number else set()


def decide_all(
    store: Store, claimed: Claim, choice: Choice = Choice.REJECT, operation: str = "op-1", reviewer: str = ANN
) -> None:
    ids = [kept.comment.id for kept in (*claimed.comments, *claimed.copies)]
    decisions = [Decision(one, choice, "spam") for one in ids]
    store.queues.decide(SITE, claimed.token, reviewer, decisions, operation, 0, campaign=ids[0])


def follow(
    store: Store, one: str, choice: Choice, follow_ms: int = DAY_MS, operation: str = "op-1", risk: float = 0.6
) -> None:
    campaign = store.campaigns.number(SITE, one)
    store.campaigns.follow(SITE, campaign, operation, Precedent(one, choice, ANN, risk, "spam"), follow_ms)


@pytest.fixture
def rejected(store: Store) -> list[str]:
    """Reject a campaign of three, to be followed for a day."""
    ids = flood(store, 3)
    decide_all(store, claim(store, copies=9))
    follow(store, ids[0], Choice.REJECT)
    return ids


def test_near_identical_comments_find_each_other(store: Store) -> None:
    ids = flood(store, 5)
    send(store, "other", "The council met on Tuesday and spoke for three hours about the new bridge over the river.")
    assert mates_of(store, "s-3") == set(ids)
    assert mates_of(store, "other") == set()
    number = store.campaigns.number(SITE, "s-0")
    assert store.campaigns.sizes(SITE, [number]) == {number: 5}


def test_short_comments_are_alike_only_when_their_words_are_equal(store: Store) -> None:
    for one, text in (("a", "Thank you very much!"), ("b", "thank you VERY much"), ("c", "Thank you so much!")):
        send(store, one, text)
    assert mates_of(store, "a") == {"a", "b"}
    assert mates_of(store, "c") == set()


def test_two_words_say_nothing_of_one_hand(store: Store) -> None:
    for one in "ab":
        send(store, one, "I agree.")
    assert mates_of(store, "a") == set()


def test_what_needs_no_person_is_in_no_campaign(store: Store, raw: redis.Redis) -> None:
    for one, verdict in (("a", Verdict.APPROVE), ("b", Verdict.REJECT)):
        send(store, one, copy(0), assessed(verdict))
    assert raw.exists(NAMES.mates, *NAMES.alike) == 0


def test_sites_do_not_share_campaigns(store: Store) -> None:
    flood(store, 2)
    store.comments.submit("other", [(comment("s-9", copy(0)), assessed())])
    assert store.campaigns.numbers("other", ["s-9"]) == {}


def test_a_decided_first_does_not_keep_later_ones_apart(store: Store) -> None:
    send(store, "first", copy(0))
    decide_all(store, claim(store))
    flood(store, 2)
    assert mates_of(store, "s-0") == {"s-0", "s-1"}


def test_an_edited_comment_leaves_its_campaign_and_joins_another(store: Store) -> None:
    flood(store, 3)
    send(store, "other", "The council met on Tuesday and spoke for three hours about the new bridge over the river.")
    text = "The council met on Monday and spoke for three hours about the new bridge over the river."
    store.comments.edit(SITE, comment("s-1", text), assessed())
    assert mates_of(store, "s-0") == {"s-0", "s-2"}
    assert mates_of(store, "other") == {"other", "s-1"}


def test_erasure_leaves_no_number_of_the_text_nor_of_what_it_said_before(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment("s-0", copy(0), id="7"), assessed())])
    store.comments.edit(
        SITE, comment("s-0", "These are the words that stood here in the second version of it.", id="7"), assessed()
    )
    assert raw.hlen(NAMES.alike[0]) == 12
    store.comments.erase_author(SITE, "7")
    assert raw.exists(*NAMES.alike) == 0


def test_an_erased_comment_is_no_mate(store: Store) -> None:
    flood(store, 3)
    store.comments.erase(SITE, "s-0")
    assert mates_of(store, "s-1") == {"s-1", "s-2"}
    flood(store, 1, "t")
    assert mates_of(store, "t-0") == {"s-1", "s-2", "t-0"}


def test_the_index_turns_over_and_ends(store: Store, raw: redis.Redis) -> None:
    newer, older = NAMES.alike[:2]
    raw.hset(newer, mapping={f"x{number}": "y" for number in range(100_000)})
    flood(store, 1)
    for number in range(1000):  # its size is seen to in one of sixteen milliseconds
        if raw.exists(older):
            break
        send(store, f"c-{number}", f"This is {ADJECTIVES[number % 10]} to hear.")
    assert raw.hlen(newer) < 100 < raw.hlen(older)
    assert 0 < raw.pttl(older) <= 30 * DAY_MS
    flood(store, 2, "t")
    assert mates_of(store, "t-0") == {"s-0", "t-0", "t-1"}


def test_the_script_and_the_model_speak_of_the_same_sizes() -> None:
    assert f"local SKETCH, BAND, ALIKE = {SKETCH}, {BAND}, {ALIKE} " in load("submit").source


def test_a_claim_of_cards_takes_the_copies_along(store: Store) -> None:
    ids = flood(store, 4)
    send(store, "tea", "The council met on Tuesday and spoke for three hours about the new bridge over the river.")
    taken = claim(store, limit=2, copies=9)
    assert queue_ids(taken) == ["s-0", "tea"]
    assert {kept.comment.id for kept in taken.copies} == set(ids[1:])
    assert {kept.copy_of for kept in taken.copies} == {"s-0"}
    assert claim(store, BOB, token="token-2", copies=9).comments == ()
    assert audit(store, SITE) == []


def test_copies_are_bounded_and_are_no_cards_in_a_reviewers_hands(store: Store, raw: redis.Redis) -> None:
    flood(store, 8)
    taken = claim(store, limit=1, copies=3, max_claimed=2)
    assert (len(taken.comments), len(taken.copies)) == (1, 3)
    assert raw.hgetall(NAMES.held) == {ANN: "1"}
    assert audit(store, SITE) == []


def test_copies_come_from_anywhere_in_the_queue(store: Store) -> None:
    flood(store, 1)
    store.comments.submit(SITE, [(comment(f"c-{n}", f"It is {n}."), assessed(risk=0.4)) for n in range(60)])
    store.comments.submit(SITE, [(comment("late", copy(1)), assessed(risk=0.1))])
    taken = claim(store, limit=1, copies=9)
    assert [kept.comment.id for kept in taken.copies] == ["late"]


def test_a_claim_without_campaigns_is_as_ever(store: Store) -> None:
    ids = flood(store, 3)
    taken = claim(store)
    assert (queue_ids(taken), taken.copies) == (ids, ())


def test_the_same_token_again_gives_the_same_cards(store: Store) -> None:
    flood(store, 4)
    first, again = claim(store, copies=9), claim(store, copies=9)
    assert first == again


def test_copies_come_back_with_their_card_when_the_lease_ends(store: Store, raw: redis.Redis) -> None:
    ids = flood(store, 3)
    claim(store, copies=9, lease_ms=1)
    time.sleep(0.01)
    assert store.queues.expire(SITE) == 3
    assert raw.exists(NAMES.held) == 0
    assert audit(store, SITE) == []
    taken = claim(store, BOB, token="token-2", copies=9)
    assert {kept.comment.id for kept in (*taken.comments, *taken.copies)} == set(ids)


def test_two_reviewers_get_different_campaigns(store: Store) -> None:
    flood(store, 4)
    other = "My bank never told me about this {} trick to earn a lot of money from home in a week, ask me how."
    for number in range(4):
        send(store, f"m-{number}", other.format(ADJECTIVES[number]))
    mine, theirs = claim(store, limit=1, copies=9), claim(store, BOB, limit=1, copies=9, token="token-2")
    assert (len(mine.copies), len(theirs.copies)) == (3, 3)
    assert mine.comments[0].comment.id[0] != theirs.comments[0].comment.id[0]


def test_a_comment_taken_out_of_its_campaign_is_a_card_of_its_own(store: Store, raw: redis.Redis) -> None:
    flood(store, 3)
    claim(store, copies=9)
    store.campaigns.part(SITE, "token-1", ANN, ["s-2"])
    left = store.queues.claimed(SITE, "token-1")
    assert left
    assert (queue_ids(left), len(left.copies)) == (["s-0", "s-2"], 1)
    assert mates_of(store, "s-0") == {"s-0", "s-1"}
    assert raw.hgetall(NAMES.held) == {ANN: "2"}


def test_nobody_parts_what_somebody_else_holds(store: Store) -> None:
    flood(store, 3)
    claim(store, copies=9)
    store.campaigns.part(SITE, "token-1", BOB, ["s-2"])
    assert mates_of(store, "s-0") == {"s-0", "s-1", "s-2"}


def test_every_member_has_its_own_event_label_and_delivery(store: Store) -> None:
    ids = flood(store, 3)
    decide_all(store, claim(store, copies=9))
    for one in ids:
        event, label = store.events.of_comment(SITE, one)[-1], store.labels.get(SITE, one)
        assert (event.type, event.by, event.detail["campaign"]) == ("rejected", ANN, "s-0")
        assert label
        assert label.campaign == "s-0"
    assert store.outbox.depth(SITE) == (3, 0)
    assert mates_of(store, "s-0") == set()
    assert audit(store, SITE) == []


def test_a_late_repetition_of_an_undone_operation_decides_nothing(store: Store) -> None:
    flood(store, 2)
    decide_all(store, claim(store, copies=9))
    assert store.campaigns.mark_undone(SITE, "op-1", ANN, ANN) == "marked"
    for ids in store.campaigns.of_operation(SITE, "op-1"):
        store.queues.undo_all(SITE, ids, ANN, "op-1", DAY_MS)
    again = claim(store, token="token-2", copies=9)
    decide_all(store, again)
    assert {store.comments.get(SITE, one).state for one in ("s-0", "s-1")} == {State.CLAIMED}  # type: ignore[union-attr]


def test_what_was_undone_is_one_campaign_again(store: Store) -> None:
    ids = flood(store, 3)
    decide_all(store, claim(store, copies=9))
    store.queues.undo_all(SITE, ids, ANN, "undo", DAY_MS)
    assert mates_of(store, "s-0") == set(ids)
    assert audit(store, SITE) == []


def test_an_operation_is_undone_by_who_made_it(store: Store) -> None:
    flood(store, 2)
    decide_all(store, claim(store, copies=9))
    assert store.campaigns.mark_undone(SITE, "op-1", BOB, BOB) == "not_yours"
    assert store.campaigns.mark_undone(SITE, "never", ANN, ANN) == "not_found"
    assert not store.campaigns.is_undone(SITE, "op-1")
    assert store.campaigns.mark_undone(SITE, "op-1", None, BOB) == "marked"


def test_a_later_member_takes_the_state_and_says_why(store: Store, raw: redis.Redis, rejected: Sequence[str]) -> None:
    receipt = send(store, "late", copy(7))
    kept = store.comments.get(SITE, "late")
    assert kept
    assert receipt.assessment
    assert receipt.assessment.verdict == Verdict.REJECT
    reason = receipt.assessment.reasons[0]
    assert reason.code == "campaign"
    assert reason.text.startswith(f"Like s-0, rejected by {ANN} on ")
    assert (kept.state, kept.version, kept.assessment) == (State.REJECTED, 1, receipt.assessment)
    assert kept.decided
    assert (kept.decided.by, kept.decided.reason) == (ANN, "spam")
    (event,) = store.events.of_comment(SITE, "late")
    assert event.detail == {"verdict": "reject", "model": "base-1", "policy": 3, "like": "s-0", "by": ANN}
    assert 0 < raw.pttl(NAMES.comment("late")) <= 90 * DAY_MS
    assert store.labels.get(SITE, "late") is None
    assert store.outbox.depth(SITE) == (3, 0)  # the platform has its answer
    assert audit(store, SITE) == []


def test_a_follower_sent_again_gets_the_same_answer_also_after_an_undo(store: Store, rejected: Sequence[str]) -> None:
    first = send(store, "late", copy(7))
    assert send(store, "late", copy(7)).assessment == first.assessment
    store.queues.undo(SITE, "late", ANN, "undo", DAY_MS)
    assert send(store, "late", copy(7)).assessment == first.assessment
    kept = store.comments.get(SITE, "late")
    assert kept
    assert (kept.state, kept.assessment.verdict) == (State.WAITING, Verdict.REVIEW)
    assert [told.state for told in store.outbox.due(SITE, 9, MINUTE_MS) if told.comment_id == "late"] == [State.WAITING]


def test_a_rejection_is_followed_by_what_the_policy_would_approve(store: Store, rejected: Sequence[str]) -> None:
    send(store, "late", copy(7), assessed(Verdict.APPROVE))
    send(store, "other", "The council met on Tuesday and spoke for three hours about it.", assessed(Verdict.APPROVE))
    assert [store.comments.get(SITE, one).state for one in ("late", "other")] == [State.REJECTED, State.APPROVED]  # type: ignore[union-attr]


RULES = [(Reason(code, "The site's rule “friends” matches."),) for code in CODES if code.startswith("rule_")]
FAILED = (Reason("scorer_failed", "The comment could not be scored."),)


@pytest.mark.parametrize(
    ("assessment", "state"),
    [
        (assessed(risk=0.5), State.APPROVED),
        (assessed(risk=0.7), State.WAITING),
        *[(assessed(reasons=rule), State.WAITING) for rule in RULES],
        (assessed(reasons=FAILED), State.WAITING),
        (assessed(Verdict.REJECT), State.REJECTED),
    ],
)
def test_an_approval_lifts_a_review_that_is_no_riskier_and_nothing_else(
    store: Store, assessment: Assessment, state: State
) -> None:
    ids = flood(store, 2)
    decide_all(store, claim(store, copies=9), Choice.APPROVE)
    follow(store, ids[0], Choice.APPROVE)
    send(store, "late", copy(7), assessment)
    kept = store.comments.get(SITE, "late")
    assert kept
    assert kept.state == state


def test_every_rule_of_the_site_stands_above_a_rejection_that_is_followed(
    store: Store, rejected: Sequence[str]
) -> None:
    for number, rule in enumerate(RULES):
        send(store, f"late-{number}", copy(7), assessed(Verdict.APPROVE, reasons=rule))
        assert store.comments.get(SITE, f"late-{number}").state == State.APPROVED  # type: ignore[union-attr]
    assert len(RULES) >= 7


def test_what_followed_is_not_drawn_for_an_audit_and_an_equal_verdict_is(
    store: Store, raw: redis.Redis, rejected: Sequence[str]
) -> None:
    always = LookShares(1.0, 1.0, 1.0)
    store.comments.submit(SITE, [(comment("late", copy(7)), assessed(Verdict.APPROVE))], always)
    store.comments.submit(SITE, [(comment("other", "A line about bees."), assessed(Verdict.APPROVE))], always)
    assert raw.zrange(NAMES.looks, 0, -1) == ["other"]


def test_a_campaign_is_one_decision_in_the_diary(store: Store) -> None:
    flood(store, 5)
    decide_all(store, claim(store, copies=9))
    assert [kept.comment.id for kept, _ in store.browse.decided(SITE, ANN, 20)] == ["s-0"]


def test_following_ends_with_its_time(store: Store) -> None:
    ids = flood(store, 2)
    decide_all(store, claim(store, copies=9))
    follow(store, ids[0], Choice.REJECT, follow_ms=1)
    time.sleep(0.01)
    send(store, "late", copy(7))
    assert store.comments.get(SITE, "late").state == State.WAITING  # type: ignore[union-attr]
    assert store.campaigns.following(SITE) == []


def test_following_is_listed_and_a_repetition_does_not_prolong_it(store: Store, rejected: Sequence[str]) -> None:
    (first,) = store.campaigns.following(SITE)
    assert (first.like, first.decision, first.by) == ("s-0", Choice.REJECT, ANN)
    assert first.until - first.at == timedelta(days=1)
    time.sleep(0.005)
    follow(store, "s-0", Choice.REJECT)
    assert store.campaigns.following(SITE) == [first]


def test_an_undone_operation_is_followed_no_more_and_gives_its_followers_back(
    store: Store, rejected: Sequence[str]
) -> None:
    send(store, "late-1", copy(7))
    store.campaigns.mark_undone(SITE, "op-1", ANN, ANN)
    send(store, "late-2", copy(8))
    pages = [set(ids) for ids in store.campaigns.of_operation(SITE, "op-1")]
    assert pages == [{*rejected}, {"late-1"}]
    assert store.comments.get(SITE, "late-2").state == State.WAITING  # type: ignore[union-attr]
    follow(store, "s-0", Choice.REJECT)
    assert store.campaigns.following(SITE) == []


def test_an_edit_follows_nothing(store: Store, rejected: Sequence[str]) -> None:
    send(store, "c-1", "The council met on Tuesday and spoke for three hours about it.")
    store.comments.edit(SITE, comment("c-1", copy(7)), assessed())
    assert store.comments.get(SITE, "c-1").state == State.WAITING  # type: ignore[union-attr]


def test_an_edited_follower_is_looked_at_anew(store: Store, rejected: Sequence[str]) -> None:
    send(store, "late", copy(7))
    receipt = store.comments.edit(SITE, comment("late", "Other words, and quite harmless ones."), assessed())
    assert receipt
    assert receipt.assessment == assessed()
    assert store.comments.get(SITE, "late").decided is None  # type: ignore[union-attr]


def test_an_escalated_campaign_is_one_card_there_too(store: Store) -> None:
    flood(store, 3)
    decide_all(store, claim(store, copies=9), Choice.ESCALATE)
    taken = claim(store, BOB, queue=ESCALATED_QUEUE, token="token-2", copies=9)
    assert (len(taken.comments), len(taken.copies)) == (1, 2)


def test_an_appeal_is_looked_at_by_itself(store: Store) -> None:
    ids = flood(store, 3)
    decide_all(store, claim(store, copies=9))
    for one in ids:
        store.comments.appeal(SITE, one, None, "platform")
    taken = claim(store, BOB, queue=APPEALS_QUEUE, token="token-2", copies=9)
    assert (len(taken.comments), taken.copies) == (3, ())


def test_what_the_platform_settled_is_no_mate_until_that_is_undone(store: Store) -> None:
    ids = flood(store, 3)
    store.comments.feedback(SITE, "s-0", Opinion.SPAM, "platform", State.REJECTED)
    assert mates_of(store, "s-1") == {"s-1", "s-2"}
    store.queues.undo(SITE, "s-0", None, "undo", DAY_MS)
    assert mates_of(store, "s-1") == set(ids)
    assert types(store, "s-0") == ["received", "feedback", "undone"]
