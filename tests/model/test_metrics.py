"""The figures of an evaluation, on numbers small enough to check by hand."""

import numpy as np
import pytest

from models.metrics import calibration_error, choose_thresholds, rank, recall_at, threshold_at

LABELS = np.array([False] * 8 + [True] * 2)
SCORES = np.array([0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.8, 0.7, 0.9])


def test_a_threshold_lets_the_given_share_of_negatives_through() -> None:
    negatives = np.arange(100) / 100
    assert (negatives > threshold_at(negatives, 0.05)).sum() == 5


def test_recall_counts_positives_above_it() -> None:
    assert recall_at(LABELS, SCORES, 0.01) == 0.5
    assert recall_at(LABELS, SCORES, 0.2) == 1.0


def test_a_perfect_ranking_has_an_auc_of_one() -> None:
    ranking = rank(LABELS, LABELS.astype(float))
    assert (ranking.auc, ranking.rows, ranking.positives) == (1.0, 10, 2)


def test_one_class_alone_has_no_ranking() -> None:
    assert np.isnan(rank(np.zeros(3, bool), np.zeros(3)).auc)


def test_scores_that_keep_their_word_have_no_calibration_error() -> None:
    labels = np.array([True, False] * 500)
    assert calibration_error(labels, np.full(1000, 0.5)) == pytest.approx(0, abs=0.02)
    assert calibration_error(labels, np.full(1000, 0.9)) == pytest.approx(0.4, abs=0.02)


def test_thresholds_keep_precision_and_miss_little() -> None:
    chosen = choose_thresholds(LABELS, SCORES, precision=1.0, miss=0.0)
    assert chosen.reject == pytest.approx(0.9)
    assert chosen.review == pytest.approx(0.7)
    assert (chosen.missed, chosen.reject_precision, chosen.reject_recall, chosen.reviewed) == (0.0, 1.0, 0.5, 0.2)


def test_few_alarms_go_before_few_misses() -> None:
    labels = np.array([False] * 8 + [True] * 2)
    scores = np.array([0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.8, 0.05, 0.9])
    assert choose_thresholds(labels, scores, precision=1.0, miss=0.0).review == pytest.approx(0.05)
    assert choose_thresholds(labels, scores, precision=1.0, miss=0.0, alarms=0.2).review == pytest.approx(0.4, abs=0.11)


def test_without_any_safe_rejection_none_is_advised() -> None:
    assert choose_thresholds(np.array([True, False, False]), np.array([0.1, 0.5, 0.9])).reject == 1.0
