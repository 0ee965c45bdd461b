"""What each opinion weighs is what the checks say: who knows more is heard more."""

import numpy as np
import pytest

from models.attributes import ATTRIBUTES
from models.corpus import Corpus
from models.second import fitting

HEADS = ("toxicity", "identity_attack")


def checks(size: int = 1200) -> Corpus:
    """Two checks with random labels of both heads; the second knows nothing of `identity_attack`."""
    labels = np.full((size, len(ATTRIBUTES)), np.nan, np.float32)
    columns = [ATTRIBUTES.index(head) for head in HEADS]
    labels[:, columns] = np.random.default_rng(1).random((size, 2)) < 0.3
    labels[size // 2 :, columns[1]] = np.nan
    sources = np.repeat([0, 1], size // 2).astype(np.int16)
    texts = [f"{at}" for at in range(size)]
    return Corpus(texts, [(None, None)] * size, labels, labels, sources, np.zeros(size, bool), ["news", "forum"])


def knowing(corpus: Corpus, *noise: float) -> np.ndarray:
    """Return logits that know the labels of each head but for so much noise."""
    known = np.nan_to_num(corpus.labels[:, [ATTRIBUTES.index(head) for head in HEADS]]) * 4 - 2
    return (known + np.random.default_rng(2).normal(0, noise, known.shape)).astype(np.float32)


def chances(logits: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def test_who_knows_more_is_heard_more() -> None:
    corpus = checks()
    first, second = knowing(corpus, 1.0, 9.0), knowing(corpus, 9.0, 1.0)
    blend, found = fitting.fit(HEADS, corpus, chances(first), second, "news", 1)
    assert blend.second[0] < 0.3 < 0.7 < blend.second[1]
    assert blend.first == pytest.approx(1 - blend.second)
    assert found["toxicity"]["first_auc"] > found["toxicity"]["second_auc"]


def test_two_that_know_different_things_are_better_together() -> None:
    corpus = checks()
    first = knowing(corpus, 3.0, 3.0)
    other = first + 2 * np.random.default_rng(5).normal(0, 3, first.shape).astype(np.float32)
    second = knowing(corpus, 3.0, 3.0)[:, ::1] + (other - first) / 4
    _, found = fitting.fit(HEADS, corpus, chances(first), second, "news", 1)
    for head in HEADS:
        assert found[head]["together_auc"] >= max(found[head]["first_auc"], found[head]["second_auc"]) - 0.01


def test_the_curve_gives_probabilities_of_the_check_it_was_fitted_on() -> None:
    corpus = checks()
    first = knowing(corpus, 3.0, 3.0)
    blend, found = fitting.fit(HEADS, corpus, chances(first), first, "news", 1)
    news = corpus.source_is("news")
    revised = blend.probabilities(blend.sums(chances(first), first))[news]
    labels = corpus.labels[news][:, [ATTRIBUTES.index(head) for head in HEADS]]
    assert revised.mean(axis=0) == pytest.approx(labels.mean(axis=0), abs=0.02)
    assert (np.diff(blend.curves, axis=1) >= 0).all()
    assert all(found[head]["calibration_error"] < 0.1 for head in HEADS)
