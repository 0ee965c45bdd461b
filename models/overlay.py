"""Apply a site's delta to what the base says: one look-up of a text's buckets for all heads together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.delta import Delta, levels

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A delta ready to serve. Row i of `table` (buckets + 1 × changed heads, int8) belongs to `buckets[i]`.

    The last row, of no bucket, is zero. `gain`, `bias` and `signs` are per attribute; `heads` are the changed columns.
    """

    heads: NDArray[np.intp]
    buckets: NDArray[np.uint32]
    table: NDArray[np.int8]
    scale: Floats
    gain: Floats
    bias: Floats
    signs: Floats

    @classmethod
    def of(cls, delta: Delta) -> Self:
        """Return the delta's weights in one table."""
        heads = [(ATTRIBUTES.index(attribute), head) for attribute, head in delta.heads.items()]
        found = np.unique(np.concatenate([np.zeros(0, np.uint32), *(head.buckets for _, head in heads)]))
        table = np.zeros((len(found) + 1, len(heads)), np.int8)
        scale = np.ones(len(heads), np.float32)
        gain, bias = np.ones(len(ATTRIBUTES), np.float32), np.zeros(len(ATTRIBUTES), np.float32)
        signs = np.ones(len(ATTRIBUTES), np.float32)
        for at, (column, head) in enumerate(heads):
            table[np.searchsorted(found, head.buckets), at], scale[at] = levels(head.weights)
            gain[column], bias[column], signs[column] = head.gain, head.bias, head.gain + head.signs
        columns = np.array([column for column, _ in heads], np.intp)
        return cls(columns, np.append(found, np.uint32(2**32 - 1)), table, scale, gain, bias, signs)

    def linear(self, base: Floats, buckets: NDArray[np.uint32], starts: NDArray[np.int64]) -> Floats:
        """Return the site's logits (windows × attributes) without signs, given the `base`'s and the windows' buckets.

        The distinct buckets of window i lie between `starts[i]` and `starts[i + 1]`.
        """
        logits: Floats = base * self.gain + self.bias
        if len(self.table) > 1:
            norm = np.sqrt((starts[1:] - starts[:-1]).astype(np.float32))[:, None]
            logits[:, self.heads] += sums(self.table.take(self.rows(buckets), axis=0), starts) / norm * self.scale
        return logits

    def rows(self, buckets: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Return each bucket's row of the table, the last one for those that the delta does not change."""
        found = np.searchsorted(self.buckets[:-1], buckets)
        found[self.buckets.take(found) != buckets] = len(self.table) - 1
        return found

    def weights(self, buckets: NDArray[np.uint32], head: int) -> NDArray[np.float64]:
        """Return what the delta adds to each bucket's weight in `head`."""
        at = np.flatnonzero(self.heads == head)
        if not at.size:
            return np.zeros(len(buckets))
        weights: NDArray[np.float64] = self.table[self.rows(buckets), at[0]] * float(self.scale[at[0]])
        return weights


def sums(rows: NDArray[np.int8], starts: NDArray[np.int64]) -> Floats:
    """Return the sums of the rows that begin at each of `starts` but the last; exact, whatever their order."""
    if len(starts) == 2:  # a product is the fastest sum of few columns, and float64 holds these integers exactly
        return (np.ones((1, len(rows))) @ rows.astype(np.float64)).astype(np.float32)
    return np.add.reduceat(rows, starts[:-1], axis=0, dtype=np.int32).astype(np.float32)
