"""Looking without taking: nothing that these tests call moves a comment."""

from datetime import UTC, datetime, timedelta

import redis

from service.store import browse
from service.store.browse import AuthorRecord
from service.store.connect import Store
from service.store.names import Names
from service.values import APPEALS_QUEUE, Author, Choice, State, Verdict
from tests.store.replay import audit
from tests.store.scenes import ANN, BOB, SITE, assessed, claim, comment, decide, submit, undo

NAMES = Names(SITE)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_what_waits_is_read_in_the_order_of_the_queue_and_stays(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(browse, "CHUNK", 2)
    submit(store, *(f"c-{number}" for number in range(7)))
    ids = [kept.comment.id for kept in store.browse.waiting(SITE, "main", 5)]
    assert ids == ["c-0", "c-1", "c-2", "c-3", "c-4"]
    assert len(list(store.browse.waiting(SITE, "main", 100))) == 7
    assert store.browse.sizes(SITE) == {"main": 7, "escalated": 0, "appeals": 0}


def test_a_hand_holds_every_claim_and_only_what_is_left_of_it(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store, limit=2)
    claim(store, limit=1, token="token-2", lease_ms=90_000)
    decide(store, ids=["c-1"])
    hand = {one.token: [kept.comment.id for kept in one.comments] for one in store.browse.hand(SITE, ANN)}
    assert hand == {"token-1": ["c-2"], "token-2": ["c-3"]}
    assert store.browse.hand(SITE, BOB) == []
    assert store.browse.colleagues(SITE) == {ANN: 2}


def test_a_claim_that_was_given_back_is_in_no_hand(store: Store) -> None:
    submit(store)
    claim(store)
    store.queues.release(SITE, "token-1", ANN)
    assert store.browse.hand(SITE, ANN) == []


def test_an_extended_claim_is_found_by_its_new_end(store: Store, raw: redis.Redis) -> None:
    submit(store)
    claim(store)
    extended = store.queues.extend(SITE, "token-1", ANN, 600_000)
    assert extended
    assert raw.zscore(NAMES.hand(ANN), "token-1") == extended.expires_at.timestamp() * 1000
    assert raw.pttl(NAMES.hand(ANN)) > 600_000


def test_claims_that_ended_long_ago_leave_the_hand(store: Store, raw: redis.Redis) -> None:
    raw.zadd(NAMES.hand(ANN), {"old": 1})
    submit(store)
    claim(store)
    assert raw.zrange(NAMES.hand(ANN), 0, -1) == ["token-1"]


def test_named_comments_are_claimed_if_they_wait(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store, BOB, limit=1, token="token-b")
    taken = store.queues.claim_these(SITE, "main", ANN, ["c-3", "c-1", "c-9"], 60_000, "token-1", 200)
    assert [kept.comment.id for kept in taken.comments] == ["c-3"]
    assert store.queues.claim_these(SITE, "main", ANN, ["c-3"], 60_000, "token-1", 200) == taken


def test_a_diary_lists_own_decisions_newest_first_with_their_operation(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2", "c-3")
    claim(store)
    decide(store, ids=["c-1", "c-2"], operation="op-1")
    decide(store, Choice.ESCALATE, ids=["c-3"], operation="op-2")
    told = [(kept.comment.id, operation) for kept, operation in store.browse.decided(SITE, ANN, 20)]
    assert told[0] == ("c-3", "op-2")
    assert sorted(told[1:]) == [("c-1", "op-1"), ("c-2", "op-1")]
    assert store.browse.decided_count(SITE, ANN, LONG_AGO) == 3
    assert store.browse.decided_count(SITE, ANN, datetime.now(UTC) + timedelta(minutes=1)) == 0
    assert 0 < raw.pttl(NAMES.diary(ANN)) <= 2 * 86_400_000
    assert store.browse.decided(SITE, BOB, 20) == []


def test_an_undone_decision_leaves_the_diary(store: Store) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    decide(store, ids=["c-1", "c-2"])
    undo(store, "c-1")
    assert [kept.comment.id for kept, _ in store.browse.decided(SITE, ANN, 20)] == ["c-2"]
    assert store.browse.decided_count(SITE, ANN, LONG_AGO) == 1


def test_a_decision_that_no_longer_stands_is_not_listed(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", None, "platform")
    claim(store, BOB, queue=APPEALS_QUEUE, token="token-b")
    decide(store, Choice.APPROVE, reviewer=BOB, token="token-b", operation="op-2")
    assert store.browse.decided(SITE, ANN, 20) == []
    assert [kept.comment.id for kept, _ in store.browse.decided(SITE, BOB, 20)] == ["c-1"]


def test_an_authors_record_counts_what_was_settled(store: Store) -> None:
    ann, eve, nobody = Author(id="ann"), Author(email="Eve@example.org"), Author()
    for number, verdict in enumerate([Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT, Verdict.REVIEW]):
        store.comments.submit(SITE, [(comment(f"a-{number}", id="ann"), assessed(verdict))])
    store.comments.submit(SITE, [(comment("e-1", email="eve@example.org"), assessed(Verdict.REJECT))])
    records = store.browse.records(SITE, [ann, eve, nobody, ann])
    assert records == [AuthorRecord(2, 1), AuthorRecord(0, 1), AuthorRecord(), AuthorRecord(2, 1)]
    assert records[0].settled == 3
    assert [kept.comment.id for kept in store.browse.by_author(SITE, ann, 2)] == ["a-3", "a-2"]
    assert store.browse.by_author(SITE, nobody, 2) == []


def test_another_sites_comments_are_not_seen(store: Store) -> None:
    submit(store)
    claim(store)
    decide(store)
    assert store.browse.hand("other", ANN) == []
    assert store.browse.decided("other", ANN, 5) == []
    assert store.browse.records("other", [Author(id="ann")]) == [AuthorRecord()]
    assert store.browse.many("other", ["c-1"]) == {}


def test_a_disputed_reason_is_kept_with_the_text_for_training(store: Store) -> None:
    submit(store)
    claim(store)
    assert store.labels.dispute(SITE, "c-1", "insult", ANN).outcome == "done"
    assert store.labels.dispute(SITE, "c-1", "insult", ANN).outcome == "repeated"
    store.labels.dispute(SITE, "c-1", "spam", ANN)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (label.value, label.disputed, label.text) == ("wrong_reason", ("insult", "spam"), comment().text)
    assert store.labels.dispute(SITE, "c-9", "spam", ANN).outcome == "not_found"
    assert audit(store, SITE) == []


def test_a_dispute_stays_with_the_label_of_the_decision(store: Store) -> None:
    submit(store)
    claim(store)
    store.labels.dispute(SITE, "c-1", "insult", ANN)
    decide(store, Choice.REJECT)
    label = store.labels.get(SITE, "c-1")
    assert label
    assert (label.value, label.disputed) == ("reject", ("insult",))
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.state == State.REJECTED


def test_what_a_person_chose_is_kept_by_name(store: Store, raw: redis.Redis) -> None:
    store.preferences.save("ann", {"severe": "blur", "keys": "off"})
    store.preferences.save("ann", {"keys": "on"})
    assert store.preferences.read("ann") == {"severe": "blur", "keys": "on"}
    assert store.preferences.read("bob") == {}
    store.preferences.expose("ann", 2)
    store.preferences.expose("ann", 1)
    assert (store.preferences.exposure("ann"), store.preferences.exposure("bob")) == (3, 0)
    assert raw.pttl("parley:exposure:ann") > 0
