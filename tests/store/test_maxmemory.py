"""A full server takes no comments, and everything that empties it still works."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.errors import StoreFull
from service.learning import JobState
from service.settings import Settings
from service.shares import LookShares
from service.store.campaigns import Precedent
from service.store.connect import Store, connect
from service.store.names import Names
from service.values import APPEALS_QUEUE, Choice, Decision, Opinion, Reason, State, Verdict
from tests.conftest import SECRET
from tests.store import test_models
from tests.store.scenes import (
    ANN,
    BOB,
    DAY_MS,
    MINUTE_MS,
    SITE,
    assessed,
    claim,
    comment,
    decide,
    decided,
    queue_ids,
    submit,
    types,
    undo,
)
from tests.store.server import Server

NAMES = Names(SITE)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("full"))
    yield server
    server.kill()


@pytest.fixture
def full_store(own: Server) -> Store:
    own.client.config_set("maxmemory", 0)
    own.client.flushall()
    own.client.script_flush()
    return connect(Settings(redis_url=own.url, secret=SECRET, data=own.folder / "data"))


def fill(own: Server) -> None:
    own.client.config_set("maxmemory", "1mb")


def test_a_full_store_refuses_a_comment_and_leaves_no_part_of_it(full_store: Store, own: Server) -> None:
    submit(full_store, "before")
    fill(own)
    before = set(own.client.keys("*"))
    with pytest.raises(StoreFull) as caught:
        full_store.comments.submit(SITE, [(comment(id="7"), assessed())])
    assert caught.value.retry_after_seconds
    assert set(own.client.keys("*")) == before
    assert len(full_store.events.read(SITE)[0]) == 1


def test_a_full_store_still_knows_what_it_has(full_store: Store, own: Server) -> None:
    submit(full_store)
    fill(own)
    assert submit(full_store)[0].outcome == "same"


def test_a_full_store_refuses_an_edit_and_leaves_the_old_version(full_store: Store, own: Server) -> None:
    submit(full_store)
    fill(own)
    with pytest.raises(StoreFull):
        full_store.comments.edit(SITE, comment(text="New words."), assessed())
    kept = full_store.comments.get(SITE, "c-1")
    assert kept
    assert (kept.comment.text, kept.version) == (comment().text, 1)
    assert full_store.comments.earlier(SITE, "c-1") == []


def test_a_full_store_lets_people_work(full_store: Store, own: Server) -> None:
    submit(full_store, "c-1", "c-2", "c-3")
    fill(own)
    assert len(claim(full_store).comments) == 3
    assert full_store.queues.extend(SITE, "token-1", ANN, MINUTE_MS)
    assert full_store.queues.release(SITE, "token-1", ANN, ["c-2"]) == 1
    assert full_store.queues.release(SITE, "token-1", ANN, ["c-3"], skip=True) == 1
    assert decide(full_store)[0].outcome == "done"
    assert undo(full_store).outcome == "done"
    assert types(full_store) == ["received", "claimed", "approved", "undone"]


def test_a_full_store_lets_comments_be_escalated_and_undone(full_store: Store, own: Server) -> None:
    submit(full_store)
    fill(own)
    claim(full_store)
    assert decide(full_store, Choice.ESCALATE)[0].outcome == "done"
    assert undo(full_store).outcome == "done"


def test_a_full_store_lets_campaigns_be_decided_followed_and_undone(full_store: Store, own: Server) -> None:
    submit(full_store, "c-1", "c-2", "c-3")
    fill(own)
    assert len(claim(full_store, copies=9).copies) == 2
    full_store.campaigns.part(SITE, "token-1", ANN, ["c-3"])
    decisions = [Decision(one, Choice.REJECT) for one in ("c-1", "c-2", "c-3")]
    full_store.queues.decide(SITE, "token-1", ANN, decisions, "op-1", 0, campaign="c-1")
    precedent = Precedent("c-1", Choice.REJECT, ANN, 0.5)
    assert full_store.campaigns.follow(SITE, full_store.campaigns.number(SITE, "c-1"), "op-1", precedent, DAY_MS)
    assert full_store.campaigns.mark_undone(SITE, "op-1", ANN, ANN) == "marked"
    outcomes = full_store.queues.undo_all(SITE, ["c-1", "c-2", "c-3"], ANN, "op-1", DAY_MS)
    assert {outcome.outcome for outcome in outcomes} == {"done"}


def test_a_full_store_brings_expired_claims_back(full_store: Store, own: Server) -> None:
    submit(full_store)
    fill(own)
    claim(full_store, lease_ms=1)
    time.sleep(0.01)
    assert full_store.queues.expire(SITE) == 1


def test_a_full_store_delivers(full_store: Store, own: Server) -> None:
    decided(full_store)
    fill(own)
    assert len(full_store.outbox.due(SITE, 10, 1)) == 1
    full_store.outbox.failed(SITE, "c-1", 0, "timeout")
    assert len(full_store.outbox.due(SITE, 10, 1)) == 1
    full_store.outbox.failed(SITE, "c-1", None, "timeout")
    assert full_store.outbox.revive(SITE) == 1
    assert len(full_store.outbox.due(SITE, 10, 1)) == 1
    undo(full_store)
    assert len(full_store.outbox.due(SITE, 10, 1)) == 1
    full_store.outbox.delivered(SITE, "c-1", 4, DAY_MS)
    assert full_store.outbox.depth(SITE) == (0, 0)


def test_a_full_store_notes_a_delivery_that_is_no_longer_the_newest(full_store: Store, own: Server) -> None:
    decided(full_store)
    full_store.outbox.due(SITE, 10, MINUTE_MS)
    undo(full_store)
    fill(own)
    full_store.outbox.delivered(SITE, "c-1", 3, DAY_MS)
    assert types(full_store)[-1] == "delivered"


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.APPROVE])
def test_a_full_store_takes_opinions(full_store: Store, own: Server, verdict: Verdict) -> None:
    submit(full_store, verdict=verdict)
    fill(own)
    outcome = full_store.comments.feedback(SITE, "c-1", Opinion.SPAM, "platform", State.REJECTED)
    assert outcome.outcome == "done"
    assert full_store.labels.count(SITE) == 1


def test_a_full_store_takes_second_opinions(full_store: Store, own: Server) -> None:
    waits = assessed(reasons=(Reason("second_opinion", "Waits for a second opinion."),))
    full_store.comments.submit(SITE, [(comment("c-1"), waits), (comment("c-2"), waits)])
    fill(own)
    kept = [one for one in full_store.comments.several(SITE, ["c-1", "c-2"]) if one]
    verdicts = (Verdict.APPROVE, Verdict.REVIEW)
    pairs = [(one, assessed(verdict)) for one, verdict in zip(kept, verdicts, strict=True)]
    assert [one.outcome for one in full_store.seconds.revise(SITE, pairs)] == ["done", "done"]
    assert full_store.seconds.waiting([SITE], 10) == {}


def test_a_full_store_takes_appeals(full_store: Store, own: Server) -> None:
    submit(full_store, verdict=Verdict.REJECT)
    fill(own)
    assert full_store.comments.appeal(SITE, "c-1", "please", "platform").outcome == "done"
    assert queue_ids(claim(full_store, BOB, queue=APPEALS_QUEUE)) == ["c-1"]


def test_a_full_store_forgets(full_store: Store, own: Server) -> None:
    full_store.comments.submit(SITE, [(comment(f"c-{number}", id="7"), assessed()) for number in range(3)])
    claim(full_store, limit=1)
    fill(own)
    assert full_store.comments.erase(SITE, "c-0").comments == 1
    assert full_store.comments.erase_author(SITE, "7").comments == 2


def test_a_full_store_lets_people_look(full_store: Store, own: Server) -> None:
    submit(full_store)
    full_store.comments.submit(SITE, [(comment("c-2"), assessed(Verdict.APPROVE))], LookShares(1, 1, 1))
    claim(full_store)
    fill(own)
    looks, rejects, doubts = full_store.looks, Decision("c-2", Choice.REJECT), Decision("c-1", Choice.ESCALATE)
    assert full_store.queues.decide(SITE, "token-1", ANN, [Decision("c-1", Choice.APPROVE)], "op", 0, 1.0)
    assert len(looks.take(SITE, BOB, 2, MINUTE_MS)) == 2
    assert looks.release(SITE, BOB, ["c-2"]) == 1
    assert len(looks.take(SITE, BOB, 2, MINUTE_MS)) == 2
    assert {one.outcome for one in looks.answer(SITE, BOB, [rejects, doubts], "look", 0)} == {"done"}
    assert looks.undo(SITE, "c-2", BOB, "undo", MINUTE_MS).outcome == "done"
    assert looks.settle(SITE, BOB, Decision("c-1", Choice.REJECT), "settle", 0).state == State.REJECTED
    assert len(looks.answered(SITE)) == 1


def test_a_full_store_takes_no_model_and_lets_one_be_changed(full_store: Store, own: Server) -> None:
    models = full_store.models
    test_models.save(full_store, "base-2.1", "base-2.2", "base-2.3")
    fill(own)
    with pytest.raises(StoreFull):
        test_models.save(full_store, "base-2.4")
    assert models.promote(SITE, "base-2.1", ANN).champion == "base-2.1"
    assert models.promote(SITE, "base-2.2", ANN, "A written reason.").champion == "base-2.2"
    assert models.roll_back(SITE, ANN).champion == "base-2.1"
    assert models.set_challenger(SITE, "base-2.2", ANN).challenger == "base-2.2"
    assert models.discard(SITE, "base-2.3", ANN)
    models.forget(SITE, ["c-1"])
    models.say_loaded("web", {SITE: "base-2.1"})
    assert models.loaded(SITE) == {"web": "base-2.1"}
    assert [model.version for model in models.list(SITE)] == ["base-2.1", "base-2.2"]


def test_a_full_store_lets_a_retraining_end(full_store: Store, own: Server) -> None:
    full_store.sites.create(SITE)
    fill(own)
    full_store.jobs.ask(SITE, ANN)
    _, token = full_store.jobs.take("worker") or (None, "")
    assert full_store.jobs.beat(SITE, token, "fit", 0.5)
    assert full_store.jobs.end(SITE, token, JobState.FAILED, problem="The store is full.")
    full_store.jobs.ask(SITE, ANN)
    assert full_store.jobs.cancel(SITE, ANN)


def test_a_full_store_still_writes_its_log(full_store: Store, own: Server) -> None:
    submit(full_store)
    fill(own)
    assert full_store.events.append(SITE, "key_revoked", "key:k1").id
    assert full_store.events.append(SITE, "noted", "key:k1", comment="c-1").id
    full_store.events.trim(SITE, 1)


def test_a_full_store_says_that_it_takes_no_comments(full_store: Store, own: Server, tmp_path: Path) -> None:
    assert full_store.health().ready
    fill(own)
    health = full_store.health()
    assert not health.ready
    assert "memory is full" in health.detail
    assert len(full_store.queues.counts(SITE)) == 3
