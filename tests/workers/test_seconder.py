"""The worker asks for the second opinions that comments wait for, and each comment goes where it belongs."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.delta import Delta, pack
from models.errors import ModelMissing
from models.second.sentences import SentenceHead
from service.moderation import policy
from service.moderation.desk import Desk, NoScorer
from service.moderation.second.adviser import ModelAdviser
from service.moderation.second.hearing import AT_ONCE, waiting
from service.store.connect import Store
from service.tenancy import Threshold
from service.values import Choice, Decision, State
from service.workers.seconder import Seconder
from tests.fakes import FakeSecond
from tests.moderation.site_models import keep_packed
from tests.store.scenes import comment
from tests.workers.conftest import REVIEWER, step_until, types, with_webhook

SITE = "courier"
FIRST = {"spam": 0.01, "toxicity": 0.5, "severe_toxicity": 0.01, "insult": 0.1, "threat": 0.01, "identity_attack": 0.01}
SCORES = {**FIRST, "profanity": 0.01, "sexually_explicit": 0.01}


@pytest.fixture
def model() -> FakeSecond:
    return FakeSecond(toxicity=0.05)


@pytest.fixture
def seconder(store, settings, model) -> Seconder:
    store.sites.create(SITE)
    return Seconder(store, settings, ModelAdviser(lambda: model))


def put_off(
    store: Store, ids: Sequence[str] = ("c-1",), site: str = SITE, model: str = "base-1", **scores: float
) -> None:
    """Keep comments that wait for a second opinion."""
    in_force = policy.current(Desk(store, NoScorer(), None), site)
    for one in ids:
        found = policy.judge(in_force, comment(one), SCORES | scores, model)
        store.comments.submit(site, [(comment(one), waiting(found))])


def test_a_comment_that_both_models_find_harmless_is_released_and_told(seconder, store, model):
    put_off(store)
    assert seconder.round() == 1
    kept = store.comments.get(SITE, "c-1")
    assert (kept.state, kept.assessment.second_opinion) == (State.APPROVED, "second-fake")
    assert (kept.assessment.scores["toxicity"], kept.assessment.first_scores["toxicity"]) == (0.05, 0.5)
    assert model.asked == [kept.comment.text]
    assert store.outbox.depth(SITE) == (1, 0)
    assert types(store, SITE, "c-1") == ["received", "revised"]


def test_one_that_both_find_abusive_is_rejected(seconder, store, model):
    model.says(toxicity=0.99)
    put_off(store)
    seconder.round()
    assert store.comments.get(SITE, "c-1").state is State.REJECTED


def test_one_of_which_the_first_model_found_nothing_is_never_rejected(seconder, store, model):
    model.says(toxicity=0.99)
    put_off(store, toxicity=0.1)
    seconder.round()
    kept = store.comments.get(SITE, "c-1")
    assert (kept.state, kept.assessment.reasons[0].attribute) == (State.WAITING, "toxicity")


def test_the_heads_of_the_model_that_scored_first_are_heard(seconder, store, model):
    head = SentenceHead("second-fake", 1.0, 0.0, 0.03, np.zeros(4, np.float32))
    keep_packed(store, "base-1.1", pack(Delta("base-1.1", "base-1", {}, {}, {"insult": head})), site=SITE)
    put_off(store, ["c-1"])
    put_off(store, ["c-2"], model="base-1.1")
    assert seconder.round() == 2
    first, second = (store.comments.get(SITE, one).assessment for one in ("c-1", "c-2"))
    assert (first.scores["insult"], second.scores["insult"]) == (0.1, 0.03)
    assert (first.second_opinion, second.second_opinion) == ("second-fake", "second-fake")


def test_nothing_is_asked_twice(seconder, store, model):
    model.says(toxicity=0.5)
    put_off(store)
    assert [seconder.round(), seconder.round()] == [1, 0]
    assert len(model.asked) == 1


def test_all_that_waits_is_asked_about_some_at_a_time_and_of_every_site(seconder, store, model):
    store.sites.create("gazette")
    put_off(store, [f"c-{number}" for number in range(2 * AT_ONCE + 1)])
    put_off(store, ["c-1"], "gazette")
    assert seconder.round() == 2 * AT_ONCE + 2
    assert max(map(len, model.lots)) == AT_ONCE
    assert store.comments.get("gazette", "c-1").state is State.APPROVED


def test_the_policy_in_force_judges(seconder, store, settings):
    put_off(store)
    policy.replace(Desk(store, NoScorer(), settings), SITE, {"toxicity": Threshold(0.01, 0.9)}, (), "ann")
    store.policies._in_force.forget(SITE)
    seconder.round()
    kept = store.comments.get(SITE, "c-1")
    assert (kept.state, kept.assessment.policy) == (State.WAITING, 1)


def test_a_claimed_comment_is_not_asked_about_and_leaves_the_list(seconder, store, model):
    put_off(store)
    store.queues.claim(SITE, "main", REVIEWER, 10, 60_000, "token", 100)
    assert seconder.round() == 0
    assert model.asked == []
    assert store.seconds.waiting([SITE], 10) == {}
    decision = Decision("c-1", Choice.APPROVE)
    assert store.queues.decide(SITE, "token", REVIEWER, [decision], "op", 0)[0].outcome == "done"


def test_an_id_without_a_comment_leaves_the_list(seconder, store, raw):
    raw.zadd("p:{courier}:seconds", {"gone": 1})
    assert seconder.round() == 0
    assert store.seconds.waiting([SITE], 10) == {}


def test_a_text_at_which_the_model_fails_costs_no_other_its_opinion(seconder, store, model, monkeypatch):
    put_off(store, ["c-1", "c-2"])
    real = model.revise

    def partly(texts, first, own):
        if len(texts) > 1 or first[0]["toxicity"] == 0.31:
            raise ValueError
        return real(texts, first, own)

    monkeypatch.setattr(model, "revise", partly)
    put_off(store, ["c-3"], toxicity=0.31)
    seconder.round()
    kept = [store.comments.get(SITE, one) for one in ("c-1", "c-2", "c-3")]
    assert [one.state for one in kept] == [State.APPROVED, State.APPROVED, State.WAITING]
    assert [one.assessment.second_opinion for one in kept] == ["second-fake", "second-fake", None]


def test_without_a_model_the_first_verdict_stands_after_all(store, settings):
    def load():
        raise ModelMissing("there is none")

    store.sites.create(SITE)
    put_off(store, ["c-1"])
    put_off(store, ["c-2"], toxicity=0.1)
    assert Seconder(store, settings, ModelAdviser(load)).round() == 2
    kept = [store.comments.get(SITE, one) for one in ("c-1", "c-2")]
    assert [one.state for one in kept] == [State.WAITING, State.APPROVED]
    assert [one.assessment.awaits_second for one in kept] == [False, False]


def test_who_dies_between_asking_and_writing_down_leaves_the_comment_on_the_list(seconder, store, monkeypatch):
    put_off(store)

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(store.seconds), "revise", killed)
    with pytest.raises(KeyboardInterrupt):
        seconder.round()
    assert store.seconds.waiting([SITE], 10) == {SITE: ["c-1"]}
    monkeypatch.undo()
    assert seconder.round() == 1


def test_no_model_is_loaded_while_nothing_waits(store, settings):
    def load():
        raise AssertionError("nobody asked")

    store.sites.create(SITE)
    assert Seconder(store, settings, ModelAdviser(load)).round() == 0


def test_the_platform_hears_of_a_rejection_with_its_statement(seconder, store, model, deliverer, receiver):
    with_webhook(store, SITE, receiver.url)
    model.says(toxicity=0.99)
    put_off(store)
    seconder.round()
    step_until(deliverer, lambda: receiver.messages)
    [message] = receiver.messages
    told = message.body["data"]
    assert (message.type, told["second_opinion"], told["decision"]) == ("comment.rejected", "second-fake", None)
    assert "The model second-fake gave a second opinion." in told["statement"]["decision_facts"]
