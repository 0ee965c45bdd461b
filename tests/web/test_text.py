"""Texts are shown as they are, hidden characters among them."""

import pytest

from service.web import text
from service.web.text import Stretch


def shown(words: str) -> str:
    return str(text.visible(words))


def test_plain_text_is_escaped_and_else_untouched() -> None:
    assert shown("a < b & c\nd") == "a &lt; b &amp; c\nd"


@pytest.mark.parametrize(
    ("hidden", "sign"),
    [
        ("\u200b", "ZWSP"),
        ("\u202e", "RLO"),
        ("\u2066", "LRI"),
        ("\u00ad", "SHY"),
        ("\ufeff", "BOM"),
        ("\u3164", "U+3164"),
        ("\x08", "U+0008"),
        ("\U000e0041", "TAG A"),
        ("\ue000", "U+E000"),
    ],
)
def test_a_hidden_character_becomes_a_sign(hidden: str, sign: str) -> None:
    assert f">{sign}</span>b" in shown(f"a{hidden}b")
    assert hidden not in shown(f"a{hidden}b")
    assert text.legend(f"a{hidden}b{hidden}")[0][::2] == (sign, 2)


@pytest.mark.parametrize(
    "words",
    [
        "👨\u200d👩\u200d👧",  # a family
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland's flag
        "👍🏽 ❤️",
        "می\u200cخواهم",  # Persian needs the non-joiner
        "क\u094d\u200dष",
        "Դուք բոլորդ",
        "e\u0301",
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(words: str) -> None:
    assert shown(words) == words
    assert text.legend(words) == []


def test_a_joiner_between_latin_letters_hides_something() -> None:
    assert "ZWJ" in shown("wat\u200dches")


def test_stretches_are_marked_with_hidden_characters_inside() -> None:
    marked = str(text.visible("you f\u200bool!", [Stretch(4, 9, "mark", "+1.0 <")]))
    assert marked.startswith('you <mark class="mark" title="+1.0 &lt;">f<span class="unseen"')
    assert marked.endswith("ool</mark>!")


@pytest.mark.parametrize(
    ("words", "direction", "script"),
    [
        ("A bridge", "ltr", None),
        ("— أنت", "rtl", "Arabic"),
        ("שלום", "rtl", "Hebrew"),
        ("Դուք", "ltr", "Armenian"),
        ("Привет, bridge", "ltr", "Cyrillic"),
        ("12 !", "ltr", None),
        ("橋は", "ltr", "Chinese"),
    ],
)
def test_direction_and_script_are_told(words: str, direction: str, script: str | None) -> None:
    assert (text.direction(words), text.script(words)) == (direction, script)


def test_a_long_text_is_cut_between_words_and_nothing_is_lost() -> None:
    long = "some words " * 500
    first, rest = text.folded(long)
    assert first + rest == long
    assert first.endswith(("some", "words"))
    assert len(first) <= 800
    assert text.folded("short") == ("short", "")


def test_a_text_of_many_lines_is_folded_too() -> None:
    first, rest = text.folded("a\n" * 200)
    assert first.count("\n") < 15
    assert first + rest == "a\n" * 200


def test_a_cut_leaves_marks_with_their_letter() -> None:
    _, rest = text.cut("e" * 99 + "\u0301" * 5 + "x" * 50, 99)
    assert rest == "x" * 50
