"""Both models on the road at the built-in policy: sentences of frames and groups that taught them nothing.

Floors that a new model must not fall below; what the shipped ones reach is in models/second/base/CARD.md.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from models import fairness
from models.classifier import Classifier
from models.second import grammar
from models.second.opinion import SecondOpinion
from service.moderation.policy import DEFAULT_POLICY
from service.moderation.second.trial import tried
from service.settings import Settings
from service.values import Verdict

MEASURED = grammar.measured(1)
COUNTER_SPEECH = ("negated", "denounced", "suffered", "defended")


@pytest.fixture(scope="module")
def judge():
    settings = Settings()
    first = Classifier.load(Path(settings.model))
    second = SecondOpinion.load(Path(settings.second_model), first.normalise)

    def shares(texts: Sequence[str]) -> dict[Verdict, float]:
        found = [one.verdict for one in tried(first, second, DEFAULT_POLICY, texts)]
        return {verdict: found.count(verdict) / len(found) for verdict in Verdict}

    return shares


def of(*kinds: str) -> list[str]:
    return [sentence.text for sentence in MEASURED if sentence.kind in kinds]


def test_naming_a_group_costs_a_comment_nothing(judge):
    found = judge([*(text for _, text in fairness.neutral_test_sentences()), *of("neutral")])
    assert found[Verdict.REJECT] == 0
    assert found[Verdict.REVIEW] <= 0.05


def test_who_objects_to_hate_is_hardly_ever_rejected(judge):
    found = judge(of(*COUNTER_SPEECH))
    assert found[Verdict.REJECT] <= 0.02
    assert found[Verdict.REVIEW] <= 0.4


def test_reports_and_questions_about_a_war_stand(judge):
    found = judge(of("reported", "asked"))
    assert found[Verdict.REJECT] == 0
    assert found[Verdict.APPROVE] >= 0.9


@pytest.mark.parametrize(("kind", "most"), [("dehumanised", 0.1), ("insulted", 0.1), ("threatened_group", 0.25)])
def test_what_hurts_is_seldom_published(judge, kind, most):
    assert judge(of(kind))[Verdict.APPROVE] <= most
