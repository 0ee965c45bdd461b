"""Own sentences: what is measured on was never trained on, and neither is the scene."""

import tomllib
from pathlib import Path

from models import contrast
from models.attributes import ATTRIBUTES
from models.identity import neutral_sentences

SCENE = tomllib.loads(Path(__file__).with_name("scene.toml").read_text())["class"]


def test_no_sentence_and_no_frame_is_both_trained_and_measured() -> None:
    assert not {s.text for s in contrast.trained()} & {s.text for s in contrast.measured()}
    for kind in contrast.KINDS:
        assert not set(kind.trained) & set(kind.measured)


def test_a_third_of_the_groups_is_only_measured_on() -> None:
    def groups(sentences: object, opening: str) -> set[str]:
        return {s.text.removeprefix(opening) for s in sentences if s.text.startswith(opening)}

    trained, measured = groups(contrast.trained(), "I hate "), groups(contrast.measured(), "Death to ")
    assert len(trained) > 1.5 * len(measured) > 0
    assert not {text.rstrip(".") for text in trained} & {text.partition(",")[0] for text in measured}


def test_every_kind_says_what_it_is_an_example_of() -> None:
    assert {kind.attributes == () for kind in contrast.KINDS} == {True, False}
    assert all(set(kind.attributes) <= set(contrast.HEADS) <= set(ATTRIBUTES) for kind in contrast.KINDS)
    assert all(sentence.text[0].isupper() and "{" not in sentence.text for sentence in contrast.trained())


def test_the_scene_is_not_among_the_own_sentences() -> None:
    scene = {text for group in SCENE for text in group["texts"]}
    assert not scene & {sentence.text for sentence in contrast.trained()}


def test_articles_fit_the_names_of_groups() -> None:
    sentences = set(neutral_sentences())
    assert "An African writer won the prize this year." in sentences
    assert "A Ukrainian writer won the prize this year." in sentences
    assert not any(" a A" in sentence or sentence.startswith("A A") for sentence in sentences)
