"""The verdict by both models: the second is never alone the ground for a rejection."""

import pytest

from service.moderation.policy import judge
from service.moderation.second.hearing import Case, revised
from service.tenancy import Policy, Threshold
from service.values import Comment, Second, Verdict

POLICY = Policy(version=1, thresholds={"toxicity": Threshold(0.2, 0.8), "spam": Threshold(0.5, 0.9)})


def judged(first: float, both: float, spam: float = 0.0):
    second = Second("second-1", {"toxicity": first})
    return judge(POLICY, Comment("c-1", "x"), {"toxicity": both, "spam": spam}, "base-1", second=second)


@pytest.mark.parametrize(
    ("first", "both", "verdict"),
    [
        (0.5, 0.1, Verdict.APPROVE),
        (0.5, 0.3, Verdict.REVIEW),
        (0.15, 0.3, Verdict.REVIEW),
        (0.85, 0.7, Verdict.REVIEW),
        (0.2, 0.8, Verdict.REJECT),
        (0.1999, 0.99, Verdict.REVIEW),
    ],
)
def test_both_together_are_judged_and_a_rejection_takes_the_first_too(first, both, verdict):
    assert judged(first, both).verdict is verdict


def test_a_rejection_by_another_attribute_stands_beside_it():
    found = judged(0.1, 0.99, spam=0.95)
    assert found.verdict is Verdict.REJECT
    assert [reason.attribute for reason in found.reasons] == ["spam", "toxicity"]


def test_a_reason_says_that_the_second_opinion_spoke_and_against_which_limit():
    assert [reason.text for reason in judged(0.5, 0.45).reasons] == [
        "Toxicity 0.45 reaches the limit for review, 0.20 (second opinion)."
    ]
    [held] = judged(0.1, 0.99).reasons
    assert (held.text, held.threshold) == ("Toxicity 0.99 reaches the limit for review, 0.20 (second opinion).", 0.2)


def test_an_assessment_tells_which_model_has_the_last_word_and_what_the_first_said():
    found = judged(0.5, 0.45, spam=0.6)
    assert (found.model_of("toxicity"), found.model_of("spam")) == ("second-1", "base-1")
    assert (found.scores["toxicity"], found.first_scores) == (0.45, {"toxicity": 0.5, "spam": 0.6})


def test_where_the_second_keeps_silent_the_first_verdict_stands_and_nobody_claims_otherwise():
    first = {"toxicity": 0.5, "spam": 0.0}
    case = Case(POLICY, Comment("c-1", "x"), judge(POLICY, Comment("c-1", "x"), first, "base-1"))
    silent, spoke = (revised(case, row, "second-1", ["toxicity"]) for row in (first, first | {"toxicity": 0.4}))
    assert (silent, silent.second_opinion) == (case.found, None)
    assert spoke.second_opinion == "second-1"
