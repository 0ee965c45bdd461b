"""What the policy makes of scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.moderation.policy import DEFAULT_POLICY, judge
from service.store.encoding import pack_assessment, unpack_assessment
from service.tenancy import Policy, Rule, Threshold
from service.values import Author, Comment, Verdict

COMMENT = Comment("c-1", "Six people were killed by landmines.")
POLICY = Policy(version=3, thresholds={"spam": Threshold(0.5, 0.9), "threat": Threshold(0.2, 0.8)})


def judged(scores, policy=POLICY, comment=COMMENT):
    return judge(policy, comment, scores, model="m-1")


def test_low_scores_are_approved_without_a_reason():
    assessment = judged({"spam": 0.49, "threat": 0.19})
    assert (assessment.verdict, assessment.reasons) == (Verdict.APPROVE, ())


def test_a_score_at_the_review_limit_goes_to_review_and_says_why():
    assessment = judged({"spam": 0.5, "threat": 0.1})
    [reason] = assessment.reasons
    assert assessment.verdict is Verdict.REVIEW
    assert (reason.code, reason.attribute, reason.score, reason.threshold) == ("score", "spam", 0.5, 0.5)
    assert reason.text == "Spam 0.50 reaches the limit for review, 0.50."


@pytest.mark.parametrize(
    ("score", "limit", "said"),
    [
        (0.9995, 0.999, "Spam 0.9995 reaches the limit for review, 0.999."),
        (1.0, 0.9, "Spam 1.00 reaches the limit for review, 0.90."),
        (0.12, 0.0123, "Spam 0.12 reaches the limit for review, 0.0123."),
    ],
)
def test_a_reason_shows_as_many_decimals_as_there_are(score, limit, said):
    assessment = judged({"spam": score}, Policy(version=1, thresholds={"spam": Threshold(limit, 1.1)}))
    assert [reason.text for reason in assessment.reasons] == [said]


@given(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1))
def test_what_is_judged_is_kept_exactly(steps, review, reject):
    policy = Policy(version=1, thresholds={"spam": Threshold(review, reject)})
    assessment = judged({"spam": steps / 10_000}, policy)
    assert unpack_assessment(pack_assessment(assessment)) == assessment


def test_one_attribute_at_its_rejection_limit_is_enough():
    assessment = judged({"spam": 0.6, "threat": 0.8})
    assert assessment.verdict is Verdict.REJECT
    assert [reason.attribute for reason in assessment.reasons] == ["threat", "spam"]
    assert assessment.reasons[0].threshold == 0.8


def test_a_policy_without_thresholds_approves_without_risk():
    assessment = judged({"spam": 1.0}, Policy(version=1, thresholds={}))
    assert (assessment.verdict, assessment.risk) == (Verdict.APPROVE, 0.0)


def test_an_attribute_without_a_threshold_decides_nothing():
    assert judged({"insult": 1.0}).verdict is Verdict.APPROVE


def test_a_failed_scorer_never_approves():
    assessment = judged(None)
    assert assessment.verdict is Verdict.REVIEW
    assert [reason.code for reason in assessment.reasons] == ["scorer_failed"]
    assert assessment.scores == {}
    assert 0 < assessment.risk < 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_first_matching_rule_decides_before_any_score(verdict):
    rules = (
        Rule("nobody", "author.id", "equals", ("u-9",), Verdict.APPROVE),
        Rule("our editor", "author.id", "equals", ("u-1",), verdict),
        Rule("too late", "author.id", "equals", ("u-1",), Verdict.REVIEW),
    )
    policy = Policy(version=1, thresholds=POLICY.thresholds, rules=rules)
    assessment = judged({"spam": 0.99}, policy, Comment("c-1", "Buy", author=Author(id="u-1")))
    assert assessment.verdict is verdict
    assert [reason.text for reason in assessment.reasons] == ["The site's rule “our editor” matches."]
    assert assessment.scores == {"spam": 0.99}


def test_a_rule_also_speaks_when_the_scorer_failed():
    rules = (Rule("links", "links", "at_least", ("1",), Verdict.REJECT),)
    policy = Policy(version=1, thresholds={}, rules=rules)
    assert judged(None, policy, Comment("c-1", "see https://example.org")).verdict is Verdict.REJECT


@pytest.mark.parametrize(("spam", "risk"), [(0.0, 0.0), (0.5, 0.0), (0.7, 0.5), (0.9, 1.0), (1.0, 1.0)])
def test_risk_is_the_way_from_review_to_rejection(spam, risk):
    assert judged({"spam": spam}).risk == pytest.approx(risk)


def test_every_verdict_names_its_model_and_policy():
    assessment = judged({})
    assert (assessment.model, assessment.policy) == ("m-1", 3)


def test_the_built_in_policy_asks_for_review_before_it_rejects():
    assert DEFAULT_POLICY.version == 0
    for threshold in DEFAULT_POLICY.thresholds.values():
        assert 0 < threshold.review < threshold.reject < 1
