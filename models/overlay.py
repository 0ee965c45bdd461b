"""Apply a site's delta to what the base says: one look-up of a text's buckets for all heads together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.delta import Delta, levels
from models.ngrams import BUCKETS
from models.reading import Reading

Floats = NDArray[np.float32]
_BLOCK, _BLOCK_BITS, _IN_BLOCK = 32, np.uint32(5), np.uint32(31)
_BIT = np.int64(1) << np.arange(_BLOCK)
_BELOW = _BIT - 1


@dataclass(frozen=True, slots=True)
class Overlay:
    """A delta ready to serve. `table` (changed buckets + 1 × attributes, int8) has a last row of zeros, for all others.

    `places` finds a bucket's row: for every 32 buckets it has, in one number, which of them are changed (low bits) and
    how many are before them. `scale`, `gain` and `bias` are per attribute; signs of spam count `trust` times.
    """

    places: NDArray[np.int64]
    table: NDArray[np.int8]
    scale: Floats
    gain: Floats
    bias: Floats
    trust: float

    @classmethod
    def of(cls, delta: Delta) -> Self:
        """Return the delta's weights in one table."""
        heads = delta.heads.values()
        columns = [ATTRIBUTES.index(attribute) for attribute in delta.heads]
        found = np.unique(np.concatenate([np.zeros(0, np.uint32), *(head.buckets for head in heads)]))
        table = np.zeros((len(found) + 1, len(ATTRIBUTES)), np.int8)
        scale, gain, bias = (np.full(len(ATTRIBUTES), value, np.float32) for value in (1, 1, 0))
        for column, head in zip(columns, heads, strict=True):
            table[np.searchsorted(found, head.buckets), column], scale[column] = levels(head.weights)
            gain[column], bias[column] = head.gain, head.bias
        spam = delta.heads.get("spam")
        trust = spam.gain + spam.signs if spam else 1.0
        return cls(_places(found), table, scale, gain, bias, trust)

    def linear(self, reading: Reading) -> Floats:
        """Return the site's logits (windows × attributes) without signs."""
        logits: Floats = reading.linear * self.gain
        logits += self.bias
        if len(self.table) > 1:
            logits += (
                sums(self.table.take(self.rows(reading.buckets), axis=0), reading.starts) / reading.norm * self.scale
            )
        return logits

    def rows(self, buckets: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return each bucket's row of the table, the last one for those that the delta does not change."""
        place, bit = self.places.take(buckets >> _BLOCK_BITS), buckets & _IN_BLOCK
        rows: NDArray[np.int64] = (place >> _BLOCK) + np.bitwise_count(place & _BELOW.take(bit))
        rows[(place & _BIT.take(bit)) == 0] = len(self.table) - 1
        return rows

    def weights(self, buckets: NDArray[np.uint32], head: int) -> NDArray[np.float64]:
        """Return what the delta adds to each bucket's weight in `head`."""
        weights: NDArray[np.float64] = self.table[self.rows(buckets), head] * float(self.scale[head])
        return weights


def _places(buckets: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return for every block of buckets which of the given ones it has and, in the high bits, how many come before."""
    changed = np.zeros(BUCKETS, np.int64)
    changed[buckets] = 1
    blocks = changed.reshape(-1, _BLOCK)
    before = np.cumsum(blocks.sum(axis=1)) - blocks.sum(axis=1)
    places: NDArray[np.int64] = (before << _BLOCK) | (blocks @ _BIT)
    return places


def sums(rows: NDArray[np.int8], starts: NDArray[np.int64]) -> Floats:
    """Return the sums of the rows that begin at each of `starts` but the last; exact, whatever their order."""
    if len(starts) == 2:  # a product is the fastest sum of few columns, and float64 holds these integers exactly
        return (np.ones((1, len(rows))) @ rows.astype(np.float64)).astype(np.float32)
    return np.add.reduceat(rows, starts[:-1], axis=0, dtype=np.int32).astype(np.float32)
