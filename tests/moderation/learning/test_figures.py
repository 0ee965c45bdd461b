import numpy as np
import pytest

from models import metrics
from service.moderation.learning import figures
from service.moderation.learning.figures import Rows


def world(rows=600, lift=0.2, seed=3):
    chance = np.random.default_rng(seed)
    truth = chance.random(rows) < 0.3
    return truth, np.clip(chance.normal(0.3 + lift * truth, 0.15), 0, 1).round(4)


def by_name(found):
    return {one.name: one for one in found}


def test_the_figures_are_those_of_the_metrics():
    truth, scores = world()
    found, told = by_name(figures.ranking(Rows.of(truth, np.ones(600)), scores, scores)), metrics.rank(truth, scores)
    assert found["auc"].champion == pytest.approx(told.auc)
    assert found["recall_at_5"].champion == pytest.approx(told.recall_at_5)
    assert found["calibration_error"].champion == pytest.approx(told.calibration_error)
    assert found["log_loss"].champion == pytest.approx(-np.log(np.where(truth, scores, 1 - scores)).mean(), rel=0.02)


def test_a_model_against_itself_leads_by_nothing():
    truth, scores = world()
    for one in figures.ranking(Rows.of(truth, np.ones(600)), scores, scores):
        assert (one.low, one.high) == (0.0, 0.0)


def test_a_better_model_leads_beyond_its_interval_and_a_worse_one_trails():
    truth, scores = world(lift=0.1)
    better = np.clip(scores + 0.2 * truth, 0, 1)
    rows = Rows.of(truth, np.ones(600))
    lead, trail = (by_name(figures.ranking(rows, *pair)) for pair in ((scores, better), (better, scores)))
    assert lead["auc"].low > 0
    assert lead["log_loss"].high < 0
    assert trail["log_loss"].low > 0


def test_the_interval_of_a_chance_difference_holds_zero_mostly():
    hits = 0
    for seed in range(40):
        truth, scores = world(200, seed=seed)
        same = np.clip(np.random.default_rng(seed).normal(0.3 + 0.2 * truth, 0.15), 0, 1)
        found = by_name(figures.ranking(Rows.of(truth, np.ones(200)), scores, same))["auc"]
        hits += found.low <= 0 <= found.high
    assert hits >= 34  # 95 % of 40 are 38


def test_the_same_rows_give_the_same_interval():
    truth, scores = world()
    once, again = (figures.ranking(Rows.of(truth, np.ones(600)), scores, scores**2) for _ in range(2))
    assert once == again


def test_rows_count_by_their_weight():
    truth, scores = np.array([True, True, False, False]), np.array([0.9, 0.1, 0.5, 0.5])
    weights = np.array([3.0, 1.0, 1.0, 1.0])
    found = by_name(figures.ranking(Rows.of(truth, weights), scores, scores))
    assert found["auc"].champion == pytest.approx(0.75)


@pytest.mark.parametrize("positives", [0, 5])
def test_with_one_class_nothing_is_said_of_ranking(positives):
    truth = np.arange(5) < positives
    found = by_name(figures.ranking(Rows.of(truth, np.ones(5)), np.full(5, 0.3), np.full(5, 0.4)))
    assert (found["auc"].champion, found["recall_at_1"].challenger, found["auc"].low) == (None, None, None)
    assert found["log_loss"].champion is not None


def test_without_rows_nothing_is_said():
    none = Rows.of(np.zeros(0, bool), np.zeros(0))
    found = figures.share("missed", none, np.zeros(0, bool), np.zeros(0, bool), np.zeros(0, bool))
    assert (found.champion, found.challenger, found.low) == (None, None, None)


def test_a_share_is_of_the_rows_it_is_of():
    rows = Rows.of(np.zeros(4, bool), np.ones(4))
    of, flagged = np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 1], bool)
    assert figures.share("x", rows, of, flagged, ~flagged).champion == 0.5


def test_scores_that_moved_are_unstable_and_others_are_not():
    chance = np.random.default_rng(1)
    before, same, moved = chance.random(2000), chance.random(500), chance.random(500) ** 3
    assert figures.stability(before, same) < 0.1 < 0.25 < figures.stability(before, moved)
    assert figures.stability(before, moved[:0]) is None
