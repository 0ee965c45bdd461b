"""Read word order with one layer of filters over three neighbouring words, folded so that serving only adds.

Each word and place has one row of partial sums, so a filter's value at a place is three numbers added; its largest
value in the text counts, if positive (after Kim 2014, the embedding multiplied into the filters beforehand).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH = 3
PAD, UNKNOWN = 0, 1
_GAP = WIDTH - 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """`ids` maps a word's bucket to its row of `table` (words × WIDTH·filters, int8; row 0 is no word, 1 an unknown).

    A filter has value · `scale` + `offset`; `out` (filters × heads) is what it then adds to each head's logit.
    """

    ids: NDArray[np.uint16]
    table: NDArray[np.int8]
    scale: Floats
    offset: Floats
    out: Floats

    def logits(self, words: NDArray[np.uint32], starts: NDArray[np.int64]) -> Floats:
        """Return what the filters add (texts × heads); text i has the words from `starts[i]` to `starts[i + 1]`."""
        values, first = self._values(words, starts)
        if len(first) == 1:  # the same as below, at half the cost
            top = np.maximum.reduce(values, axis=0, initial=0)[None]
        else:
            top = np.maximum(np.maximum.reduceat(values, first, axis=0), 0)
        return _exact_matmul(np.maximum(top * self.scale + self.offset, 0), self.out)

    def _values(
        self, words: NDArray[np.uint32], starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
        """Return each filter's value at each place, texts apart by gaps, and where each text's places begin."""
        rows, first = _apart(self.ids.take(words), starts)
        parts = self.table.take(rows, axis=0).astype(np.int16)
        size = len(self.scale)
        values: NDArray[np.int16] = parts[:-2, :size] + parts[1:-1, size : 2 * size]
        values += parts[2:, 2 * size :]
        return values, first

    def shares(self, words: NDArray[np.uint32], head: int) -> tuple[NDArray[np.float64], float]:
        """Return what each word of one text adds to the logit of `head`, and what is added whatever the text."""
        starts = np.array([0, len(words)])
        values, _ = self._values(words, starts)
        place, top = values.argmax(axis=0), values.max(axis=0)
        active = np.maximum(top, 0) * self.scale + self.offset > 0
        found = np.flatnonzero(active & (top > 0))
        shares = np.zeros(len(words) + 2 * _GAP)
        rows = np.concatenate([np.zeros(_GAP, np.intp), self.ids.take(words), np.zeros(_GAP, np.intp)])
        for which in found:
            at = slice(place[which], place[which] + WIDTH)
            partial = self.table[rows[at], np.arange(WIDTH) * len(self.scale) + which] * float(self.scale[which])
            real = rows[at] != PAD
            shares[at] += (partial + real * float(self.offset[which]) / max(int(real.sum()), 1)) * float(
                self.out[which, head]
            )
        idle = np.flatnonzero(active & (top <= 0))
        return shares[_GAP:-_GAP], float(self.offset[idle] @ self.out[idle, head])


def _apart(ids: NDArray[np.uint16], starts: NDArray[np.int64]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return the texts' word ids with a gap before, between and after, and where each text's gap begins."""
    texts = len(starts) - 1
    rows = np.zeros(len(ids) + _GAP * (texts + 1), np.uint16)
    if texts == 1:
        rows[_GAP:-_GAP] = ids
        return rows, starts[:-1]
    rows[np.arange(len(ids)) + np.repeat(_GAP * np.arange(1, texts + 1), np.diff(starts))] = ids
    return rows, starts[:-1] + _GAP * np.arange(texts)


def _exact_matmul(left: Floats, right: Floats) -> Floats:
    """Multiply so that a row's result does not depend on how many rows there are."""
    product: Floats = np.einsum("nf,fh->nh", left, right)
    return product
