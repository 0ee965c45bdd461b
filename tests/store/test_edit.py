"""An edit is a new version: what was claimed, decided or to be told of the old one ends."""

import redis

from service.store.connect import Store
from service.store.names import Names
from service.values import Choice, Receipt, State, Verdict
from tests.store.scenes import ANN, DAY_MS, SITE, assessed, claim, comment, decide, decided, queue_ids, submit, types

NAMES = Names(SITE)


def edit(store: Store, text: str = "It was closed in 1995.", verdict: Verdict = Verdict.REVIEW) -> Receipt | None:
    return store.comments.edit(SITE, comment(text=text), assessed(verdict))


def test_an_unknown_comment_cannot_be_edited(store: Store, raw: redis.Redis) -> None:
    assert edit(store) is None
    assert raw.keys("*") == []


def test_the_new_version_stands_and_the_old_one_is_kept(store: Store) -> None:
    first = submit(store)[0]
    receipt = edit(store)
    kept = store.comments.get(SITE, "c-1")
    (before,) = store.comments.earlier(SITE, "c-1")
    assert receipt
    assert kept
    assert receipt.outcome == "edited"
    assert (kept.comment.text, kept.edits, kept.version) == ("It was closed in 1995.", 1, 2)
    assert (before.text, before.assessment) == ("The bridge was closed in 1994.", first.assessment)
    assert before.replaced_at == receipt.received_at == kept.received_at
    assert types(store) == ["received", "edited"]


def test_the_same_version_again_is_the_same_answer(store: Store) -> None:
    submit(store)
    first, again = edit(store), edit(store)
    assert first
    assert again
    assert (again.outcome, again.assessment, again.received_at) == ("same", first.assessment, first.received_at)
    assert len(store.comments.earlier(SITE, "c-1")) == 1


def test_after_an_edit_intake_knows_the_new_body(store: Store) -> None:
    submit(store)
    edit(store)
    old, new = store.comments.submit(
        SITE, [(comment(), assessed()), (comment(text="It was closed in 1995."), assessed())]
    )
    assert (old.outcome, new.outcome) == ("conflict", "same")


def test_an_edit_ends_the_claim_and_the_late_decision_is_told_how_it_stands(store: Store) -> None:
    submit(store)
    claim(store)
    edit(store)
    (late,) = decide(store)
    assert (late.outcome, late.state, late.by) == ("lost", State.WAITING, None)
    assert queue_ids(claim(store, token="token-2")) == ["c-1"]


def test_an_edit_of_a_decided_comment_puts_it_back_and_hushes_the_delivery(store: Store, raw: redis.Redis) -> None:
    decided(store)
    edit(store)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.state, kept.decided) == (State.WAITING, None)
    assert store.outbox.depth(SITE) == (0, 0)
    assert raw.pttl(NAMES.comment("c-1")) == raw.pttl(NAMES.earlier("c-1")) == -1


def test_an_edit_of_a_comment_that_was_to_expire_keeps_it_until_somebody_looked(store: Store, raw: redis.Redis) -> None:
    submit(store, verdict=Verdict.APPROVE)
    edit(store, "First.", Verdict.APPROVE)
    edit(store, "Second.")
    assert raw.pttl(NAMES.comment("c-1")) == raw.pttl(NAMES.earlier("c-1")) == -1


def test_an_edit_that_is_clear_leaves_the_queue(store: Store, raw: redis.Redis) -> None:
    submit(store)
    edit(store, verdict=Verdict.APPROVE)
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.state, kept.queue) == (State.APPROVED, None)
    assert not claim(store).comments
    assert 0 < raw.pttl(NAMES.comment("c-1")) <= 90 * DAY_MS
    assert 0 < raw.pttl(NAMES.earlier("c-1")) <= 90 * DAY_MS


def test_an_edit_after_an_appeal_may_go_to_anybody(store: Store) -> None:
    decided(store, Choice.REJECT)
    store.comments.appeal(SITE, "c-1", "please", "platform")
    edit(store)
    assert queue_ids(claim(store, ANN, token="token-9")) == ["c-1"]


def test_an_edit_moves_the_comment_to_its_new_author(store: Store) -> None:
    store.comments.submit(SITE, [(comment(id="7"), assessed())])
    store.comments.edit(SITE, comment(text="Mine now.", id="8"), assessed())
    assert store.comments.erase_author(SITE, "7").comments == 0
    assert store.comments.erase_author(SITE, "8").comments == 1


def test_an_edit_without_an_author_belongs_to_nobody(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment(id="7"), assessed())])
    edit(store)
    assert len(raw.keys(NAMES.author("*"))) == 1
    assert store.comments.erase_author(SITE, "7").comments == 0


def test_of_many_edits_the_last_twenty_are_kept(store: Store) -> None:
    submit(store)
    for number in range(25):
        edit(store, f"Version {number}.")
    texts = [version.text for version in store.comments.earlier(SITE, "c-1")]
    assert texts == [f"Version {number}." for number in range(4, 24)]


def test_an_edited_long_text_comes_back_whole(store: Store) -> None:
    long = 'A "quoted" \\ line\n' * 400 + "\u2028 end é"
    submit(store)
    edit(store, long)
    edit(store, "Short.")
    assert store.comments.earlier(SITE, "c-1")[1].text == long
