"""What is read of a text, and the way back to its characters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.folding import lower_case
from models.text import Normaliser, align
from models.vocabulary import Vocabulary, find_slips

WORDS = frozenset({"idiot", "idiots", "stupid", "moron", "kill", "liar", "loser", "asshole"})
SPICES = [
    "\u200b",
    "і",
    "1",
    "0",
    "*",
    ".",
    " ",
    "  ",
    "@",
    "$",
    "-",
    "_",
    "ﷺ",
    "İ",
    "ß",
    "\ud800",
    "🐒",
    "א",
    "\x00",
    "http://a.b/c",
    "<b>",
    "’",
]
TEXTS = st.lists(st.one_of(st.text(max_size=8), st.sampled_from([*SPICES, *sorted(WORDS)])), max_size=12).map("".join)


@pytest.fixture(scope="module")
def read() -> Normaliser:
    return Normaliser(Vocabulary(WORDS, find_slips(WORDS, {"killer": 9})))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("You 1D10T", "you idiot"),
        ("i d i o t", "idiot"),
        ("i.d.i.o.t", "idiot"),
        ("i-d-i-o-t, m o r o n  y o u", "idiot, moron you"),
        ("an id*ot", "an idiot"),
        ("m*r*n", "moron"),
        ("iidot", "idiot"),
        ("ki11 it", "kill it"),
        ("stuuupid", "stupid"),
        ("stup.id", "stupid"),
        ("іdіоt", "idiot"),
        ("ｉｄｉｏｔ", "idiot"),
        ("𝓲𝓭𝓲𝓸𝓽", "idiot"),
        ("ⓘⓓⓘⓞⓣ", "idiot"),
        ("id\u200biot", "idiot"),
        ("ídïôt", "idiot"),
    ],
)
def test_a_disguise_is_undone(read: Normaliser, typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "the 2nd of may 1994",
        "we'll see, he'll come",
        "covid19 and m16",
        "привет всем",
        "բարեւ ձեզ",
        "well-known and/or 50 kg",
        "c++ is ok",
    ],
)
def test_ordinary_writing_is_left_alone(read: Normaliser, text: str) -> None:
    assert read(text) == text


def test_a_link_leaves_only_its_host(read: Normaliser) -> None:
    assert read("see https://www.example.org/idiot?q=1 now") == "see example.org now"


@given(TEXTS)
def test_the_traced_text_is_the_text(read: Normaliser, text: str) -> None:
    assert read.trace(text).text == read(text)


@given(TEXTS)
def test_every_character_has_an_origin_and_they_never_go_back(read: Normaliser, text: str) -> None:
    origin = read.trace(text).origin
    assert len(origin) == len(read(text))
    assert list(origin) == sorted(origin)
    assert all(0 <= at < len(text) for at in origin)


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=6))
def test_in_plain_text_every_origin_is_the_character_itself(read: Normaliser, words: list[str]) -> None:
    text = " ".join(words)
    assert read.trace(text).origin == tuple(range(len(text)))


def test_a_hidden_word_points_at_what_was_typed(read: Normaliser) -> None:
    typed = "so, i d i o t !"
    traced = read.trace(typed)
    start = traced.text.index("idiot")
    assert typed[traced.origin[start] : traced.origin[start + 4] + 1] == "i d i o t"


def test_dropped_characters_are_aligned() -> None:
    assert align("f.u.n", "fun") == [0, 2, 4]
    assert align("abc", "xyz") == [0, 1, 2]


def test_a_megabyte_is_read(read: Normaliser) -> None:
    assert len(read("ab " * 350_000)) == 1_050_000


def test_lower_case_equals_what_a_pattern_that_ignores_case_sees_and_keeps_places():
    every = "".join(map(chr, range(0x20000)))

    lowered = lower_case(every)

    seen = {match.start(): match[0] for match in re.finditer(r"[a-z]", every, re.IGNORECASE)}
    assert len(lowered) == len(every)
    assert seen.keys() == {match.start() for match in re.finditer(r"[a-z]", lowered)}
    assert all(re.fullmatch(lowered[at], char, re.IGNORECASE) for at, char in seen.items())
