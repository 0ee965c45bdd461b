"""Train the filters over neighbouring words: vectors of words and their pieces, one convolution, all heads at once.

Plain NumPy: only the winning place of each filter gets a gradient, so a step costs little more than its forward pass.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from models.convolution import PAD, UNKNOWN, WIDTH

Floats = NDArray[np.float32]
PIECE_BUCKETS = 1 << 16


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes and speeds of a network."""

    dimensions: int
    filters: int
    epochs: int
    batch: int
    rate: float
    word_rate: float
    dropout: float
    word_dropout: float
    max_words: int


def piece_matrix(spellings: Sequence[str]) -> csr_matrix:
    """Return for each word (rows) its character pieces of three to five letters, each row of length one."""
    rows = [_pieces(word) for word in spellings]
    sizes = np.array([len(row) for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    indices = np.array([piece for row in rows for piece in row], np.int32)
    return csr_matrix((values, indices, np.concatenate([[0], np.cumsum(sizes)])), shape=(len(rows), PIECE_BUCKETS))


def _pieces(word: str) -> list[int]:
    if not word:
        return []
    framed = f"<{word[:20]}>"
    parts = {framed[at : at + size] for size in (3, 4, 5) for at in range(len(framed) - size + 1)}
    return sorted({zlib.crc32(part.encode("utf-8", "replace")) % PIECE_BUCKETS for part in parts})


@dataclass
class Network:
    """Weights in training; `vectors` returns the word vectors with their pieces added."""

    shape: Shape
    pieces: csr_matrix
    bias: Floats
    random: np.random.Generator
    words: Floats = field(init=False)
    parts: Floats = field(init=False)
    filters: Floats = field(init=False)
    offset: Floats = field(init=False)
    out: Floats = field(init=False)
    _steps: int = field(init=False, default=0)
    _moments: dict[str, list[Floats]] = field(init=False, default_factory=dict)
    _seen: dict[str, Floats] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        size, shape = self.pieces.shape[0], self.shape
        self.words = self._normal((size, shape.dimensions), 0.1)
        self.parts = self._normal((PIECE_BUCKETS, shape.dimensions), 0.03)
        spread = np.sqrt(2 / (shape.dimensions * WIDTH))
        self.filters = self._normal((shape.dimensions, WIDTH * shape.filters), spread)
        self.offset = np.zeros(shape.filters, np.float32)
        self.out = self._normal((shape.filters, len(self.bias)), 0.05)
        self._seen = {"words": np.full(size, 1e-8, np.float32), "parts": np.full(PIECE_BUCKETS, 1e-8, np.float32)}

    def _normal(self, size: tuple[int, ...], spread: float) -> Floats:
        values: Floats = (self.random.standard_normal(size) * spread).astype(np.float32)
        return values

    def vectors(self) -> Floats:
        """Return the vector of every word; that of the padding is zero."""
        vectors: Floats = (self.words + self.pieces @ self.parts).astype(np.float32)
        vectors[PAD] = 0
        return vectors

    def folded(self) -> Floats:
        """Return for every word what it adds to each filter at each place (words × WIDTH·filters)."""
        folded: Floats = self.vectors() @ self.filters
        return folded

    def step(self, rows: NDArray[np.int32], labels: Floats, trust: Floats, rate: float) -> None:
        """Take one step on a batch: word ids (texts × places), labels and their weights (texts × heads)."""
        rows = np.where(self.random.random(rows.shape) < self.shape.word_dropout, UNKNOWN * (rows != PAD), rows)
        distinct, inverse = np.unique(rows, return_inverse=True)
        inverse = inverse.reshape(rows.shape)
        pieces = self.pieces[distinct]
        vectors = (self.words[distinct] + pieces @ self.parts) * (distinct != PAD)[:, None]
        top, place = pool(vectors @ self.filters, inverse, self.shape.filters)
        top += self.offset
        keep = (self.random.random(top.shape) >= self.shape.dropout) / np.float32(1 - self.shape.dropout)
        hidden = (np.maximum(top, 0) * keep).astype(np.float32)
        slope = ((expit(hidden @ self.out + self.bias) - labels) * trust / len(rows)).astype(np.float32)
        back = ((slope @ self.out.T) * keep * (top > 0)).astype(np.float32)
        folded = self._scatter(back, inverse, place, len(distinct))
        into_words = (folded @ self.filters.T) * (distinct != PAD)[:, None]
        touched = np.unique(pieces.indices)
        self._adagrad("words", distinct, into_words, rate)
        self._adagrad("parts", touched, (pieces.T @ into_words)[touched], rate)
        self._steps += 1
        self._adam("filters", vectors.T @ folded, rate)
        self._adam("offset", back.sum(axis=0), rate)
        self._adam("out", hidden.T @ slope, rate)
        self._adam("bias", slope.sum(axis=0), rate)

    def _scatter(self, back: Floats, inverse: NDArray[np.intp], place: NDArray[np.intp], words: int) -> Floats:
        size = self.shape.filters
        texts = np.arange(len(back))[:, None]
        columns = []
        for shift in range(WIDTH):
            where = inverse[texts, place + shift] * size + np.arange(size)
            columns.append(np.bincount(where.ravel(), back.ravel(), minlength=words * size).reshape(words, size))
        return np.hstack(columns).astype(np.float32)

    def _adagrad(self, name: str, rows: NDArray[np.integer], gradient: Floats, rate: float) -> None:
        seen = self._seen[name]
        seen[rows] += (gradient**2).mean(axis=1)
        weights: Floats = getattr(self, name)
        weights[rows] -= rate * self.shape.word_rate * gradient / np.sqrt(seen[rows])[:, None]

    def _adam(self, name: str, gradient: Floats, rate: float) -> None:
        weights: Floats = getattr(self, name)
        mean, square = self._moments.setdefault(name, [np.zeros_like(weights), np.zeros_like(weights)])
        mean += np.float32(0.1) * (gradient - mean)
        square += np.float32(0.001) * (gradient**2 - square)
        corrected = np.sqrt(square / (1 - 0.999**self._steps)) + 1e-8
        weights -= (rate * (mean / (1 - 0.9**self._steps)) / corrected).astype(np.float32)


def pool(folded: Floats, rows: NDArray[np.intp], filters: int) -> tuple[Floats, NDArray[np.intp]]:
    """Return each filter's largest value in each text, and where it is."""
    parts = folded[rows].reshape(*rows.shape, WIDTH, filters)
    places = rows.shape[1] - WIDTH + 1
    values = parts[:, :places, 0] + parts[:, 1 : places + 1, 1] + parts[:, 2 : places + 2, 2]
    place = values.argmax(axis=1)
    return np.take_along_axis(values, place[:, None], axis=1)[:, 0], place


def padded(words: Sequence[NDArray[np.int32]], chosen: NDArray[np.intp], max_words: int) -> NDArray[np.int32]:
    """Return the chosen texts' word ids as a table, each with two places of padding before and three after."""
    longest = min(max_words, max(len(words[at]) for at in chosen))
    table = np.full((len(chosen), longest + 5), PAD, np.int32)
    for row, at in enumerate(chosen):
        taken = words[at][:max_words]
        table[row, 2 : 2 + len(taken)] = taken
    return table


def batches(sizes: NDArray[np.intp], size: int, random: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Yield groups of texts of like length in random order."""
    order = np.argsort(sizes + random.random(len(sizes)) * 6, kind="stable")
    starts = np.arange(0, len(order), size)
    random.shuffle(starts)
    for start in starts:
        yield order[start : start + size]


def fit(
    words: Sequence[NDArray[np.int32]], labels: Floats, trust: Floats, spellings: Sequence[str], shape: Shape, seed: int
) -> Network:
    """Train on texts given as word ids; `labels` and `trust` are texts × heads, unknown labels having trust 0."""
    random = np.random.default_rng(seed)
    share = (labels * trust).sum(axis=0) / trust.sum(axis=0)
    network = Network(shape, piece_matrix(spellings), np.log(share / (1 - share)).astype(np.float32), random)
    sizes = np.array([min(len(text), shape.max_words) for text in words])
    total, done = shape.epochs * -(-len(words) // shape.batch), 0
    for _ in range(shape.epochs):
        for chosen in batches(sizes, shape.batch, random):
            rate = max(shape.rate * (1 - done / total), 1e-5)
            network.step(padded(words, chosen, shape.max_words), labels[chosen], trust[chosen], rate)
            done += 1
    return network
