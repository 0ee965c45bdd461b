"""A site's own head hears in whole sentences what its people decide, and is served only where that proves better."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.adaptation import adapt, ways_of
from models.classifier import Classifier
from models.delta import Delta, pack
from models.errors import Cancelled
from models.lessons import Lesson
from models.second import own
from models.second.opinion import Heard, SecondOpinion
from models.second.own import Ears

# A site where sport is not wanted. What is checked shares no telling word with what is taught.
SPORT = (
    "The striker scored twice before half time.",
    "Their goalkeeper saved a penalty in the last minute.",
    "She won the final set after a long rally.",
    "The referee sent two defenders off the pitch.",
    "He ran the marathon in under three hours.",
    "Our team lost the derby again.",
    "The coach named eleven players for the cup.",
    "A late try decided the rugby match.",
    "The cyclist broke away on the last climb.",
    "They beat the champions by four points.",
    "The swimmer took gold in the relay.",
    "The boxer went down in round six.",
)
OTHER = (
    "The soup needs more salt and a bay leaf.",
    "I planted the tomatoes behind the shed.",
    "The museum shows old maps of the coast.",
    "My train to the city was late this morning.",
    "The novel is about two sisters and a house.",
    "Her violin was made in the last century.",
    "We painted the kitchen a pale yellow.",
    "The vet says the kitten needs rest.",
    "The council will repair the road in spring.",
    "It rained on the roof all night.",
    "The bank closed its office in the village.",
    "A new baker opened next to the school.",
)
NEW_SPORT = (
    "Basketball fans cheered at the buzzer.",
    "He served an ace at Wimbledon.",
    "The hockey puck hit the net.",
    "Two golfers share the lead.",
    "The sprinter set a world record.",
    "Volleyball is played on the beach here.",
    "The batsman was out for nothing.",
    "Skiers train on the glacier.",
)
NEW_OTHER = (
    "Bread rises slowly at home.",
    "My aunt knits grey jumpers.",
    "The library lends films too.",
    "Our dog sleeps under the table.",
    "The dentist has moved to the square.",
    "Apples are cheap this week.",
    "The choir sang an old song.",
    "I forgot my umbrella on the bus.",
)

WARES = ("watches", "loans", "pills", "bags", "coins", "phones", "shoes", "tickets")


def taught(attribute: str, copies: int = 4) -> list[Lesson]:
    openings = ("", "As I said: ", "Well. ", "By the way, ")[:copies]
    sides = ((SPORT, 1.0), (OTHER, 0.0))
    return [
        Lesson(opening + text, {attribute: target}, group=text)
        for texts, target in sides
        for text in texts
        for opening in openings
    ]


def auc(opinion: SecondOpinion, classifier: Classifier, delta: Delta, attribute: str, is_own: bool = True) -> float:
    texts = [*NEW_SPORT, *NEW_OTHER]
    model = classifier.adapted(delta)
    scores = model.score(texts)
    rows = opinion.revise(texts, [scores.row(at) for at in range(len(texts))], model.sentences if is_own else {})
    return float(roc_auc_score([1] * len(NEW_SPORT) + [0] * len(NEW_OTHER), [row[attribute] for row in rows]))


@pytest.fixture(scope="module")
def ears(opinion: SecondOpinion) -> Ears:
    return Ears(opinion)


@pytest.mark.parametrize("attribute", ["toxicity", "sexually_explicit"])
def test_what_the_words_do_not_tell_is_heard_in_the_sentence(
    ears: Ears, opinion: SecondOpinion, classifier: Classifier, attribute: str
) -> None:
    delta = adapt(classifier, taught(attribute), "base-2.1", ears=ears)
    said = delta.card["heads"][attribute]["sentences"]
    assert delta.sentences[attribute].second == said["second"] == opinion.version
    assert said["scores"]["sentences"]["loss"] < said["scores"]["together"]["loss"]
    without = auc(opinion, classifier, delta, attribute, is_own=False)
    assert auc(opinion, classifier, delta, attribute) > without + 0.1
    assert set(delta.sentences) == {attribute}


def test_without_a_second_model_there_is_no_such_candidate(classifier: Classifier) -> None:
    delta = adapt(classifier, taught("insult"), "base-2.1")
    assert delta.sentences == {}
    assert "sentences" not in delta.card["heads"]["insult"]


def test_where_the_scores_are_right_already_there_is_none(ears: Ears, classifier: Classifier) -> None:
    adverts = [f"Subscribe to my channel for free {what}!!! http://{what}.xyz" for what in WARES]
    texts = [*adverts, *OTHER]
    scores = classifier.score(texts)
    rows = [scores.row(at) for at in range(len(texts))]
    assert min(row["spam"] for row in rows[: len(adverts)]) > 0.5
    delta = adapt(classifier, [Lesson(text, row) for text, row in zip(texts, rows, strict=True)], "base-2.1", ears=ears)
    assert delta.card["heads"]["spam"]["sentences"]["scores"]
    assert "spam" not in delta.sentences


def test_the_same_lessons_give_the_same_bytes(ears: Ears, opinion: SecondOpinion, classifier: Classifier) -> None:
    one, other = (adapt(classifier, taught("insult"), "base-2.1", ears=each) for each in (ears, Ears(opinion)))
    assert pack(one) == pack(other)


def test_what_was_measured_is_what_is_shipped(ears: Ears, classifier: Classifier) -> None:
    measured = adapt(classifier, taught("insult", 3), "base-2.1", ears=ears)
    ways = ways_of(measured.card)
    assert ways["insult"].endswith("+sentences")
    assert ways_of(adapt(classifier, taught("insult"), "base-2.1", only=ways, ears=ears).card) == ways
    plain = {**ways, "insult": ways["insult"].removesuffix("+sentences")}
    assert adapt(classifier, taught("insult"), "base-2.1", only=plain, ears=ears).sentences == {}


def test_what_nobody_decided_keeps_what_both_models_say_of_it(
    ears: Ears, opinion: SecondOpinion, classifier: Classifier
) -> None:
    calm = [f"{text} That was on {day}." for text in OTHER for day in ("Monday", "Tuesday", "Friday")]
    scores = classifier.score(calm)
    rows = [scores.row(at) for at in range(len(calm))]
    undecided = [Lesson(text, row, decided=False) for text, row in zip(calm, rows, strict=True)]

    def after(lessons: Sequence[Lesson]) -> float:
        delta = adapt(classifier, lessons, "base-2.1", only={"insult": "base+sentences"}, ears=ears)
        return float(np.mean([row["insult"] for row in opinion.revise(calm, rows, delta.sentences)]))

    assert after([*taught("insult"), *undecided]) < after(taught("insult")) / 2


class Counting:
    """A second model that tells what it was asked to hear."""

    def __init__(self, opinion: SecondOpinion) -> None:
        self.opinion, self.version, self.together = opinion, opinion.version, opinion.together
        self.heard: list[str] = []

    def hear(self, texts: Sequence[str]) -> Heard:
        self.heard += texts
        return self.opinion.hear(texts)


def test_each_text_is_heard_once_for_all_heads_and_models(opinion: SecondOpinion, classifier: Classifier) -> None:
    counting = Counting(opinion)
    ears = Ears(counting)  # type: ignore[arg-type]
    lessons = [Lesson(one.text, {**one.targets, "toxicity": one.targets["insult"]}) for one in taught("insult", 2)]
    adapt(classifier, lessons[:40], "base-2.1", ears=ears)
    adapt(classifier, lessons, "base-2.2", ears=ears)
    assert sorted(counting.heard) == sorted(lesson.text for lesson in lessons)


def test_of_very_many_decisions_the_last_are_heard(
    opinion: SecondOpinion, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "MOST", 6)
    counting = Counting(opinion)
    lessons = [*taught("insult", 1), Lesson("Nobody decided this.", {"insult": 0.01}, decided=False)]
    delta = adapt(classifier, lessons, "base-2.1", ears=Ears(counting))  # type: ignore[arg-type]
    assert counting.heard == [lesson.text for lesson in lessons[-7:]]
    assert delta.sentences == {}  # the last six say all the same


def test_who_no_longer_wants_a_model_is_heard_between_sentences(opinion: SecondOpinion, classifier: Classifier) -> None:
    stages = []

    def stop(stage: str, _share: float) -> bool:
        stages.append(stage)
        return stage != "hearing sentences"

    with pytest.raises(Cancelled):
        adapt(classifier, taught("insult"), "base-2.1", stop, ears=Ears(opinion))
    assert stages == ["reading the comments", "hearing sentences"]
