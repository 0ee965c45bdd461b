"""Bounds of a share: exact, and worth what they promise."""

import numpy as np
import pytest
from scipy.stats import beta

from service.moderation.learning.intervals import lower, needed, upper


@pytest.mark.parametrize(
    ("errors", "rows", "doubt"),
    [(1, 30, 0.05), (3, 1549, 0.05), (40, 90, 0.01), (2.5, 800.25, 0.05), (999, 1000, 0.025)],
)
def test_a_bound_is_that_of_the_beta_distribution(errors, rows, doubt):
    assert upper(errors, rows, doubt) == pytest.approx(beta.ppf(1 - doubt, errors + 1, rows - errors), rel=1e-4)
    assert lower(errors, rows, doubt) == pytest.approx(beta.ppf(doubt, errors, rows - errors + 1), rel=1e-3, abs=1e-6)


def test_no_rows_say_nothing():
    assert (lower(0, 0), upper(0, 0)) == (0.0, 1.0)


def test_only_errors_leave_every_share_possible():
    assert upper(5, 5) == 1.0
    assert lower(5, 5) > 0.5


def test_no_error_among_forty_says_at_most_seven_per_cent():
    assert upper(0, 40) == pytest.approx(0.0722, abs=1e-4)


@pytest.mark.parametrize(("errors", "allowed"), [(0, 0.005), (0, 0.02), (3, 0.005), (7, 0.1)])
def test_as_many_rows_are_needed_as_prove_it_and_not_one_more(errors, allowed):
    rows = needed(errors, allowed)
    assert upper(errors, rows) <= allowed < upper(errors, rows - 1)


@pytest.mark.parametrize(("share", "rows"), [(0.01, 300), (0.05, 60), (0.3, 40)])
def test_the_true_share_is_above_its_bound_in_no_more_than_one_of_twenty_samples(share, rows):
    drawn = np.random.default_rng(1).binomial(rows, share, 4000)
    bounds = {errors: upper(errors, rows) for errors in set(drawn.tolist())}
    missed = np.mean([bounds[errors] < share for errors in drawn.tolist()])
    assert missed <= 0.05 + 3 * (0.05 * 0.95 / 4000) ** 0.5
