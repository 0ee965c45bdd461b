import time
from dataclasses import replace
from datetime import datetime

import pytest
from standardwebhooks import WebhookVerificationError

from service.store.connect import Store
from service.values import Choice
from service.version import VERSION
from service.workers.deliverer import Deliverer
from tests.workers.conftest import claim_and_decide, decide, step_until, types, undo, with_webhook
from tests.workers.receivers import Receiver, broken


def emptied(store: Store, site: str):
    return lambda: store.outbox.depth(site)[0] == 0


def test_a_decision_reaches_the_platform_signed_and_complete(deliverer, store, site, receiver):
    decide(store, site, "c-1", choice=Choice.REJECT)
    step_until(deliverer, emptied(store, site))
    [message] = receiver.messages
    kept = store.comments.get(site, "c-1")
    assert message.type == "comment.rejected"
    assert message.id == f"c-1.{kept.version}"
    assert message.headers["user-agent"] == f"Parley/{VERSION}"
    assert message.headers["content-type"] == "application/json"
    assert datetime.fromisoformat(message.body["timestamp"]) == kept.decided.at
    statement = message.body["data"].pop("statement")
    assert statement["puid"] == f"courier.c-1.{kept.version}"
    assert statement["redress"]["url"].startswith("/status/")
    assert message.body["data"] == {
        "site": "courier",
        "id": "c-1",
        "state": "rejected",
        "version": kept.version,
        "decision": {
            "decision": "reject",
            "by": "key:k_1/ann",
            "at": message.body["timestamp"],
            "reason": "off topic",
        },
        "verdict": "review",
        "scores": {"spam": 0.01, "toxicity": 0.5216},
        "model": "base-1",
        "second_opinion": None,
        "policy": 3,
    }
    assert types(store, site, "c-1")[-1] == "delivered"


def test_an_approval_needs_no_statement(deliverer, store, site, receiver):
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    assert receiver.messages[0].body["data"]["statement"] is None


def test_a_statement_of_a_later_rejection_is_not_told_with_an_earlier_one(deliverer, store, site, receiver):
    decide(store, site, "c-1", choice=Choice.REJECT)
    [early] = store.outbox.due(site, 1, 60_000)
    undo(store, site, "c-1")
    claim_and_decide(store, site, "c-1", choice=Choice.REJECT, token="again")
    kept = store.comments.get(site, "c-1")
    assert deliverer._statement(site, early, kept) is None
    assert deliverer._statement(site, replace(early, version=kept.version), kept)


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT])
def test_a_message_holds_neither_text_nor_author_nor_note(deliverer, store, site, receiver, choice):
    decide(store, site, "c-1", choice=choice)
    step_until(deliverer, emptied(store, site))
    sent = str(receiver.messages[0].body)
    for private in ("must not travel", "Ann'", "private note", "bridge"):
        assert private not in sent


def test_a_decision_is_delivered_once(deliverer, store, site, receiver):
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    for _ in range(5):
        deliverer.round()
    deliverer.close()
    assert len(receiver.messages) == 1


def test_a_failed_delivery_is_tried_again_with_the_same_id(deliverer, store, site, receiver):
    receiver.answers(500, 404, 200)
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    assert len({message.id for message in receiver.messages}) == 1
    assert len(receiver.messages) == 3
    assert types(store, site, "c-1")[-3:] == ["delivery_failed", "delivery_failed", "delivered"]


def test_a_delivery_is_set_aside_after_the_last_attempt_and_can_be_revived(store, settings, site, receiver):
    receiver.answers(404)
    deliverer = Deliverer(store, settings.model_copy(update={"delivery_attempts": 2}), retry_base_seconds=0.001)
    decide(store, site, "c-1")
    step_until(deliverer, lambda: store.outbox.depth(site) == (0, 1))
    assert len(receiver.messages) == 2
    assert types(store, site, "c-1")[-1] == "delivery_abandoned"
    receiver.answers(200)
    assert store.outbox.revive(site) == 1
    step_until(deliverer, lambda: store.outbox.depth(site) == (0, 0))
    assert len(receiver.messages) == 3
    deliverer.close()


