"""What the second model reads: plain words, whatever a comment is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.second.reading import MAX_CHARS, read
from models.text import Normaliser
from models.vocabulary import Vocabulary

normalise = Normaliser(Vocabulary(frozenset({"idiot"})))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Read https://news.example/a?b=c now", "read url now"),
        ("see www.news.example", "see url"),
        ("@anna_k is right", "@user is right"),
        ("you 1D10T", "you idiot"),
        ("Tom &amp; Anna", "tom & anna"),
        ("they are 🐀", "they are rat"),
        ("thumbs 👍🏽!", "thumbs thumbs up sign !"),
        ("love ❤️ to all", "love heavy black heart to all"),
        ("no emoji — Երևան", "no emoji - երեւան"),
    ],
)
def test_a_comment_is_read_in_plain_words(text: str, plain: str) -> None:
    assert " ".join(read(text, normalise).split()) == plain


def test_only_the_beginning_of_a_long_comment_is_read() -> None:
    assert read("a" * MAX_CHARS + " idiot", str) == "a" * MAX_CHARS


@given(st.text(max_size=200))
def test_every_text_can_be_read(text: str) -> None:
    assert isinstance(read(text, normalise), str)
