"""One card for a campaign: its preview, one decision for all but some, one undo, however often and wherever it died."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis

from service.errors import ClaimLost, Conflict, NotFound, StoreUnavailable
from service.moderation import campaigns, review
from service.moderation.campaigns import Part, difference
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from service.store.labels import each_once
from service.values import Assessment, Choice, Claim, Comment, Decision, Reason, State, Verdict
from tests.fakes import FakeScorer
from tests.store.replay import audit

SITE, ANN, BOB = "news", "key:k1/ann", "key:k1/bob"
TEXT = "I was sceptical at first, but this {} method paid my rent within three weeks, write to me and I will tell you."
REASON = Reason("score", "Spam 0.52 reaches the limit for review, 0.40.", "spam", 0.52, 0.4)
REVIEWED = Assessment(Verdict.REVIEW, {"spam": 0.52}, (REASON,), "base-1", 3, 0.4)


@pytest.fixture
def desk(raw: redis.Redis, settings: Settings) -> Iterator[Desk]:
    desk = Desk(connect(settings), FakeScorer(), settings)
    yield desk
    desk.store.close()


def send(desk: Desk, *ids: str, text: str = TEXT.format("new")) -> None:
    for start in range(0, len(ids), 500):
        entries = [(Comment(one, text), REVIEWED) for one in ids[start : start + 500]]
        desk.store.comments.submit(SITE, entries)


def flood(desk: Desk, count: int, name: str = "s") -> list[str]:
    ids = [f"{name}-{number}" for number in range(count)]
    send(desk, *ids)
    return ids


def take(desk: Desk, reviewer: str = ANN, limit: int = 10) -> Claim:
    return review.claim(desk, SITE, reviewer, limit=limit, campaigns=True)


def reject(desk: Desk, claim: Claim, operation: str = "op-1", **more: object) -> campaigns.Settlement:
    decision = Decision(claim.comments[0].comment.id, Choice.REJECT, "spam")
    return campaigns.decide(desk, SITE, claim.reviewer, claim.token, decision, operation=operation, **more)  # type: ignore[arg-type]


def states(desk: Desk, *ids: str) -> set[State]:
    found = (desk.store.comments.get(SITE, one) for one in ids)
    return {kept.state for kept in found if kept}


def test_a_card_tells_how_many_and_how_they_differ(desk: Desk) -> None:
    send(desk, "a", "b")
    send(desk, "c", text=TEXT.format("secret"))
    send(desk, "d", text="Does anybody know when the library opens again after the works on its roof are done?")
    first, second = campaigns.cards(desk, SITE, take(desk))
    assert (first.comment.comment.id, first.size, len(first.copies), first.differing) == ("a", 3, 2, 1)
    (variant,) = first.variants
    assert variant.comment.comment.id == "c"
    assert 0.7 < variant.overlap < 1
    assert Part("secret ", same=False) in variant.parts
    assert (second.size, second.copies, second.variants) == (1, (), ())


def test_the_strangest_copies_are_shown_first_and_few_of_them(desk: Desk) -> None:
    send(desk, "a")
    for number in range(7):
        send(desk, f"c-{number}", text=TEXT.format("really very good and new"[: 8 + 2 * number]))
    (card,) = campaigns.cards(desk, SITE, take(desk))
    shares = [variant.overlap for variant in card.variants]
    assert (len(shares), card.differing) == (campaigns.SHOWN, 7)
    assert shares == sorted(shares)


@pytest.mark.parametrize("other", ["", "one two", "two three four", "one  two three", "five", " one two three "])
def test_the_parts_of_a_difference_are_the_text(other: str) -> None:
    assert "".join(part.text for part in difference("one two three", other)) == other


def test_a_difference_marks_what_only_the_other_says() -> None:
    assert difference("buy it now", "buy it today") == (Part("buy it ", same=True), Part("today", same=False))


def test_one_decision_is_for_all(desk: Desk) -> None:
    ids = flood(desk, 4)
    settled = reject(desk, take(desk))
    assert (settled.decided, settled.complete, settled.until) == (4, True, None)
    assert states(desk, *ids) == {State.REJECTED}
    assert audit(desk.store, SITE) == []


def test_copies_count_once_as_lessons(desk: Desk) -> None:
    flood(desk, 4)
    reject(desk, take(desk))
    labels = desk.store.labels.read(SITE, 9)
    assert (len(labels), len(each_once(labels))) == (4, 1)


def test_some_can_be_left_out_and_stay_in_hand(desk: Desk) -> None:
    flood(desk, 4)
    claim = take(desk)
    settled = reject(desk, claim, leave_out=["s-2"])
    assert settled.decided == 3
    left = desk.store.queues.claimed(SITE, claim.token)
    assert left
    assert [kept.comment.id for kept in left.comments] == ["s-2"]
    assert campaigns.cards(desk, SITE, left)[0].size == 1
    assert audit(desk.store, SITE) == []


def test_members_beyond_the_claim_are_decided_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "COPIES", 3)
    monkeypatch.setattr(campaigns, "AT_ONCE", 4)
    ids = flood(desk, 30)
    settled = reject(desk, take(desk))
    assert (settled.decided, settled.complete) == (30, True)
    assert states(desk, *ids) == {State.REJECTED}


def test_what_a_colleague_holds_is_left_to_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    ids = flood(desk, 6)
    theirs = review.claim(desk, SITE, BOB, limit=3)
    settled = reject(desk, take(desk))
    assert (settled.decided, settled.complete) == (3, True)
    assert states(desk, *ids[:3]) == {State.CLAIMED}
    assert {kept.comment.id for kept in theirs.comments} == set(ids[:3])


def test_an_escalated_campaign_is_escalated_as_a_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "COPIES", 2)
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    flood(desk, 7)
    claim = take(desk)
    settled = campaigns.decide(
        desk, SITE, ANN, claim.token, Decision("s-0", Choice.ESCALATE), follow=timedelta(hours=1)
    )
    assert (settled.decided, settled.until) == (7, None)
    assert [(count.waiting, count.claimed) for count in review.queues(desk, SITE)] == [(0, 0), (7, 0), (0, 0)]


def test_the_same_operation_takes_effect_once(desk: Desk) -> None:
    flood(desk, 3)
    claim = take(desk)
    first, again = reject(desk, claim), reject(desk, claim)
    assert (first.operation, first.decided) == (again.operation, 3)
    assert again.outcomes[0].outcome == "repeated"
    assert audit(desk.store, SITE) == []


@pytest.mark.parametrize("dies_at", range(8))
def test_an_operation_that_died_half_way_is_finished_by_repeating_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    monkeypatch.setattr(review, "COPIES", 3)
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    ids = flood(desk, 9)
    claim = take(desk)
    interrupt(desk, monkeypatch, after=dies_at)
    with pytest.raises(StoreUnavailable):
        reject(desk, claim, follow=timedelta(hours=1))
    monkeypatch.undo()
    assert audit(desk.store, SITE) == []
    reject(desk, claim, follow=timedelta(hours=1))
    assert states(desk, *ids) == {State.REJECTED}
    assert len(campaigns.following(desk, SITE)) == 1
    assert audit(desk.store, SITE) == []


def interrupt(desk: Desk, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the store go away after so many scripts."""
    connection, left = desk.store.connection, iter(range(after))
    original = type(connection).scripts

    def scripts(self: object, *args: object, **more: object) -> object:
        if next(left, None) is None:
            raise StoreUnavailable
        return original(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(type(connection), "scripts", scripts)


def test_an_undo_takes_all_back_followers_too(desk: Desk) -> None:
    ids = flood(desk, 3)
    settled = reject(desk, take(desk), follow=timedelta(hours=1))
    send(desk, "late")
    assert states(desk, "late") == {State.REJECTED}
    assert campaigns.undo(desk, SITE, ANN, settled.operation) == 4
    send(desk, "later")
    assert states(desk, *ids, "late", "later") == {State.WAITING}
    (card,) = campaigns.cards(desk, SITE, take(desk))
    assert card.size == 5
    assert audit(desk.store, SITE) == []


def test_an_undo_that_died_half_way_is_finished_by_repeating_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = flood(desk, 3)
    settled = reject(desk, take(desk), follow=timedelta(hours=1))
    send(desk, "late")
    interrupt(desk, monkeypatch, after=2)
    with pytest.raises(StoreUnavailable):
        campaigns.undo(desk, SITE, ANN, settled.operation)
    monkeypatch.undo()
    assert campaigns.undo(desk, SITE, ANN, settled.operation) == 4
    assert states(desk, *ids, "late") == {State.WAITING}


def test_an_undone_operation_cannot_be_repeated(desk: Desk) -> None:
    flood(desk, 3)
    claim = take(desk)
    settled = reject(desk, claim)
    campaigns.undo(desk, SITE, ANN, settled.operation)
    with pytest.raises(ClaimLost, match="undone"):
        reject(desk, claim)


def test_an_undo_needs_the_one_who_decided_or_an_admin(desk: Desk) -> None:
    flood(desk, 2)
    settled = reject(desk, take(desk))
    with pytest.raises(Conflict):
        campaigns.undo(desk, SITE, BOB, settled.operation)
    with pytest.raises(NotFound):
        campaigns.undo(desk, SITE, ANN, "unknown")
    assert campaigns.undo(desk, SITE, BOB, settled.operation, anyone=True) == 2


def test_a_lost_claim_decides_nothing(desk: Desk) -> None:
    ids = flood(desk, 3)
    claim = take(desk)
    review.release(desk, SITE, ANN, claim.token)
    with pytest.raises(ClaimLost):
        reject(desk, claim, follow=timedelta(hours=1))
    assert states(desk, *ids) == {State.WAITING}
    assert campaigns.following(desk, SITE) == []


def test_a_card_given_back_takes_its_copies_along(desk: Desk) -> None:
    flood(desk, 3)
    claim = take(desk)
    assert review.release(desk, SITE, ANN, claim.token, ["s-0"]) == 3
    assert len(take(desk, BOB).copies) == 2


def test_nothing_is_followed_for_more_than_seven_days(desk: Desk) -> None:
    flood(desk, 1)
    reject(desk, take(desk), follow=timedelta(days=30))
    (found,) = campaigns.following(desk, SITE)
    assert found.until - found.at == timedelta(days=7)


def test_an_approval_is_followed_by_nothing_riskier(desk: Desk) -> None:
    flood(desk, 2)
    claim = take(desk)
    campaigns.decide(desk, SITE, ANN, claim.token, Decision("s-0", Choice.APPROVE), follow=timedelta(hours=1))
    for one, risk in (("near", 0.44), ("above", 0.46)):
        assessment = Assessment(Verdict.REVIEW, {"spam": 0.5}, (REASON,), "base-1", 3, risk)
        desk.store.comments.submit(SITE, [(Comment(one, TEXT.format("new")), assessment)])
    assert (states(desk, "near"), states(desk, "above")) == ({State.APPROVED}, {State.WAITING})
