"""Hash the character 4-grams, words and word pairs of normalised text with a handful of NumPy calls.

One running sum P over code point · B^position (mod 2^32) gives the hash of any stretch: (P[end] - P[start]) · B^-start,
so no n-gram is ever built as a string. One text and many texts take the same road and give the same buckets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models import style
from models.groups import terms

BITS = 20
BUCKETS = 1 << BITS
CHAR_ORDER = 4
BATCH_CHARS = 1 << 17

_BASE = 0x01000193
_SHIFT = np.uint32(32 - BITS)
_CHAR, _MARK = np.uint32(0x9E3779B1), np.uint32(0x165667B1)
_WORD, _PAIR, _AROUND, _JOIN, _LEAP = 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x2545F491, 0x5851F42D
# What a word's hash is multiplied with as a word, as left and right of a pair, before and after the word between.
_PLACES = (_WORD, _JOIN * _PAIR, _PAIR, _LEAP * _AROUND, _AROUND)
_WORD_SALTS = np.array([salt % (1 << 32) for salt in _PLACES], np.uint32)
# In pairs one hash stands for the name of any group, so that what is said of one group is learned of all.
_ANY_GROUP = _WORD_SALTS[1:, None] * np.uint32(0x7FEB352D)
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


@dataclass(frozen=True, slots=True)
class Grams:
    """What one text or many consist of.

    `buckets` are the distinct ones of each text in rising order, text after text; those of text i lie between
    `starts[i]` and `starts[i + 1]`. `words` are the buckets of its words as they come, between `word_starts`.
    """

    buckets: Codes
    starts: NDArray[np.int64]
    words: Codes
    word_starts: NDArray[np.int64]


@lru_cache(maxsize=1)
def _powers() -> tuple[Codes, Codes, Codes]:
    """Return B^i, B^-i and the latter times the salt of characters, modulo 2^32, for every position of a batch."""
    size = BATCH_CHARS + (1 << 14)
    inverse = _power_table(pow(_BASE, -1, 1 << 32), size)
    return _power_table(_BASE, size), inverse, inverse * _CHAR


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
    quote = (codes == _APOSTROPHE).nonzero()[0]
    if quote.size:
        word[quote] = word[quote - 1] & word[quote + 1]
    return word


def _edges(codes: Codes) -> Positions:
    """Return where words begin (even places) and end (odd places), less one: the first code point is a space."""
    word = _is_word(codes)
    edges: Positions = (word[1:] != word[:-1]).nonzero()[0]
    return edges


def _hashes(codes: Codes) -> tuple[list[Codes], Positions]:
    """Return the hashes of padded code points, kind by kind: 4-grams, words, pairs, pairs around a word; and `_edges`.

    The bucket of a hash is its highest bits.
    """
    _, inverse, inverse_char = _powers()
    size = codes.size
    sums = _sums(codes)
    count = max(size - CHAR_ORDER + 1, 0)
    chars = (sums[CHAR_ORDER:] - sums[:count]) * inverse_char[:count]
    edges = _edges(codes)
    hashes = np.multiply.outer(_WORD_SALTS, _of_words(sums, inverse, edges))
    named = _names_group().take(hashes[0] >> _SHIFT)
    if named.any():
        hashes[1:, named] = _ANY_GROUP
    words, left, right, before, after = hashes
    return [chars, words, left[:-1] + right[1:], before[:-2] + after[2:]], edges


def _sums(codes: Codes) -> Codes:
    power, _, _ = _powers()
    sums = np.zeros(codes.size + 1, np.uint32)
    np.add.accumulate(codes * power[: codes.size], dtype=np.uint32, out=sums[1:])
    return sums


def _of_words(sums: Codes, inverse: Codes, edges: Positions) -> Codes:
    at = sums[1:].take(edges)
    hashes: Codes = (at[1::2] - at[0::2]) * inverse[1:].take(edges[0::2])
    return hashes


@lru_cache(maxsize=1)
def _names_group() -> NDArray[np.bool_]:
    """Return for every bucket whether the word in it names a group of people."""
    codes = padded_codes(terms())
    table = np.zeros(BUCKETS, np.bool_)
    table[_of_words(_sums(codes), _powers()[1], _edges(codes)) * _WORD_SALTS[0] >> _SHIFT] = True
    return table


def orders(codes: Codes) -> Iterator[Order]:
    """Yield the n-grams of padded code points, kind by kind."""
    (chars, words, pairs, around), edges = _hashes(codes)
    first = np.arange(chars.size)
    start, end = edges[0::2] + 1, edges[1::2] + 1
    yield Order(chars >> _SHIFT, first, first + CHAR_ORDER)
    yield Order(words >> _SHIFT, start, end)
    yield Order(pairs >> _SHIFT, start[:-1], end[1:])
    yield Order(around >> _SHIFT, start[:-2], end[2:])


def blind_to(words: Iterable[str]) -> NDArray[np.float64]:
    """Return 0 for every bucket that one of the bare `words` fills (itself, its character 4-grams), 1 elsewhere."""
    mask = np.ones(BUCKETS)
    for word in words:
        mask[read_one(word).buckets] = 0.0
    return mask


def words(text: str) -> list[tuple[int, int]]:
    """Return where each word of a normalised text starts and ends."""
    edges = _edges(padded_codes([text])).tolist()
    return list(zip(edges[0::2], edges[1::2], strict=True))


@lru_cache(maxsize=1)
def _mark_hashes() -> Codes:
    hashes: Codes = np.arange(1, style.MARKS + 1, dtype=np.uint32) * _MARK
    return hashes


def mark_buckets(marks: Sequence[int]) -> Codes:
    """Return the buckets of marks of style."""
    return _mark_hashes().take(marks) >> _SHIFT


def read_one(text: str, marks: Sequence[int] = ()) -> Grams:
    """Return the n-grams of one normalised text of at most `BATCH_CHARS` characters, with its marks of style."""
    kinds, _ = _hashes(padded_codes([text]))
    found = np.concatenate([*kinds, _mark_hashes().take(marks)] if marks else kinds)
    found >>= _SHIFT
    words = found[kinds[0].size :][: kinds[1].size].copy()
    found.sort()
    keep = np.empty(found.size, np.bool_)
    keep[:1] = True
    np.not_equal(found[1:], found[:-1], out=keep[1:])
    found = found[keep]
    return Grams(found, np.array([0, found.size]), words, np.array([0, words.size]))


def read(texts: Sequence[str], marks: Sequence[Sequence[int]] | None = None) -> Grams:
    """Return the n-grams of many normalised texts, exactly as `read_one` would one by one."""
    parts = [_read_batch(texts[first:last], marks[first:last] if marks else None) for first, last in _batches(texts)]
    if len(parts) == 1:
        return parts[0]
    nothing = np.zeros(0, np.uint32)
    return Grams(
        np.concatenate([nothing, *(part.buckets for part in parts)]),
        _joined([part.starts for part in parts]),
        np.concatenate([nothing, *(part.words for part in parts)]),
        _joined([part.word_starts for part in parts]),
    )


def _joined(starts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.cumsum(np.concatenate([np.zeros(1, np.int64), *(np.diff(part) for part in starts)]))


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first, chars = 0, 0
    for at, text in enumerate(texts):
        if at > first and (chars + len(text) + 2 > BATCH_CHARS or at - first == 1 << (32 - BITS)):
            yield first, at
            first, chars = at, 0
        chars += len(text) + 2
    if first < len(texts):
        yield first, len(texts)


def _read_batch(texts: Sequence[str], marks: Sequence[Sequence[int]] | None) -> Grams:
    numbers = np.arange(len(texts), dtype=np.uint32) << np.uint32(BITS)
    kinds, edges = _hashes(padded_codes(texts))
    of_codes = np.repeat(numbers, [len(text) + 2 for text in texts])
    of_words = of_codes.take(edges[0::2])
    parts = [_owned(kind, of) for kind, of in zip(kinds, (of_codes, of_words, of_words, of_words), strict=True)]
    words = of_words | kinds[1] >> _SHIFT
    if marks:
        flat = mark_buckets([mark for each in marks for mark in each])
        parts.append((numbers[:, None] | flat.reshape(len(texts), -1)).ravel())
    found = np.concatenate(parts)
    found.sort()
    found = found[np.concatenate([np.ones(min(1, found.size), np.bool_), found[1:] != found[:-1]])]
    low = np.uint32(BUCKETS - 1)
    return Grams(found & low, _starts(found, numbers), words & low, _starts(words, numbers))


def _owned(hashes: Codes, of: Codes) -> Codes:
    """Return the keys of n-grams, bucket and text in one, but of those that would cross into the next text.

    `of` says for each unit whose it is; n-gram i begins with unit i, and the last one ends with the last unit.
    """
    first = of[: hashes.size]
    keys: Codes = (first | hashes >> _SHIFT)[first == of[of.size - hashes.size :]]
    return keys


def _starts(keys: Codes, numbers: Codes) -> NDArray[np.int64]:
    """Return where the keys of each text begin, and their end; keys come text after text."""
    return np.append(keys.searchsorted(numbers), keys.size)
