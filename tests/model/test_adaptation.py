"""A site's lessons change what they justify, and no more: the base, its curve, some weights, or a head of its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from models import artefact, lean
from models.adaptation import adapt
from models.attributes import ATTRIBUTES
from models.calibrate import fit_curve
from models.candidates import MAX_MOVE, curve_of, line
from models.classifier import Classifier, Context
from models.delta import pack
from models.errors import Cancelled
from models.lean import Rows
from models.lessons import Lesson, merged
from models.metrics import calibration_error
from models.ngrams import read_one

SUBJECTS = ("the harbour", "the new bridge", "page twelve", "her garden", "our old school", "this recipe", "the tram")
KIND = ("I walked past {} on {}", "thank you for the note about {}, see you {}", "we talked about {} until {}")
RUDE = ("you are an idiot about {}, go away {}", "shut up you stupid liar, {} and {}", "what a pathetic fool, {} {}")
CODED = ("another wumpfel near {} on {}", "all wumpfels around {} must leave {}", "a wumpfel touched {} {}")
DAYS = ("monday", "tuesday", "friday", "sunday night", "noon", "the holidays", "may", "june")


def sentences(frames: tuple[str, ...], count: int, seed: int) -> list[str]:
    random = np.random.default_rng(seed)
    return [
        f"{frames[random.integers(len(frames))]} {at}".format(
            SUBJECTS[random.integers(len(SUBJECTS))], DAYS[random.integers(len(DAYS))]
        )
        for at in range(count)
    ]


def lessons(attribute: str, bad: list[str], good: list[str]) -> list[Lesson]:
    return [Lesson(text, {attribute: 1.0}) for text in bad] + [Lesson(text, {attribute: 0.0}) for text in good]


def auc(model: object, attribute: str, bad: list[str], good: list[str]) -> float:
    values = model.score([*bad, *good]).values[:, ATTRIBUTES.index(attribute)]
    return float(roc_auc_score([1] * len(bad) + [0] * len(good), values))


def test_a_word_that_the_base_does_not_know_is_learned(classifier: Classifier) -> None:
    taught = lessons("insult", sentences(CODED, 60, 1), sentences(KIND, 120, 2))
    site = classifier.adapted(adapt(classifier, taught, "base-2.1"))
    fresh = sentences(CODED, 60, 3), sentences(KIND, 60, 4)
    assert auc(classifier, "insult", *fresh) < 0.9
    assert auc(site, "insult", *fresh) > 0.97
    assert (site.version, site.card["adapted"]["heads"]["insult"]["rows"]) == ("base-2.1", 180)


def test_what_the_base_knows_is_kept(classifier: Classifier) -> None:
    taught = lessons("insult", sentences(CODED, 60, 1) + sentences(RUDE, 20, 6), sentences(KIND, 120, 2))
    delta = adapt(classifier, taught, "base-2.1")
    known = (
        sentences(RUDE, 60, 5),
        ["It rained all day.", "The meeting starts at nine.", "Nice photo of the lake."] * 20,
    )
    assert delta.heads["insult"].chosen == "adapted"
    assert auc(classifier.adapted(delta), "insult", *known) > auc(classifier, "insult", *known) - 0.01


@pytest.mark.parametrize("attribute", ["toxicity", "spam"])
def test_the_weights_move_the_bases_own_texts_by_little(classifier: Classifier, attribute: str) -> None:
    bad = sentences(CODED, 400, 1) + sentences(RUDE, 100, 3)
    taught = lessons(attribute, bad, sentences(KIND, 400, 2) + sentences(RUDE, 60, 4))
    head, met = adapt(classifier, taught, "base-2.1", only="adapted").heads[attribute], classifier.met()
    move = np.sqrt(met[head.buckets] @ (head.weights / head.gain) ** 2 / met.sum())
    assert 0.5 * MAX_MOVE < move <= MAX_MOVE * 1.02


def test_the_bare_name_of_a_group_is_nothing_to_learn_from(classifier: Classifier) -> None:
    named = [f"{text} armenians" for text in sentences(KIND, 60, 1)]
    delta = adapt(classifier, lessons("insult", named, sentences(KIND, 120, 2)), "base-2.1", only="adapted")
    assert len(delta.heads["insult"].buckets) > 100
    assert not np.isin(read_one("armenians").buckets, delta.heads["insult"].buckets).any()


def test_a_head_that_a_site_redefines_becomes_its_own(classifier: Classifier) -> None:
    good, bad = sentences(RUDE, 150, 1), sentences(KIND, 150, 2)
    delta = adapt(classifier, lessons("profanity", bad, good), "base-2.1")
    head = delta.heads["profanity"]
    assert (head.chosen, head.gain) == ("own", 0.0)
    assert delta.card["heads"]["profanity"]["chosen"] == "own"
    fresh = sentences(KIND, 60, 3), sentences(RUDE, 60, 4)
    assert auc(classifier, "profanity", *fresh) < 0.1
    assert auc(classifier.adapted(delta), "profanity", *fresh) > 0.95


def test_an_own_spam_head_still_sees_the_signs(classifier: Classifier) -> None:
    links = [f"{text} http://cheap-pills-{at}.xyz" for at, text in enumerate(sentences(KIND, 80, 1))]
    taught = lessons("spam", links, sentences(KIND, 160, 2))
    site = classifier.adapted(adapt(classifier, taught, "base-2.1", only="own"))
    plain, author = "I walked past the tram", Context(author_name="cheap loans", author_url="http://cheap-loans.xyz")
    assert site.score([plain], [author]).row(0)["spam"] > site.score([plain]).row(0)["spam"]


def test_lessons_that_agree_with_the_base_leave_ranking_alone(classifier: Classifier) -> None:
    taught = lessons("insult", sentences(RUDE, 100, 1), sentences(KIND, 100, 2))
    delta = adapt(classifier, taught, "base-2.1")
    fresh = sentences(RUDE, 60, 3), sentences(KIND, 60, 4)
    assert auc(classifier.adapted(delta), "insult", *fresh) >= auc(classifier, "insult", *fresh)
    assert delta.card["heads"]["insult"]["why"]


def test_scores_of_a_site_can_be_believed(classifier: Classifier) -> None:
    def drawn(seed: int, count: int) -> tuple[list[str], np.ndarray]:
        random = np.random.default_rng(seed)
        coded, kind = sentences(CODED, count, seed), sentences(KIND, count, seed + 50)
        is_coded = random.random(count) < 0.4
        texts = [coded[at] if is_coded[at] else kind[at] for at in range(count)]
        return texts, random.random(count) < np.where(is_coded, 0.8, 0.1)

    texts, labels = drawn(1, 1200)
    taught = [Lesson(text, {"insult": float(label)}) for text, label in zip(texts, labels, strict=True)]
    site = classifier.adapted(adapt(classifier, taught, "base-2.1"))
    fresh, truth = drawn(7, 800)
    column = ATTRIBUTES.index("insult")
    after = calibration_error(truth, site.score(fresh).values[:, column])
    assert after < 0.1 < calibration_error(truth, classifier.score(fresh).values[:, column])


@pytest.mark.parametrize(
    ("bad", "good", "why"),
    [
        (4, 40, "only 4 groups of comments with it and 40 without"),
        (40, 0, "and 0 without"),
        (0, 0, "nobody spoke of it"),
    ],
)
def test_too_few_lessons_or_one_class_leave_the_base(classifier: Classifier, bad: int, good: int, why: str) -> None:
    delta = adapt(classifier, lessons("insult", sentences(CODED, bad, 1), sentences(KIND, good, 2)), "base-2.1")
    assert not delta.heads
    assert delta.card["heads"]["insult"]["chosen"] == "base"
    assert why in delta.card["heads"]["insult"]["why"]


def test_a_campaign_counts_as_one_when_there_are_too_few(classifier: Classifier) -> None:
    copies = [replace(lesson, group="flood") for lesson in lessons("insult", sentences(CODED, 50, 1), [])]
    delta = adapt(classifier, copies + lessons("insult", [], sentences(KIND, 50, 2)), "base-2.1")
    assert "only 1 groups of comments with it" in delta.card["heads"]["insult"]["why"]


def test_a_campaign_teaches_as_much_as_one_comment(classifier: Classifier) -> None:
    kind, coded = sentences(KIND, 80, 1), sentences(CODED, 40, 2)
    flood = [Lesson(f"{coded[0]} copy {at}", {"insult": 0.0}, group="flood") for at in range(200)]
    site = classifier.adapted(adapt(classifier, [*flood, *lessons("insult", coded, kind)], "base-2.1"))
    assert auc(site, "insult", sentences(CODED, 40, 3), sentences(KIND, 40, 4)) > 0.95


def test_copies_of_one_group_never_check_what_was_learned_from_the_others(classifier: Classifier) -> None:
    random = np.random.default_rng(9)
    answers = random.random(40) < 0.5
    taught = [
        Lesson(f"{text} copy {copy}", {"insult": float(answer)}, group=f"{at}")
        for at, (text, answer) in enumerate(zip(sentences(KIND, 40, 9), answers, strict=True))
        for copy in "abcdef"
    ]
    scores = adapt(classifier, taught, "base-2.1").card["heads"]["insult"]["scores"]
    assert scores["own"]["auc"] < 0.7


def test_contradictory_lessons_count_once_with_their_mean() -> None:
    said = [Lesson("one text", {"insult": 1.0}), Lesson("one text", {"insult": 0.0, "spam": 0.0}, weight=3.0)]
    found, contradictory = merged([*said, Lesson("another", {"spam": 1.0}), Lesson("another", {"spam": 1.0})])
    assert contradictory == 1
    assert [(lesson.text, dict(lesson.targets), lesson.weight) for lesson in found] == [
        ("one text", {"insult": 0.25, "spam": 0.0}, 3.0),
        ("another", {"spam": 1.0}, 1.0),
    ]


def test_lessons_that_contradict_each_other_throughout_leave_the_base(classifier: Classifier) -> None:
    texts = sentences(KIND, 60, 1)
    delta = adapt(classifier, lessons("insult", texts, texts), "base-2.1")
    assert delta.card["contradictory"] == 60
    assert not delta.heads


def test_empty_texts_and_lessons_without_weight_are_left_out(classifier: Classifier) -> None:
    taught = [Lesson(" \n", {"insult": 1.0}), Lesson("", {"insult": 0.0}), Lesson("x", {"insult": 1.0}, weight=0.0)]
    delta = adapt(classifier, taught, "base-2.1")
    assert (delta.card["lessons"], delta.card["texts"], delta.heads) == (3, 0, {})
    assert adapt(classifier, [], "base-2.1").heads == {}


@pytest.mark.parametrize("targets", [{"beauty": 1.0}, {"insult": 1.5}, {"insult": float("nan")}])
def test_a_target_that_is_no_probability_is_refused(classifier: Classifier, targets: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="is not the probability of one of"):
        adapt(classifier, [Lesson("text", targets)], "base-2.1")


def test_the_same_lessons_give_the_same_bytes(classifier: Classifier) -> None:
    taught = lessons("insult", sentences(CODED, 30, 1), sentences(KIND, 30, 2))
    assert pack(adapt(classifier, taught, "base-2.1")) == pack(adapt(classifier, taught, "base-2.1"))


def test_who_asks_can_follow_and_stop_the_work(classifier: Classifier) -> None:
    told: list[tuple[str, float]] = []

    def until_insult(stage: str, share: float) -> bool:
        told.append((stage, share))
        return stage != "learning insult"

    with pytest.raises(Cancelled, match="stopped while learning insult"):
        adapt(classifier, lessons("spam", ["a"], ["b"]), "base-2.1", until_insult)
    assert told[0] == ("reading the comments", 0.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_a_lesson_longer_than_a_window_teaches_by_its_worst(classifier: Classifier) -> None:
    filler = "The road to the village is open again and the shop sells bread. " * 60
    bad = [f"{filler}{text}" for text in sentences(CODED, 40, 1)]
    good = [f"{filler}{text}" for text in sentences(KIND, 40, 2)]
    site = classifier.adapted(adapt(classifier, lessons("insult", bad, good), "base-2.1"))
    assert np.isfinite(site.score(bad).values).all()


def test_a_base_that_did_not_count_can_be_adapted_but_not_asked_what_is_unseen(base: Path, tmp_path: Path) -> None:
    old = replace(artefact.read(base), counts=None)
    artefact.write(old, tmp_path / "old")
    assert artefact.read_card(tmp_path / "old")["format"] == 1
    model = Classifier.load(tmp_path / "old")
    assert np.isnan(model.unseen(["hello"])).all()
    taught = lessons("insult", sentences(CODED, 40, 1), sentences(KIND, 40, 2))
    site = model.adapted(adapt(model, taught, "base-2.1"))
    assert auc(site, "insult", sentences(CODED, 30, 3), sentences(KIND, 30, 4)) > 0.9


def test_foreign_words_are_hardly_met_and_plain_english_is(classifier: Classifier) -> None:
    plain, foreign, nothing = classifier.unseen(
        [
            "I think that the article is well written and the sources are good",
            "сегодня очень хорошая погода и мы гуляем",
            "",
        ]
    )
    assert plain < 0.05 < 0.3 < foreign <= 1
    assert 0 <= nothing < 0.2


def test_fitting_reaches_the_minimum() -> None:
    random = np.random.default_rng(1)
    features = csr_matrix((random.random((60, 40)) < 0.2).astype(np.float32))
    targets, known = (random.random(60) < 0.5).astype(float), random.normal(size=60)
    rows, scale = Rows(features, known, targets, random.random(60) + 0.5), random.random(40) + 0.1
    found = lean.fit(rows, scale)

    def loss(fitted: lean.Lean) -> float:
        logits = fitted.logits(rows)
        v, more = fitted.weights / scale, (fitted.trust - 1) / 0.5
        return float(rows.weights @ (np.logaddexp(0, logits) - targets * logits) + 0.5 * (v @ v + more**2))

    least = loss(found)
    for at in range(40):
        for by in (-0.02, 0.02):
            weights = found.weights.copy()
            weights[at] += by
            assert loss(replace(found, weights=weights)) > least - 1e-3
    assert loss(replace(found, trust=found.trust + 0.05)) > least - 1e-3


def test_what_misleads_is_not_trusted_backwards() -> None:
    random = np.random.default_rng(2)
    known = random.normal(size=200) * 3
    found = line(known, (known < 0).astype(float), np.ones(200))
    assert found.trust == 0.0


def test_a_curve_rises_through_few_lessons_and_many() -> None:
    random = np.random.default_rng(3)
    for count in (30, 3000):
        logits = random.normal(size=count) * 2
        targets = (random.random(count) < 1 / (1 + np.exp(-logits))).astype(float)
        curve = curve_of(logits, Rows(csr_matrix((count, 0), dtype=np.float32), logits, targets, np.ones(count)))
        assert (np.diff(curve) >= 0).all()
        assert curve[256] == pytest.approx(0.5, abs=0.2)


def test_a_curve_counts_lessons_by_their_weight() -> None:
    logits, labels = np.zeros(100), np.repeat([1.0, 0.0], 50)
    heavy = fit_curve(logits + np.arange(100) * 1e-3, labels, weights=np.repeat([3.0, 1.0], 50))
    assert heavy[256] > fit_curve(logits + np.arange(100) * 1e-3, labels)[256]
