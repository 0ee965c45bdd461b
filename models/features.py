"""Offer the n-grams as a scikit-learn transformer."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from models import ngrams
from models.text import Normaliser
from models.vocabulary import Vocabulary


class HashedNgrams(TransformerMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """Turn texts into sparse rows of ones: hashed character 4-grams, words, word pairs and pairs around a word.

    Parameters
    ----------
    vocabulary : Vocabulary or None
        Abusive words whose disguises are undone; None undoes only what needs no guess.
    normalise : bool
        Whether rows have length one instead of entries of one.
    max_chars : int
        Characters of a text that are read.

    Examples
    --------
    >>> HashedNgrams().transform(["Hello, world"]).shape
    (1, 1048576)

    """

    def __init__(self, vocabulary: Vocabulary | None = None, *, normalise: bool = True, max_chars: int = 2000) -> None:
        self.vocabulary = vocabulary
        self.normalise = normalise
        self.max_chars = max_chars

    def fit(self, texts: Iterable[str], _labels: Any = None) -> Self:
        """Learn nothing; return the transformer."""
        _checked(texts)
        return self

    def transform(self, texts: Iterable[str]) -> csr_matrix:
        """Return one row per text; raise ValueError if `texts` is one string or holds anything else."""
        read = Normaliser(self.vocabulary)
        grams = ngrams.read([read(text[: self.max_chars]) for text in _checked(texts)])
        counts = np.diff(grams.starts)
        values = np.ones(grams.buckets.size, np.float32)
        if self.normalise:
            values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        return csr_matrix((values, grams.buckets.astype(np.int32), grams.starts), shape=(len(counts), ngrams.BUCKETS))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        tags.no_validation = True
        return tags


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise ValueError("expected several texts, got one string")
    found = list(texts)
    if not all(isinstance(text, str) for text in found):
        raise ValueError("expected texts of type str")
    return found
