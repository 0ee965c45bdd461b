"""Say which words made a score: contributions on stretches of the original text that add up to the logit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models import ngrams
from models.attributes import ATTRIBUTES
from models.ngrams import Grams
from models.spam import Context, Sign
from models.text import Normaliser, Traced

Floats = NDArray[np.float64]
Range = tuple[int, int]


class Linear(Protocol):
    """What an explanation asks of a classifier."""

    normalise: Normaliser

    def logits(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> NDArray[np.float32]:
        """Return the logits of many texts."""
        ...

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the calibrated logits."""
        ...

    def read(self, part: str) -> Grams:
        """Return the n-grams of a window."""
        ...

    def weigh(self, found: NDArray[np.uint32], head: int) -> Floats:
        """Return what each of a text's distinct buckets adds to the logit."""
        ...

    def order_shares(self, words: NDArray[np.uint32], head: int) -> tuple[Floats, float]:
        """Return what the order of words adds: per word, and whatever the text."""
        ...

    def worst_window(self, text: str, head: int) -> Range:
        """Return the stretch of a long text that its score comes from."""
        ...

    def signs(self, text: str, context: Context | None, head: int) -> tuple[tuple[Sign, float], ...]:
        """Return the signs that the head weighs, each with what it adds."""
        ...

    def bias(self, head: int) -> float:
        """Return the logit of nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the original: their share of the logit, and the probability without them.

    Of a long text the probability is that of its worst window.
    """

    start: int
    end: int
    contribution: float
    without: float


@dataclass(frozen=True, slots=True)
class Disguise:
    """Characters `start` to `end` of the original stand for `word`."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `attribute` has `probability`: bias + author + every span's contribution = logit.

    `bias` is what no word answers for: the prior and the style of writing; `author` what is not in the text: signs in
    the author's name, link and address. Spans do not overlap and come
    in the order of the text; the most telling have the largest contribution. `disguises` are words that were hidden.
    """

    attribute: str
    probability: float
    logit: float
    bias: float
    author: float
    spans: tuple[Span, ...]
    disguises: tuple[Disguise, ...]


def explain(model: Linear, text: str, head: int, context: Context | None) -> Explanation:
    """Return why `text` scores as it does on attribute number `head`."""
    start, end = model.worst_window(text, head)
    traced = shifted(model.normalise.trace(text[start:end]), start)
    signs = model.signs(text, context, head)
    values, constant = _character_values(model, text, traced, (start, end), head)
    values += _sign_values(signs, len(text))
    ranges = word_ranges(traced, len(text))
    texts = [text, *(text[start:first] + text[last:end] for first, last in ranges)]
    logits = model.logits(texts, [context] * len(texts))
    chances = model.probabilities(logits)[:, head].tolist()
    spans = zip(ranges, gather(values, ranges), chances[1:], strict=True)
    return Explanation(
        ATTRIBUTES[head],
        chances[0],
        float(logits[0, head]),
        constant if ranges else constant + float(values.sum()),
        sum(weight for sign, weight in signs if not sign.spans),
        tuple(Span(first, last, value, without) for (first, last), value, without in spans),
        find_disguises(text, traced, model.normalise.vocabulary.words),
    )


def _character_values(model: Linear, text: str, traced: Traced, window: Range, head: int) -> tuple[Floats, float]:
    """Return what each original character adds to the logit, and the rest: the bias, the style, the idle filters."""
    grams = model.read(text[window[0] : window[1]])
    weights = dict(zip(grams.buckets.tolist(), model.weigh(grams.buckets, head).tolist(), strict=True))
    values, used = characters(traced, weights, len(text))
    shares, idle = model.order_shares(grams.words, head)
    for (first, last), share in zip(ngrams.words(traced.text), shares, strict=True):
        covered = list(traced.origin[first:last])
        np.add.at(values, covered, share / len(covered))
    rest = sum(weight for bucket, weight in weights.items() if bucket not in used)
    return values, model.bias(head) + idle + rest


def shifted(traced: Traced, by: int) -> Traced:
    """Return the same with every origin moved right."""
    return Traced(traced.text, tuple(at + by for at in traced.origin)) if by else traced


def _sign_values(signs: Sequence[tuple[Sign, float]], size: int) -> Floats:
    values = np.zeros(size)
    for sign, weight in signs:
        covered = sum(end - start for start, end in sign.spans)
        for start, end in sign.spans:
            values[start:end] += weight / covered
    return values


def find_disguises(text: str, traced: Traced, hidden: frozenset[str]) -> tuple[Disguise, ...]:
    """Return the abusive words that do not stand in `text` as such."""
    found = []
    for first, last in ngrams.words(traced.text):
        word = traced.text[first:last]
        start, end = traced.origin[first], traced.origin[last - 1] + 1
        if word in hidden and text[start:end].lower() != word:
            found.append(Disguise(start, end, word))
    return tuple(found)


def word_ranges(traced: Traced, size: int) -> list[Range]:
    """Return the stretches of an original of `size` characters that each hold one normalised word, in order."""
    joined: list[Range] = []
    for first, last in ngrams.words(traced.text):
        start, end = traced.origin[first], traced.origin[last - 1] + 1
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined or ([(0, size)] if size else [])


def characters(traced: Traced, weights: Mapping[int, float], size: int) -> tuple[Floats, set[int]]:
    """Spread the weight of every distinct n-gram over the original characters that it covers; their sum is exact.

    An n-gram that stands in several places is shared among them. Also return the buckets that were spread.
    """
    parts = list(ngrams.orders(ngrams.padded_codes([traced.text])))
    found = np.concatenate([part.buckets for part in parts])
    distinct, which, times = np.unique(found, return_inverse=True, return_counts=True)
    if not found.size:
        return np.zeros(size), set()
    first = np.maximum(np.concatenate([part.start for part in parts]) - 1, 0)
    last = np.minimum(np.concatenate([part.end for part in parts]) - 1, len(traced.text))
    weight = np.array([weights[bucket] for bucket in distinct.tolist()])
    each = (weight / times)[which] / (last - first)
    steps = np.zeros(len(traced.text) + 1)
    np.add.at(steps, first, each)
    np.add.at(steps, last, -each)
    values: Floats = np.bincount(np.array(traced.origin), np.cumsum(steps)[:-1], minlength=size).astype(np.float64)
    return values, set(distinct.tolist())


def gather(values: Floats, ranges: Sequence[Range]) -> list[float]:
    """Return the sum of `values` per range, what lies between ranges going to the one before it."""
    edges = [0, *(start for start, _ in ranges[1:]), len(values)]
    return [float(values[start:end].sum()) for start, end in pairwise(edges)] if ranges else []
