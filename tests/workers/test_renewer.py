"""A worker keeps thresholds where the error budget allows them to be, without a model of its own."""

import pytest

from service.looks import LookKind
from service.moderation import looks, policy
from service.moderation.desk import Desk, NoScorer
from service.moderation.learning.versions import base_version
from service.moderation.submit import submit_batch
from service.shares import LookShares
from service.tenancy import ErrorBudget, Policy, Threshold
from service.values import Choice, Comment, Decision
from service.workers.renewer import Renewer
from tests.fakes import FakeScorer
from tests.moderation.test_asking import texts

SITE = "gazette"


@pytest.fixture
def desk(store, settings) -> Desk:
    """A desk whose scorer passes for the model that this installation runs."""
    scorer = FakeScorer()
    scorer.version = base_version(Desk(store, NoScorer(), settings))
    scorer.says(insult=0.95)
    store.sites.create(SITE, None, "test")
    return Desk(store, scorer, settings)


def reject_wrongly(desk: Desk, budget: ErrorBudget | None) -> None:
    draft = Policy(0, {"insult": Threshold(0.5, 0.9)}, looks=LookShares(0, 0, 1), budget=budget)
    policy.save(desk, SITE, draft, "an admin")
    submit_batch(desk, SITE, [Comment(f"c{n}", text) for n, text in enumerate(texts(40))])
    while found := looks.take(desk, SITE, "user:bob", 20):
        looks.answer(desk, SITE, "user:bob", [Decision(kept.comment.id, Choice.APPROVE) for kept in found])
    answered = desk.store.looks.answered(SITE)
    assert {look.kind for look in answered} == {LookKind.AUDIT}


def test_a_broken_budget_tightens_the_limits(desk, store, settings):
    reject_wrongly(desk, ErrorBudget(0.01, 0.02))
    assert Renewer(store, settings).renew() == 1
    assert store.policies.current(SITE).thresholds["insult"].reject > 0.95
    assert Renewer(store, settings).renew() == 0


def test_without_a_budget_the_limits_are_the_admins(desk, store, settings):
    reject_wrongly(desk, None)
    assert Renewer(store, settings).renew() == 0
    assert store.policies.current(SITE).created_by == "an admin"