def test_a_receiver_that_is_gone_is_not_asked_again(deliverer, store, site, receiver):
    receiver.answers(410)
    decide(store, site, "c-1")
    step_until(deliverer, lambda: store.outbox.depth(site) == (0, 1))
    assert len(receiver.messages) == 1


def test_a_redirect_is_not_followed(deliverer, store, site, receiver, new_receiver):
    elsewhere = new_receiver()
    receiver.answers(307, 200, Location=elsewhere.url)
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    assert len(receiver.messages) == 2
    assert elsewhere.paths == []


def test_retry_after_is_obeyed(deliverer, store, site, receiver):
    receiver.answers(413, 200, Retry_After="1")  # 413: the receiver itself is well, so it gets no rest
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    first, second = receiver.messages
    assert second.at - first.at >= 0.99


def test_a_receiver_that_never_answers_is_left_after_the_time_limit(deliverer, store, site, receiver):
    receiver.hold.clear()
    decide(store, site, "c-1")
    began = time.monotonic()
    step_until(deliverer, lambda: "delivery_failed" in types(store, site, "c-1"))
    assert 0.45 < time.monotonic() - began < 2
    assert errors_of(store, site) == ["timeout"]


def test_a_receiver_that_drips_is_left_after_the_time_limit(deliverer, store):
    with broken(*[b"HTTP/1.1 200 OK\r\n"], *[b"x"] * 30, pause_seconds=0.1) as url:
        site = with_webhook(store, "courier", url)
        decide(store, site, "c-1")
        began = time.monotonic()
        step_until(deliverer, lambda: "delivery_failed" in types(store, site, "c-1"))
        assert time.monotonic() - began < 1.5
    assert errors_of(store, site) == ["timeout"]


def test_nobody_at_the_address_is_told_as_such(deliverer, store, new_receiver):
    receiver = new_receiver()
    address = receiver.url
    receiver.close()
    site = with_webhook(store, "courier", address)
    decide(store, site, "c-1")
    step_until(deliverer, lambda: "delivery_failed" in types(store, site, "c-1"))
    assert errors_of(store, site) == ["no connection"]


def test_an_undo_before_the_delivery_stops_it(deliverer, store, site, receiver):
    decide(store, site, "c-1", delay_ms=300)
    deliverer.round()
    undo(store, site, "c-1")
    time.sleep(0.35)
    deliverer.round()
    deliverer.close()
    assert receiver.messages == []
    assert store.outbox.depth(site) == (0, 0)


def test_an_undo_after_the_delivery_is_told(deliverer, store, site, receiver):
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    undo(store, site, "c-1")
    step_until(deliverer, emptied(store, site))
    approved, waiting = receiver.messages
    assert (approved.type, waiting.type) == ("comment.approved", "comment.waiting")
    assert waiting.body["data"]["decision"] is None
    assert waiting.body["data"]["version"] > approved.body["data"]["version"]


def test_an_undo_during_the_delivery_arrives_after_it(deliverer, store, site, receiver):
    receiver.hold.clear()
    decide(store, site, "c-1")
    step_until(deliverer, lambda: len(receiver.messages) == 1)
    undo(store, site, "c-1")
    deliverer.round()
    time.sleep(0.05)
    assert len(receiver.messages) == 1
    receiver.hold.set()
    step_until(deliverer, emptied(store, site))
    assert [message.type for message in receiver.messages] == ["comment.approved", "comment.waiting"]


def test_changes_of_mind_before_the_delivery_are_told_as_one(deliverer, store, site, receiver):
    decide(store, site, "c-1")
    undo(store, site, "c-1")
    claim_and_decide(store, site, "c-1", choice=Choice.REJECT, token="again")
    step_until(deliverer, emptied(store, site))
    [message] = receiver.messages
    assert message.type == "comment.rejected"


def test_an_erased_comment_is_not_told(deliverer, store, site, receiver):
    decide(store, site, "c-1")
    store.comments.erase(site, "c-1")
    deliverer.round()
    deliverer.close()
    assert receiver.messages == []


