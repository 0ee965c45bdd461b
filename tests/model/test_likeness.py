"""What makes two texts alike, and what does not."""

import pytest

from models.likeness import ALIKE, BANDS, SKETCH, Likeness, likeness, overlap

TEXT = "I was sceptical at first, but this new method paid my rent within three weeks, write to me and I will tell you."
SPUN = "I was doubtful at first, but this new way paid my rent within three weeks, write to me and I will tell you."
OTHER = "The council met on Tuesday and spoke for three hours about the new bridge over the river behind the mill."


def agreeing(one: Likeness, other: Likeness) -> int:
    return sum(a == b for a, b in zip(one.sketch, other.sketch, strict=True))


def test_a_text_has_bands_and_a_sketch() -> None:
    like = likeness(TEXT)
    assert (len(like.bands), len(like.sketch)) == (BANDS, SKETCH)
    assert like == likeness(TEXT)


def test_spun_texts_share_a_band_and_enough_of_the_sketch() -> None:
    one, other = likeness(TEXT), likeness(SPUN)
    assert set(one.bands) & set(other.bands)
    assert agreeing(one, other) >= ALIKE


def test_unlike_texts_share_nothing() -> None:
    one, other = likeness(TEXT), likeness(OTHER)
    assert not set(one.bands) & set(other.bands)
    assert agreeing(one, other) < ALIKE


@pytest.mark.parametrize(
    "text", [TEXT.upper(), TEXT.replace(" ", "\n "), TEXT + " 4711!", TEXT.replace("e", "е"), TEXT.replace("o", "ó")]
)
def test_case_spaces_digits_signs_accents_and_look_alikes_do_not_count(text: str) -> None:
    assert likeness(text) == likeness(TEXT)


@pytest.mark.parametrize("text", ["", "!!!", "I agree", "42", "\ud800"])
def test_too_little_is_like_nothing(text: str) -> None:
    assert likeness(text) == Likeness()


def test_short_texts_are_alike_when_their_words_are_equal() -> None:
    assert likeness("Thank you very much!") == likeness("thank you, VERY much")
    assert likeness("Thank you very much!") != likeness("Thank you so much!")
    assert likeness("Thank you very much!").sketch == ""


def test_texts_without_spaces_are_read_by_characters() -> None:
    one, other = (
        likeness("这是一个很好的网站我们会再来看看谢谢你们"),
        likeness("这是一个很好的网站我们会再来看看谢谢大家"),
    )
    assert agreeing(one, other) >= ALIKE


def test_overlap_is_the_share_of_word_pairs() -> None:
    assert overlap(TEXT, TEXT) == 1
    assert 0.5 < overlap(TEXT, SPUN) < 1
    assert overlap(TEXT, OTHER) < 0.05
    assert (overlap("so it is", "So it is!"), overlap("so it is", "so it was")) == (1, 0)


def test_it_is_the_same_in_every_process_and_release() -> None:
    assert (likeness(TEXT).bands[0], likeness(TEXT).sketch[:6]) == ("2153a953", "FqlWW6")
    assert likeness("Thank you very much!").bands == ("=bbf3f5d3.4",)
