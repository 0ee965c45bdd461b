"""The guiding scene: war reporting and the comments under it. Floors that a new model must not fall below."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from models import fairness, robustness
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.courtesy import polite_sentences
from models.evaluation import score_scene
from models.identity import neutral_sentences

SCENE = Path(__file__).with_name("scene.toml")
CLASSES = {group["name"]: group for group in tomllib.loads(SCENE.read_text())["class"]}
TOXICITY = ATTRIBUTES.index("toxicity")

# The share of each class that must be judged as expected; what the shipped model reaches is in CARD.md.
FLOORS = {
    **dict.fromkeys(("reporting_words", "strong_opinion", "identity_mention", "question", "good_faith_link"), 1.0),
    **dict.fromkeys(("idiom", "grief_and_thanks", "everyday", "ordinary_quarrel"), 1.0),
    **dict.fromkeys(("insult", "disguised", "dehumanising", "praise_with_link", "self_promotion"), 1.0),
    **dict.fromkeys(("counter_speech", "threat", "pharma", "money", "topical_scam"), 0.9),
    "implicit": 0.6,
}
# The share of harmless comments that need nobody: they must not all end in review.
APPROVED = {
    "everyday": 0.95,
    "good_faith_link": 0.9,
    "ordinary_quarrel": 0.8,
    "identity_mention": 0.7,
    "reporting_words": 0.6,
}


@pytest.fixture(scope="module")
def judged(classifier: Classifier) -> dict[str, dict[str, object]]:
    return score_scene(classifier, SCENE)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_judged_as_expected(judged: dict[str, dict[str, object]], name: str) -> None:
    assert judged[name]["right"] >= FLOORS[name], judged[name]["wrong"]


@pytest.mark.parametrize("name", APPROVED)
def test_harmless_comments_mostly_need_nobody(judged: dict[str, dict[str, object]], name: str) -> None:
    assert judged[name]["approved"] >= APPROVED[name]


def test_the_scene_has_three_hundred_comments_and_none_twice() -> None:
    texts = [text for group in CLASSES.values() for text in group["texts"]]
    assert len(texts) >= 300
    assert len(set(texts)) == len(texts)


def test_the_scene_was_not_trained_on() -> None:
    trained = {*neutral_sentences(), *polite_sentences()}
    assert not trained & {text for group in CLASSES.values() for text in group["texts"]}


def test_fairness_is_measured_on_other_sentences_than_trained() -> None:
    assert not set(neutral_sentences()) & {sentence for _, sentence in fairness.neutral_test_sentences()}


def test_naming_a_group_is_not_toxic(classifier: Classifier) -> None:
    groups, sentences = zip(*fairness.neutral_test_sentences(), strict=True)
    scores = classifier.score(sentences).values[:, TOXICITY]
    shares = fairness.false_positives(groups, scores, FIVE_PERCENT)
    assert shares["all"] <= 0.03
    assert max(shares.values()) <= 0.05


# The toxicity that 5 % and 1 % of the harmless comments of the Jigsaw tenth exceed.
FIVE_PERCENT, ONE_PERCENT = 0.146, 0.548


@pytest.mark.parametrize("name", robustness.DISGUISES)
def test_a_hidden_insult_is_still_found(classifier: Classifier, name: str) -> None:
    frames = ("You are such a {}.", "Shut up, {}!", "what a {} you are", "Nobody likes you {}")
    words = ("idiot", "moron", "bitch", "bastard", "asshole", "loser", "stupid", "retard")
    clean = [frame.format(word) for frame in frames for word in words]
    hidden = [robustness.hide(text, robustness.DISGUISES[name], at) for at, text in enumerate(clean)]
    found = (classifier.score(hidden).values[:, TOXICITY] > ONE_PERCENT).mean()
    expected = (classifier.score(clean).values[:, TOXICITY] > ONE_PERCENT).mean()
    assert expected > 0.9
    assert found >= 0.75 * expected, [
        text for text in hidden if classifier.score([text]).row(0)["toxicity"] < ONE_PERCENT
    ]


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("you are an idiot", "insult"),
        ("I will find you and kill you", "threat"),
        ("what the fuck is this shit", "profanity"),
        ("watch hot porn and naked girls", "sexually_explicit"),
        ("Buy cheap viagra http://pills-online.xyz", "spam"),
    ],
)
def test_each_head_knows_its_plainest_case(classifier: Classifier, text: str, attribute: str) -> None:
    scores = classifier.score([text, "The bakery on the corner has opened again."]).values[
        :, ATTRIBUTES.index(attribute)
    ]
    assert scores[0] > 0.5
    assert scores[1] < 0.1
    assert np.all(scores >= 0)
