from dataclasses import replace

import numpy as np
import pytest

from models import contrast, fairness
from models.adaptation import adapt
from models.attributes import ATTRIBUTES
from models.lessons import Lesson
from service.moderation.learning import anchors
from service.moderation.learning.measured import judged, scored
from service.moderation.policy import DEFAULT_POLICY
from service.tenancy import Threshold
from tests.lessons import labels

STRICT = replace(
    DEFAULT_POLICY,
    thresholds=DEFAULT_POLICY.thresholds
    | {"toxicity": Threshold(0.14, 0.96), "insult": Threshold(0.2, 0.9), "identity_attack": Threshold(0.12, 0.7)},
)


@pytest.fixture(scope="module")
def lessons():
    said = {"insult": {"insult": 1.0, "toxicity": 1.0}, "spam": {"spam": 1.0}, None: dict.fromkeys(ATTRIBUTES, 0.0)}
    return [Lesson(one.text, said[one.reason], group=one.comment_id) for one in labels(200)]


def test_anchors_weigh_half_of_the_labels_and_are_no_examples(base, lessons):
    found = anchors.anchors(base, lessons)
    assert sum(one.weight for one in found) == pytest.approx(anchors.SHARE * len(lessons))
    assert max(target for one in found for target in one.targets.values()) < 0.5


def test_the_gate_measures_on_other_sentences():
    measured = {text for _, text in fairness.neutral_test_sentences()} | {one.text for one in contrast.measured()}
    assert not measured & set(anchors.sentences())


def test_a_model_keeps_its_calm_about_what_its_labels_do_not_speak_of(base, lessons):
    texts = [text for _, text in fairness.neutral_test_sentences()]

    def held_back(given) -> float:
        return float(np.mean(judged(STRICT, scored(base.adapted(adapt(base, given, "x")), texts)) > 0))

    before = float(np.mean(judged(STRICT, scored(base, texts)) > 0))
    assert held_back(lessons) > before + 0.03
    assert held_back([*lessons, *anchors.anchors(base, lessons)]) < before + 0.01
