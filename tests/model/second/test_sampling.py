"""The batches of a training: by the recipe's shares, the same ones again, and never of what is held out."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from models.attributes import ATTRIBUTES
from models.corpus import Corpus
from models.second import sampling

RECIPE = {
    "source": [
        {"name": "forum", "share": 75, "positive": {"of": "toxicity", "part": 0.4}},
        {"name": "tweets", "share": 25},
    ],
    "own_sentences": {"share": 0.2},
}


@pytest.fixture
def corpus() -> Corpus:
    """A forum of 90 rows, ten of them toxic, and 30 tweets; every fifth row is held out."""
    labels = np.zeros((120, len(ATTRIBUTES)), np.float32)
    labels[:10, ATTRIBUTES.index("toxicity")] = 1
    sources = np.repeat([0, 1], [90, 30]).astype(np.int16)
    held_out = np.arange(120) % 5 == 0
    texts = [f"text {at}" for at in range(120)]
    return Corpus(texts, [(None, None)] * 120, labels, labels + 1, sources, held_out, ["forum", "tweets"])


@pytest.fixture
def taught(corpus: Corpus) -> Corpus:
    return corpus.extended(sampling.OWN, ["a", "b"], np.zeros(len(ATTRIBUTES), np.float32), 1.0)


def test_sources_and_labels_come_by_their_shares(corpus: Corpus) -> None:
    chances = sampling.mixture(RECIPE, corpus).chances
    toxic = corpus.labels[:, ATTRIBUTES.index("toxicity")] >= 0.5
    assert chances.sum() == pytest.approx(1)
    assert chances[corpus.source_is("tweets")].sum() == pytest.approx(0.25)
    assert chances[toxic].sum() == pytest.approx(0.75 * 0.4)


def test_what_is_held_out_is_never_drawn(corpus: Corpus) -> None:
    mixture = sampling.mixture(RECIPE, corpus)
    drawn = np.concatenate(mixture.batches(np.arange(120), 1, 0, 8, settles=False))
    assert not corpus.held_out[drawn].any()


def test_own_sentences_come_only_while_it_settles(taught: Corpus) -> None:
    mixture = sampling.mixture(RECIPE, taught)
    own = taught.source_is(sampling.OWN)
    assert mixture.chances[own].sum() == 0
    assert mixture.settled[own].sum() == pytest.approx(0.2)
    assert mixture.settled.sum() == pytest.approx(1)


def test_the_same_seed_and_chunk_give_the_same_batches(corpus: Corpus) -> None:
    mixture, lengths = sampling.mixture(RECIPE, corpus), np.arange(120)
    one, again, next_one = (mixture.batches(lengths, 3, chunk, 4, settles=False) for chunk in (5, 5, 6))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert any((a != b).any() for a, b in zip(one, next_one, strict=True))


def test_the_texts_of_a_batch_are_of_like_length(corpus: Corpus) -> None:
    lengths = np.random.default_rng(1).integers(5, 90, 120)
    batches = sampling.mixture(RECIPE, corpus).batches(lengths, 1, 0, 8, settles=False)
    spans = sorted((lengths[rows].min(), lengths[rows].max()) for rows in batches)
    assert len(batches) == sampling.BATCHES_AT_ONCE
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_short_texts_are_padded_and_masked() -> None:
    table, mask = sampling.padded([np.array([5, 6, 7]), np.arange(1, 10)])
    assert table.shape == mask.shape == (2, 16)
    assert table[0].tolist() == [5, 6, 7, *[0] * 13]
    assert mask.sum(axis=1).tolist() == [3, 9]


def test_labels_may_differ_from_row_to_row(corpus: Corpus) -> None:
    labels = np.full((2, len(ATTRIBUTES)), np.nan, np.float32)
    labels[1] = 1
    longer = corpus.extended("more", ["a", "b"], labels, 0.5)
    assert np.isnan(longer.labels[-2]).all()
    assert (longer.labels[-1] == 1).all()
    assert replace(longer, texts=corpus.texts).texts == corpus.texts
    assert (longer.weights[-2:] == 0.5).all()
