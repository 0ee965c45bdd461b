"""Hashed n-grams: alone or among others, the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models import ngrams

MARKS = [1, 7, 13]


@given(st.lists(st.text(max_size=60), max_size=8))
def test_a_text_alone_has_the_ngrams_it_has_among_others(texts: list[str]) -> None:
    many = ngrams.read(texts, [MARKS] * len(texts))
    for at, text in enumerate(texts):
        one = ngrams.read_one(text, MARKS)
        assert one.buckets.tolist() == many.buckets[many.starts[at] : many.starts[at + 1]].tolist()
        assert one.words.tolist() == many.words[many.word_starts[at] : many.word_starts[at + 1]].tolist()


def test_texts_over_several_batches_keep_their_ngrams() -> None:
    texts = [f"comment number {at} of many" for at in range(5000)]
    many = ngrams.read(texts)
    last = ngrams.read_one(texts[-1])
    assert len(many.starts) == 5001
    assert many.buckets[many.starts[-2] :].tolist() == last.buckets.tolist()


def test_an_equal_stretch_has_an_equal_hash_wherever_it_stands() -> None:
    assert set(ngrams.read_one("tree").buckets.tolist()) <= set(
        ngrams.read_one("a very old tree stands").buckets.tolist()
    )


def test_order_of_words_matters() -> None:
    assert not np.array_equal(ngrams.read_one("man bites dog").buckets, ngrams.read_one("dog bites man").buckets)


def test_what_is_said_of_one_group_is_said_of_all() -> None:
    def kinds(text: str) -> list[list[int]]:
        return [kind.buckets.tolist() for kind in ngrams.orders(ngrams.padded_codes([text]))]

    _, words, pairs, around = kinds("the turks live here")
    _, other_words, other_pairs, other_around = kinds("the kurds live here")
    assert (pairs, around) == (other_pairs, other_around)
    assert words != other_words
    assert kinds("the goats live here")[2] != pairs


def test_being_blind_to_a_word_leaves_its_neighbours() -> None:
    mask = ngrams.blind_to(["turks"])
    assert not mask[ngrams.read_one("turks").buckets].any()
    assert mask[ngrams.read_one("goats").buckets].all()


def test_a_word_is_found_where_it_stands() -> None:
    text = "don't 'quote' me"
    assert [text[start:end] for start, end in ngrams.words(text)] == ["don't", "quote", "me"]


def test_an_empty_text_has_no_ngrams() -> None:
    assert ngrams.read_one("").buckets.size == 0
    assert ngrams.read([]).starts.tolist() == [0]
