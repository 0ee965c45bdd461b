"""Draw the batches of a training: shares by source, the same ones again for the same seed and step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.corpus import Corpus, Recipe

BATCHES_AT_ONCE = 32  # of which each has texts of about one length, so that little is padding
WIDTH = 8
OWN = "own"


@dataclass(frozen=True, slots=True)
class Mixture:
    """How often each row is drawn: `chances` before the settling and `settled` in it, both sum to 1."""

    chances: NDArray[np.float64]
    settled: NDArray[np.float64]

    def batches(
        self, lengths: NDArray[np.intp], seed: int, chunk: int, size: int, settles: bool
    ) -> list[NDArray[np.intp]]:
        """Return the batches of one chunk, each with rows of like `lengths`, in random order."""
        rng = np.random.default_rng([seed, chunk])
        bounds = np.cumsum(self.settled if settles else self.chances)
        drawn = np.searchsorted(bounds, rng.random(size * BATCHES_AT_ONCE) * bounds[-1], side="right")
        drawn = drawn[np.argsort(lengths[drawn], kind="stable")]
        parts = np.split(drawn, BATCHES_AT_ONCE)
        return [parts[at] for at in rng.permutation(BATCHES_AT_ONCE)]


def mixture(recipe: Recipe, corpus: Corpus) -> Mixture:
    """Return how often the recipe has each row of `corpus` drawn; held-out rows never are."""
    chances = np.zeros(len(corpus.texts))
    for source in recipe["source"]:
        rows = np.flatnonzero(corpus.source_is(source["name"]) & ~corpus.held_out)
        chances[rows] = source["share"] * _within(source, corpus, rows)
    chances /= chances.sum()
    own = corpus.source_is(OWN) if OWN in corpus.names else np.zeros(len(chances), np.bool_)
    share = recipe["own_sentences"]["share"] if own.any() else 0.0
    return Mixture(chances, (1 - share) * chances + share * own / max(own.sum(), 1))


def _within(source: Recipe, corpus: Corpus, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return each row's share within its source: even, or balanced between those with a label and the others."""
    rule = source.get("positive")
    if rule is None:
        return np.full(len(rows), 1 / len(rows))
    hits = corpus.labels[rows, ATTRIBUTES.index(rule["of"])] >= 0.5
    part = float(rule["part"])
    share: NDArray[np.float64] = np.where(hits, part / hits.sum(), (1 - part) / (~hits).sum())
    return share


def padded(ids: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids and their mask (n × longest), zeros at the end.

    The longest counts as the next multiple of `WIDTH`: of few shapes memory is used again, and sums are faster.
    """
    longest = -(-max(map(len, ids)) // WIDTH) * WIDTH
    table, mask = (np.zeros((len(ids), longest), np.int64) for _ in range(2))
    for row, found in enumerate(ids):
        table[row, : len(found)], mask[row, : len(found)] = found, 1
    return table, mask


def steps(start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield (step, chunk, place in the chunk) from `start` to before `stop`."""
    for step in range(start, stop):
        yield step, step // BATCHES_AT_ONCE, step % BATCHES_AT_ONCE
