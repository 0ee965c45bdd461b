"""When a second opinion is asked for: near a limit, where another verdict could follow."""

from math import exp, log

import pytest

from service.moderation.policy import DEFAULT_POLICY, judge
from service.moderation.second.doubt import ABOVE_REJECTION, BELOW_REJECTION, BELOW_REVIEW, HEADS, band, is_doubtful
from service.tenancy import Policy, Rule, Threshold
from service.values import Comment, Verdict

LIMITS = {"spam": Threshold(0.5, 0.9), "toxicity": Threshold(0.2, 0.8), "threat": Threshold(0.1, 0.6)}
POLICY = Policy(version=1, thresholds=LIMITS)
COMMENT = Comment("c-1", "You could have read it first.")
STEP = 0.0001


def beyond(limit: float, logits: float) -> float:
    return 1 / (1 + exp(-(log(limit / (1 - limit)) + logits)))


LOW, HIGH = beyond(0.2, -BELOW_REVIEW), beyond(0.8, ABOVE_REJECTION)
NEAR = beyond(0.8, -BELOW_REJECTION)


def doubtful(policy: Policy = POLICY, heads=HEADS, **scores: float) -> bool:
    return is_doubtful(policy, judge(policy, COMMENT, dict.fromkeys(LIMITS, 0.0) | scores, "base-1"), heads)


@pytest.mark.parametrize(
    ("toxicity", "asked"),
    [(LOW - STEP, False), (LOW + STEP, True), (0.2, True), (0.5, True), (0.8, True), (HIGH - STEP, True)],
)
def test_a_score_is_in_doubt_from_below_the_limit_for_review_to_above_that_for_rejection(toxicity, asked):
    assert doubtful(toxicity=toxicity) is asked


def test_what_is_far_above_the_limit_for_rejection_is_not_in_doubt():
    assert not doubtful(toxicity=HIGH + STEP)


def test_one_head_beyond_doubt_settles_it_whatever_the_others_say():
    assert doubtful(toxicity=0.3, threat=0.0)
    assert not doubtful(toxicity=0.3, threat=beyond(0.6, ABOVE_REJECTION) + STEP)


def test_the_band_moves_with_the_limits_of_the_site():
    strict = Policy(version=2, thresholds={"toxicity": Threshold(0.02, 0.3)})
    assert doubtful(strict, toxicity=0.02)
    assert not doubtful(toxicity=0.02)


def test_an_attribute_that_the_second_model_does_not_read_asks_nobody():
    assert not doubtful(spam=0.5)
    assert not doubtful(heads=("threat",), toxicity=0.3)


def test_a_comment_that_another_attribute_rejects_is_not_in_doubt():
    assert doubtful(spam=0.4, toxicity=0.5)
    assert not doubtful(spam=0.9, toxicity=0.5)


@pytest.mark.parametrize(("toxicity", "asked"), [(0.3, False), (NEAR - STEP, False), (NEAR + STEP, True), (0.8, True)])
def test_a_comment_that_is_held_anyway_is_in_doubt_only_near_a_rejection(toxicity, asked):
    assert doubtful(spam=0.5, toxicity=toxicity) is asked


def test_a_comment_without_scores_is_not_in_doubt():
    assert not is_doubtful(POLICY, judge(POLICY, COMMENT, None, "base-1"))


def test_a_comment_that_a_rule_decides_is_not_in_doubt():
    rules = (Rule("Words", "text", "contains", ("read",), Verdict.REJECT),)
    ruled = Policy(version=1, thresholds=LIMITS, rules=rules)
    found = judge(ruled, COMMENT, {"toxicity": 0.5}, "base-1")
    assert found.reasons[0].is_rule
    assert not is_doubtful(ruled, found)


def test_nobody_is_asked_where_nobody_answers():
    assert not doubtful(heads=(), toxicity=0.5)


def test_limits_that_are_never_reached_ask_nobody():
    never = Policy(version=1, thresholds={"toxicity": Threshold(1.1, 1.1)})
    assert not doubtful(never, toxicity=1.0)


@pytest.mark.parametrize(("review", "reject"), [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 1.1), (0.9, 0.2)])
def test_extreme_limits_have_a_band_in_order(review, reject):
    low, near, high = band(review, reject)
    assert 0 <= low <= high
    assert review <= near


def test_the_built_in_policy_lets_most_comments_pass_unasked():
    quiet = {"toxicity": 0.01, "severe_toxicity": 0.001, "insult": 0.01, "threat": 0.001, "profanity": 0.02}
    assert not is_doubtful(DEFAULT_POLICY, judge(DEFAULT_POLICY, COMMENT, quiet, "base-1"))
