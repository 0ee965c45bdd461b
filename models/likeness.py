"""Say in a few short words what a text is like: two texts that share a word were probably made from one template.

A text is the set of its pairs of neighbouring words. Of this set `SKETCH` minima are taken under different mixings
(minhash: the share of equal minima estimates the overlap of the sets), and every two of the first make one band: texts
with an equal band are worth comparing, and are alike when enough of their minima agree.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.folding import fold_characters, fold_lookalikes

READ_CHARS = 2000
FEWEST_WORDS = 3  # below that, equal texts say nothing of one hand behind them
EXACT_WORDS = 10  # below that, only equal words are alike
SKETCH = 24
BANDS = 6
BAND = 8  # characters
ALIKE = 9  # minima of a sketch that must agree: an overlap of three eighths, a good tenth of the words exchanged

# A run of letters; a single character where words stand without spaces between them.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]|[^\W\d_]+")
_PLAIN_WORD = re.compile(rb"[a-z]+")
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", np.uint8)
_JOIN, _LOW = np.uint32(0x9E3779B1), np.uint32(63)

Codes = NDArray[np.uint32]


def _odd_numbers(count: int) -> Codes:
    return np.random.default_rng(7).integers(0, 1 << 32, count, dtype=np.uint64).astype(np.uint32) | np.uint32(1)


_MIX = _odd_numbers(SKETCH)[:, None]
_BAND = _odd_numbers(BANDS)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text is like, `written` in one: its sketch of 24 characters, then its bands of 8; '' when too short.

    Of a text that is only like equal ones it is one band, which begins with `=`.
    """

    written: str = ""

    @property
    def sketch(self) -> str:
        """What to compare with other texts that have a band in common; '' when an equal band suffices."""
        return "" if self.written[:1] == "=" else self.written[:SKETCH]

    @property
    def bands(self) -> tuple[str, ...]:
        """Under what to look for texts that are alike."""
        if self.written[:1] == "=":
            return (self.written,)
        return tuple(self.written[at : at + BAND] for at in range(SKETCH, len(self.written), BAND))


def likeness(text: str) -> Likeness:
    """Return what `text` is like; letters, not case, accents, digits, signs or look-alike letters, make it.

    >>> likeness("Nice post, number 7!") == likeness("nice POST number 8")
    True
    """
    words = _words(text[:READ_CHARS])
    if len(words) < FEWEST_WORDS:
        return Likeness()
    if len(words) < EXACT_WORDS:
        return Likeness(f"={crc32(b' '.join(words)):x}.{len(words)}")
    codes = np.array(list(map(crc32, words)), np.uint32)
    minima = ((codes[:-1] * _JOIN + codes[1:]) * _MIX).min(axis=1)
    bands = (minima[: 2 * BANDS : 2] * _BAND + minima[1 : 2 * BANDS : 2]).tobytes().hex()
    return Likeness(_ALPHABET[minima & _LOW].tobytes().decode() + bands)


def overlap(one: str, other: str) -> float:
    """Return the share of word pairs that two texts have in common, in [0, 1]; short ones are equal (1) or not (0)."""
    first, second = _words(one[:READ_CHARS]), _words(other[:READ_CHARS])
    if min(len(first), len(second)) < EXACT_WORDS:
        return float(first == second)
    pairs, others = set(pairwise(first)), set(pairwise(second))
    return len(pairs & others) / len(pairs | others)


def _words(text: str) -> list[bytes]:
    if text.isascii():
        return _PLAIN_WORD.findall(text.lower().encode())
    return [word.encode() for word in _WORD.findall(fold_lookalikes(fold_characters(text)))]