def test_a_site_without_a_webhook_has_nothing_left_to_deliver(deliverer, store):
    site = with_webhook(store, "silent", None)
    decide(store, site, "c-1", "c-2")
    step_until(deliverer, emptied(store, site))
    assert store.comments.get(site, "c-1") is not None


def test_one_receiver_that_hangs_does_not_hold_up_another_site(store, settings, new_receiver):
    slow, quick = new_receiver(), new_receiver()
    slow.hold.clear()
    patient = settings.model_copy(update={"webhook_timeout_seconds": 3.0})
    deliverer = Deliverer(store, patient)
    with_webhook(store, "slow", slow.url)
    with_webhook(store, "quick", quick.url)
    decide(store, "slow", *[f"s-{n}" for n in range(20)])
    step_until(deliverer, lambda: slow.at_once >= 4)
    decide(store, "quick", *[f"q-{n}" for n in range(20)])
    began = time.monotonic()
    step_until(deliverer, emptied(store, "quick"))
    assert time.monotonic() - began < 1.5
    assert len(quick.messages) == 20
    assert slow.most_at_once <= 4
    slow.hold.set()
    deliverer.close()


def test_a_receiver_in_trouble_gets_one_probe_at_a_time(store, settings, site, receiver):
    receiver.answers(503)
    deliverer = Deliverer(store, settings)
    decide(store, site, *[f"c-{n}" for n in range(20)])
    until = time.monotonic() + 0.8
    while time.monotonic() < until:
        deliverer.round()
        deliverer.pause(0.02)
    deliverer.close()
    assert len(receiver.messages) <= 4  # those that started before the first answer


def test_many_deliveries_are_under_way_at_once(store, settings, new_receiver):
    receivers = [new_receiver() for _ in range(2)]
    deliverer = Deliverer(store, settings)
    for number, receiver in enumerate(receivers):
        receiver.hold.clear()
        site = with_webhook(store, f"site-{number}", receiver.url)
        decide(store, site, *[f"c-{n}" for n in range(8)])
    step_until(deliverer, lambda: sum(receiver.at_once for receiver in receivers) >= 6)
    for receiver in receivers:
        receiver.hold.set()
    deliverer.close()


def test_two_workers_share_the_outbox_without_telling_twice(store, settings, site, receiver):
    workers = [Deliverer(store, settings) for _ in range(2)]
    decide(store, site, *[f"c-{n}" for n in range(30)])
    deadline = time.monotonic() + 10
    while store.outbox.depth(site)[0]:
        assert time.monotonic() < deadline
        for worker in workers:
            worker.round()
        workers[0].pause(0.01)
    for worker in workers:
        worker.close()
    assert len(receiver.messages) == 30
    assert len({message.id for message in receiver.messages}) == 30


def test_a_site_without_a_secret_sends_nothing_unsigned(deliverer, store, receiver):
    store.sites.create("unsigned")
    store.sites.set_webhook("unsigned", receiver.url, None)
    decide(store, "unsigned", "c-1")
    step_until(deliverer, lambda: "delivery_failed" in types(store, "unsigned", "c-1"))
    assert receiver.paths == []


@pytest.mark.parametrize("answer", [b"", b"not http at all\r\n\r\n", b"HTTP/1.1 200"])
def test_a_broken_answer_is_a_failed_delivery(deliverer, store, answer):
    with broken(answer) as url:
        site = with_webhook(store, "courier", url)
        decide(store, site, "c-1")
        step_until(deliverer, lambda: "delivery_failed" in types(store, site, "c-1"))
    assert errors_of(store, site) == ["broken answer"]


def errors_of(store: Store, site: str) -> list[object]:
    events, _ = store.events.read(site, types=("delivery_failed",))
    return [event.detail["error"] for event in events]


def test_the_receiver_of_the_tests_tells_a_forged_message(receiver: Receiver):
    headers = {"webhook-id": "x", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,eA=="}
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        receiver.take("/hook", headers, b"{}")
    assert receiver.forged == 1
    receiver.forged = 0
