"""Filters over neighbouring words: what training computes, serving adds up."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import network
from models.convolution import PAD, UNKNOWN, WIDTH, Filters
from models.ngrams import BUCKETS

FILTERS, WORDS, HEADS = 5, 40, 3


@pytest.fixture(scope="module")
def filters() -> Filters:
    chance = np.random.default_rng(7)
    table = chance.integers(-127, 128, (WORDS, WIDTH * FILTERS)).astype(np.int8)
    table[PAD] = 0
    ids = np.full(BUCKETS, UNKNOWN, np.uint16)
    ids[: WORDS - 2] = np.arange(2, WORDS)
    scale, offset = chance.random(FILTERS).astype(np.float32) / 100, chance.normal(size=FILTERS).astype(np.float32)
    return Filters(ids, table, scale, offset, chance.normal(size=(FILTERS, HEADS)).astype(np.float32))


TEXTS = st.lists(st.lists(st.integers(0, WORDS - 3), max_size=9), min_size=1, max_size=5)


def starts_of(texts: list[list[int]]) -> np.ndarray:
    return np.cumsum([0, *map(len, texts)])


@given(TEXTS)
def test_a_text_alone_gets_what_it_gets_among_others(filters: Filters, texts: list[list[int]]) -> None:
    together = filters.logits(np.array(list(chain(*texts)), np.uint32), starts_of(texts))
    alone = [filters.logits(np.array(text, np.uint32), starts_of([text]))[0] for text in texts]
    assert np.array_equal(together, np.array(alone))


@given(TEXTS)
def test_serving_agrees_with_training(filters: Filters, texts: list[list[int]]) -> None:
    rows = network.padded(
        [filters.ids[np.array(text, np.intp)].astype(np.int32) for text in texts], np.arange(len(texts)), 20
    )
    folded = filters.table.astype(np.float32) * np.tile(filters.scale, WIDTH)
    top, _ = network.pool(folded, rows, FILTERS)
    expected = np.maximum(top + filters.offset, 0) @ filters.out
    found = filters.logits(np.array(list(chain(*texts)), np.uint32), starts_of(texts))
    assert np.allclose(found, expected, atol=1e-4)


@given(st.lists(st.integers(0, WORDS - 3), max_size=9), st.integers(0, HEADS - 1))
def test_shares_of_words_add_up(filters: Filters, text: list[int], head: int) -> None:
    words = np.array(text, np.uint32)
    shares, idle = filters.shares(words, head)
    assert len(shares) == len(text)
    assert shares.sum() + idle == pytest.approx(float(filters.logits(words, starts_of([text]))[0, head]), abs=1e-4)


def test_training_learns_what_only_order_tells() -> None:
    chance = np.random.default_rng(1)
    pairs = [(2, 3) if at % 2 else (3, 2) for at in range(400)]
    words = [np.array([*chance.integers(4, 12, 3), *pair, *chance.integers(4, 12, 2)], np.int32) for pair in pairs]
    labels = np.array([[at % 2] for at in range(400)], np.float32)
    shape = network.Shape(8, 8, 12, 32, 0.01, 10.0, 0.0, 0.0, 20)
    trained = network.fit(words, labels, np.ones_like(labels), [f"w{at}" for at in range(12)], shape, 3)
    top, _ = network.pool(trained.folded(), network.padded(words, np.arange(400), 20), 8)
    logits = np.maximum(top + trained.offset, 0) @ trained.out + trained.bias
    assert ((logits > 0) == labels).mean() > 0.95
