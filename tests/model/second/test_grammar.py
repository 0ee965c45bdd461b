"""The second model's own sentences: no word and no group alone decides, and what is measured was never trained on."""

import math
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from models import contrast, fairness
from models.second import grammar
from models.second.grammar import HEADS, KINDS, Sentence

SCENE = tomllib.loads(Path(__file__).parents[1].joinpath("scene.toml").read_text())["class"]
SIDES = {"trained": grammar.trained(7), "measured": grammar.measured(7)}
HURTS = {kind.name: kind.hurts for kind in KINDS}

both_sides = pytest.mark.parametrize("side", SIDES)


def label(sentence: Sentence, head: str) -> float:
    return sentence.labels[HEADS.index(head)]


def by_harm(sentences: list[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    return [s for s in sentences if not HURTS[s.kind]], [s for s in sentences if HURTS[s.kind]]


def plain(text: str) -> str:
    return re.sub(r"[^a-z]+", " ", text.lower()).strip()


def pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(words)}\b", re.I)


def test_the_same_seed_gives_the_same_sentences_and_another_seed_others() -> None:
    assert [s.text for s in grammar.trained(7)] == [s.text for s in SIDES["trained"]]
    assert [s.text for s in grammar.measured(7)] == [s.text for s in SIDES["measured"]]
    assert grammar.trained(8) != SIDES["trained"]


@both_sides
def test_there_are_thousands_of_sentences_and_each_stands_once(side: str) -> None:
    lowest, highest = {"trained": (5000, 9000), "measured": (1500, 3000)}[side]
    assert lowest <= len({s.text for s in SIDES[side]}) == len(SIDES[side]) <= highest


def test_no_frame_is_both_trained_and_measured_and_none_stands_twice() -> None:
    frames = [plain(frame) for kind in KINDS for frame in (*kind.trained, *kind.measured)]
    assert [frame for frame, times in Counter(frames).items() if times > 1] == []
    assert all(len(kind.trained) >= 14 and len(kind.measured) >= 7 for kind in KINDS)


def test_no_group_is_both_trained_and_measured() -> None:
    trained, measured = (set(grammar.groups(side)) for side in ("trained", "measured"))
    assert len(trained) >= 30
    assert len(measured) >= 12
    assert not trained & measured
    assert {s.group for s in SIDES["trained"]} == trained | {None}
    assert {s.group for s in SIDES["measured"]} == measured | {None}


@pytest.mark.parametrize(("side", "other"), [("trained", "measured"), ("measured", "trained")])
def test_no_sentence_names_a_group_of_the_other_side(side: str, other: str) -> None:
    for key in grammar.groups(other):
        for form in grammar.ALL_GROUPS[key]:
            assert [s.text for s in SIDES[side] if pattern(form).search(s.text)] == []


def test_no_dangerous_word_is_both_trained_and_measured() -> None:
    trained, measured = (
        {word for words in grammar.dangerous_words(side).values() for word in words} for side in ("trained", "measured")
    )
    assert not trained & measured


def test_no_trained_sentence_is_one_that_anything_is_measured_on() -> None:
    trained = {plain(s.text) for s in SIDES["trained"]}
    elsewhere = {plain(text) for group in SCENE for text in group["texts"]}
    elsewhere |= {plain(s.text) for s in contrast.measured()}
    elsewhere |= {plain(text) for _, text in fairness.neutral_test_sentences()}
    elsewhere |= {plain(s.text) for s in SIDES["measured"]}
    assert not trained & elsewhere


def test_no_trained_frame_is_nearly_one_that_anything_is_measured_on() -> None:
    names = {word for forms in grammar.ALL_GROUPS.values() for form in forms for word in plain(form).split()}

    def words(text: str) -> frozenset[str]:
        return frozenset(plain(re.sub(r"\{\w+\}", " ", text)).split()) - names

    elsewhere = [words(text) for group in SCENE for text in group["texts"]]
    elsewhere += [words(frame) for kind in (*contrast.KINDS, *KINDS) for frame in kind.measured]
    elsewhere += {words(text) for _, text in fairness.neutral_test_sentences()}
    for frame in (frame for kind in KINDS for frame in kind.trained):
        own = words(frame)
        near = [other for other in elsewhere if len(other) > 2 and len(own & other) >= 0.6 * len(own | other)]
        assert not near, (frame, near)


@both_sides
def test_harmless_sentences_are_as_many_as_hurtful_ones_and_of_like_length(side: str) -> None:
    harmless, hurtful = by_harm(SIDES[side])
    assert len(hurtful) <= len(harmless) <= 1.5 * len(hurtful)
    lengths = [sum(len(s.text.split()) for s in found) / len(found) for found in (harmless, hurtful)]
    assert max(lengths) < 1.2 * min(lengths)


@both_sides
def test_each_group_is_named_about_as_often_in_harm_as_without(side: str) -> None:
    harmless, hurtful = (Counter(s.group for s in found) for found in by_harm(SIDES[side]))
    for group in grammar.groups(side):
        assert 2 / 3 < harmless[group] / hurtful[group] < 3 / 2, group


@both_sides
def test_no_dangerous_word_alone_decides(side: str) -> None:
    for slot, words in grammar.dangerous_words(side).items():
        for word in words:
            harmless, hurtful = (
                sum(bool(pattern(word).search(s.text)) for s in found) for found in by_harm(SIDES[side])
            )
            assert 1 / 3 < harmless / max(hurtful, 1) < 3, (slot, word, harmless, hurtful)


@pytest.mark.parametrize("word", ["hate", "racist", "disgust", "never", "not", "nobody", "should", "crime"])
def test_no_other_word_of_hatred_or_denial_decides_in_training(word: str) -> None:
    harmless, hurtful = (sum(word in s.text.lower() for s in found) for found in by_harm(SIDES["trained"]))
    assert 1 / 3 < harmless / hurtful < 3


@both_sides
def test_labels_say_what_the_kind_says(side: str) -> None:
    for sentence in SIDES[side]:
        known = [value for value in sentence.labels if not math.isnan(value)]
        assert set(known) <= {0.0, 1.0}
        if HURTS[sentence.kind]:
            assert label(sentence, "toxicity") == 1
        else:
            assert label(sentence, "identity_attack") == label(sentence, "threat") == 0
            assert label(sentence, "toxicity") != 1


@both_sides
def test_an_attack_on_identity_names_a_group_and_a_hurtful_sentence_about_a_group_is_one(side: str) -> None:
    for sentence in by_harm(SIDES[side])[1]:
        attacks = sentence.group is not None or sentence.kind == "outcast"  # "they", whoever they are
        assert attacks == (label(sentence, "identity_attack") == 1), sentence


@both_sides
def test_profanity_is_read_from_the_words_before_they_are_hidden(side: str) -> None:
    profane = {s.kind for s in SIDES[side] if label(s, "profanity") == 1}
    assert "profane" in profane
    assert all(label(s, "profanity") == 1 for s in SIDES[side] if s.kind == "profane")
    assert all(label(s, "profanity") == 1 for s in SIDES[side] if "fuck" in s.text)


@both_sides
def test_one_hurtful_sentence_in_eight_is_disguised_and_some_harmless_ones_are(side: str) -> None:
    harmless, hurtful = (sum(s.disguised for s in found) / len(found) for found in by_harm(SIDES[side]))
    assert 0.09 < hurtful < 0.16
    assert 0.02 < harmless < hurtful


@both_sides
def test_no_frame_dominates(side: str) -> None:
    kinds = Counter(s.kind for s in SIDES[side])
    assert set(kinds) == set(HURTS)
    assert max(kinds.values()) < 0.08 * len(SIDES[side])


@both_sides
def test_sentences_are_written_out_in_many_lengths(side: str) -> None:
    texts = [s.text for s in SIDES[side]]
    assert not any("{" in text or "  " in text.replace("\u200b", "") for text in texts)
    assert not any(re.search(r"\b[Aa] [AEIO][a-z]", text) for text in texts)
    lengths = sorted(len(text.split()) for text in texts)
    assert lengths[0] >= 3
    assert lengths[len(lengths) // 10] < 12 < 18 < lengths[-len(lengths) // 10]
    assert lengths[-1] <= 60
