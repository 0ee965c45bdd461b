"""Hash the character 4-grams, words and word pairs of normalised text with a handful of NumPy calls.

One running sum P over code point · B^position (mod 2^32) gives the hash of any stretch as (P[end] - P[start]) · B^-start,
so no n-gram is ever built as a string. One text and many texts take the same road and give the same buckets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BITS = 20
BUCKETS = 1 << BITS
CHAR_ORDER = 4
BATCH_CHARS = 1 << 17

_BASE = 0x01000193
_SHIFT = np.uint32(32 - BITS)
_CHAR, _WORD, _PAIR, _SKIP = (np.uint32(salt) for salt in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))
_JOIN, _LEAP = np.uint32(0x2545F491), np.uint32(0x5851F42D)
_TABLE_SIZE = 1 << 16
_APOSTROPHE = 39

Codes = NDArray[np.uint32]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Order:
    """All n-grams of one kind: n-gram i has bucket `buckets[i]` and covers code points `start[i]` to `end[i]`."""

    buckets: Codes
    start: Positions
    end: Positions


@lru_cache(maxsize=1)
def _powers() -> tuple[Codes, Codes]:
    """Return B^i and B^-i modulo 2^32 for every position of a batch."""
    size = BATCH_CHARS + (1 << 14)
    return _power_table(_BASE, size), _power_table(pow(_BASE, -1, 1 << 32), size)


def _power_table(base: int, size: int) -> Codes:
    table = np.full(size, base, np.uint32)
    table[0] = 1
    return np.multiply.accumulate(table, dtype=np.uint32)


@lru_cache(maxsize=1)
def _word_table() -> NDArray[np.bool_]:
    """Return for each code point of the basic plane whether it belongs to a word; pictures do, as all beyond it."""
    table = [chr(code).isalnum() or 0x2190 <= code < 0x2C00 or code == 0x5F for code in range(_TABLE_SIZE)]
    return np.array([*table[:-1], True])


def padded_codes(texts: Sequence[str]) -> Codes:
    """Return the code points of all texts, each between two spaces."""
    padded = " " + "  ".join(texts) + " "
    return np.frombuffer(padded.encode("utf-32-le", "replace"), np.uint32)


def _is_word(codes: Codes) -> NDArray[np.bool_]:
    word = _word_table().take(codes, mode="clip")
    quote = np.flatnonzero(codes == _APOSTROPHE)
    word[quote] = word[quote - 1] & word[quote + 1]
    return word


def orders(codes: Codes) -> Iterator[Order]:
    """Yield the n-grams of padded code points, kind by kind."""
    power, inverse = _powers()
    size = codes.size
    sums = np.zeros(size + 1, np.uint32)
    np.cumsum(codes * power[:size], dtype=np.uint32, out=sums[1:])
    count = size - CHAR_ORDER + 1
    if count > 0:
        hashes = (sums[CHAR_ORDER:] - sums[:count]) * inverse[:count]
        start = np.arange(count)
        yield Order(hashes * _CHAR >> _SHIFT, start, start + CHAR_ORDER)
    yield from _word_orders(codes, sums, inverse)


def _word_orders(codes: Codes, sums: Codes, inverse: Codes) -> Iterator[Order]:
    word = _is_word(codes)
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    start, end = edges[0::2], edges[1::2]
    hashes = (sums[end] - sums[start]) * inverse[start]
    yield Order(hashes * _WORD >> _SHIFT, start, end)
    yield Order((hashes[:-1] * _JOIN + hashes[1:]) * _PAIR >> _SHIFT, start[:-1], end[1:])
    yield Order((hashes[:-2] * _LEAP + hashes[2:]) * _SKIP >> _SHIFT, start[:-2], end[2:])


def words(text: str) -> list[tuple[int, int]]:
    """Return where each word of a normalised text starts and ends."""
    word = _is_word(padded_codes([text]))
    edges = np.flatnonzero(word[1:] != word[:-1])
    return list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))


def buckets(text: str) -> Codes:
    """Return the distinct buckets of one normalised text, in rising order."""
    found = np.concatenate([order.buckets for order in orders(padded_codes([text]))])
    found.sort()
    keep = np.empty(found.size, np.bool_)
    keep[:1] = True
    np.not_equal(found[1:], found[:-1], out=keep[1:])
    return found[keep]


def rows(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Return the distinct buckets of many normalised texts, one after the other, and where each text's begin.

    The second array has one more entry than there are texts, as in a CSR matrix.
    """
    parts = [_batch_rows(texts[first:last]) for first, last in _batches(texts)]
    counts = np.concatenate([np.zeros(1, np.int64), *(count for _, count in parts)])
    return np.concatenate([np.zeros(0, np.uint32), *(found for found, _ in parts)]), np.cumsum(counts)


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first, chars = 0, 0
    for at, text in enumerate(texts):
        if at > first and (chars + len(text) + 2 > BATCH_CHARS or at - first == 1 << (32 - BITS)):
            yield first, at
            first, chars = at, 0
        chars += len(text) + 2
    if first < len(texts):
        yield first, len(texts)


def _batch_rows(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    lengths = np.fromiter((len(text) + 2 for text in texts), np.int64, len(texts))
    owner = np.repeat(np.arange(len(texts), dtype=np.uint32) << np.uint32(BITS), lengths)
    keys = []
    for order in orders(padded_codes(texts)):
        first = owner[order.start]
        keys.append((first | order.buckets)[first == owner[order.end - 1]])
    found = np.concatenate(keys)
    found.sort()
    found = found[np.concatenate([[True], found[1:] != found[:-1]])]
    counts = np.bincount(found >> np.uint32(BITS), minlength=len(texts))
    return found & np.uint32(BUCKETS - 1), counts
