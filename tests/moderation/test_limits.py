"""Thresholds that follow from an error budget keep it: in made-up sites of which the truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from service.moderation.learning.evidence import Evidence
from service.moderation.learning.limits import find
from service.moderation.learning.rates import Approvals, Rejections
from service.tenancy import ErrorBudget, Threshold
from tests.moderation.worlds import ATTRIBUTES, POLICY, seen, world

BUDGET = ErrorBudget(rejections=0.02, approvals=0.05)
NOTHING = Evidence(
    ATTRIBUTES, np.zeros((0, 2)), np.zeros(0, bool), np.zeros(0, str), np.zeros(0, np.int64), np.zeros(0)
)


def site(seed: int, comments: int = 5000, sharpness: float = 1.0, approvals: float = 0.1, rejections: float = 0.5):
    rng = np.random.default_rng(seed)
    return seen(rng, world(rng, comments, sharpness), approvals, rejections)


@pytest.mark.parametrize(("sharpness", "fewest"), [(1.0, 8), (1.4, 4)])
def test_what_is_proved_holds_in_truth(sharpness, fewest):
    truth = world(np.random.default_rng(99), 60_000, sharpness)
    sites = 12
    found = [find(site(seed, sharpness=sharpness), POLICY, BUDGET) for seed in range(sites)]
    rejections = [truth.wrong_rejections(one.thresholds) for one in found if one.rejections.holds]
    approvals = [truth.published_abuse(one.thresholds) for one in found if one.approvals.holds]
    assert min(len(rejections), len(approvals)) >= fewest  # it is no proof to prove nothing
    # Each may be broken with a chance of 5 %: of twelve sites by more than two once in fifty times.
    assert sum(share > BUDGET.rejections for share in rejections) <= 2
    assert sum(share > BUDGET.approvals for share in approvals) <= 2


def test_a_generous_budget_leaves_less_to_people():
    evidence = site(1)
    strict, generous = find(evidence, POLICY, BUDGET), find(evidence, POLICY, ErrorBudget(0.1, 0.2))
    for name in ATTRIBUTES:
        assert generous.thresholds[name].reject < strict.thresholds[name].reject
        assert generous.thresholds[name].review > strict.thresholds[name].review


def test_without_decisions_the_limits_stay():
    found = find(NOTHING, POLICY, BUDGET)
    assert found.thresholds == POLICY
    assert (found.rejections.upper, found.rejections.share, found.rejections.missing) == (1.0, None, 149)
    assert (found.approvals.upper, found.approvals.holds, found.approvals.missing) == (1.0, False, None)


def test_with_good_comments_alone_nothing_is_known_of_abuse():
    evidence = site(2)
    only_good = replace(evidence, bad=np.zeros_like(evidence.bad), about=np.full(len(evidence), ""))
    found = find(only_good, POLICY, BUDGET)
    assert (found.approvals.holds, found.approvals.share, found.approvals.missing) == (False, None, None)
    assert all(found.thresholds[name].review <= POLICY[name].review for name in ATTRIBUTES)
    # Every rejection was wrong, which breaks any budget.
    assert all(found.thresholds[name].reject > POLICY[name].reject for name in ATTRIBUTES)


def test_with_abuse_alone_rejections_are_proved_and_approvals_are_not():
    evidence = site(3)
    found = find(replace(evidence, bad=np.ones_like(evidence.bad)), POLICY, BUDGET)
    assert found.rejections.holds
    assert found.approvals.share > BUDGET.approvals
    assert not found.approvals.holds


def test_automation_that_nobody_looked_at_proves_nothing():
    blind = site(4, approvals=1e-9, rejections=1e-9)
    assert set(blind.stratum) == {1}
    found = find(blind, POLICY, BUDGET)
    assert (found.rejections.holds, found.approvals.holds) == (False, False)
    assert found.thresholds == POLICY


def test_a_limit_of_never_stays_never():
    never = {name: Threshold(limit.review, 1.0) for name, limit in POLICY.items()}
    found = find(site(5), never, BUDGET)
    assert {limit.reject for limit in found.thresholds.values()} == {1.0}


def test_an_attribute_that_nobody_met_does_not_become_more_daring():
    start = {**POLICY, "threat": Threshold(0.02, 0.7)}
    evidence = site(6)
    more = replace(
        evidence,
        attributes=(*ATTRIBUTES, "threat"),
        scores=np.column_stack([evidence.scores, np.full(len(evidence), 0.001)]),
    )
    found = find(more, start, ErrorBudget(0.1, 0.2))
    assert found.thresholds["spam"].review > start["spam"].review
    assert found.thresholds["threat"] == start["threat"]


def test_a_comment_that_two_attributes_reject_counts_once():
    scores = np.full((200, 2), 0.99)
    rows = Evidence(ATTRIBUTES, scores, np.ones(200, bool), np.full(200, "spam"), np.full(200, 2), np.ones(200))
    bound = Rejections(rows, 0.02).bound({"insult": 0.9, "spam": 0.9})
    assert (bound.rows, bound.wrong) == (200, 0)


def test_looks_stand_for_what_was_not_drawn():
    """One abusive approval among ten looks at a share of 1 in 100 outweighs fifty that were reviewed."""
    bad = np.array([True] + [False] * 9 + [True] * 50)
    scores = np.where(np.arange(60)[:, None] < 10, 0.01, 0.5) * np.ones((60, 2))
    weights = np.where(np.arange(60) < 10, 100.0, 1.0)
    rows = Evidence(ATTRIBUTES, scores, bad, np.full(60, "spam"), np.where(np.arange(60) < 10, 0, 1), weights)
    bound = Approvals(rows, 0.02).bound({"insult": 0.15, "spam": 0.15})
    assert bound.share == pytest.approx(100 / 150)
    assert (bound.wrong, bound.rows) == (1, 10)


def test_review_never_lies_above_rejection():
    for seed in range(3):
        for limit in find(site(seed), POLICY, ErrorBudget(0.3, 0.6)).thresholds.values():
            assert limit.review <= limit.reject
