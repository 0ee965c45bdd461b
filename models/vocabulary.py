"""Know the words worth hiding, and which misspelling means which of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

STARS = "*#%&?_-@$!"
_LEET = str.maketrans("013456789@$!|+(€£¥¢", "oieasgtbgasiitcelyc")
_ONE_AS_L = str.maketrans("1!|", "lll")
_RUN = re.compile(r"([a-z])\1{2,}")
_MAX_RUNS = 4
_INSIDE = 4


@dataclass(frozen=True)
class Vocabulary:
    """Abusive words in lower case, and `slips`: misspellings that nobody else uses, each with the word it means."""

    words: frozenset[str] = frozenset()
    slips: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_shape(self) -> dict[tuple[int, str], list[str]]:
        shapes: dict[tuple[int, str], list[str]] = {}
        for word in sorted(self.words):
            shapes.setdefault((len(word), word[0]), []).append(word)
        return shapes

    @cached_property
    def _openings(self) -> frozenset[str]:
        return frozenset(word[:_INSIDE] for word in self.words)

    def read_leet(self, token: str) -> str | None:
        """Return the word written in `token` with digits and signs for letters, if it is or holds one of the words."""
        readings = (token.translate(_LEET), token.translate(_ONE_AS_L).translate(_LEET))
        exact = next((reading for reading in readings if reading in self.words), None)
        return exact or next((reading for reading in readings if self.holds(reading)), None)

    def read_masked(self, token: str) -> str | None:
        """Return the word of the same length in which marks stand for letters (`f*ck`)."""
        candidates = self._by_shape.get((len(token), token[0]), ())
        return next((word for word in candidates if _agrees(token, word)), None)

    def read_stretched(self, token: str) -> str:
        """Return `token` with each run of three or more letters cut to one, or to two if that makes a known word."""
        runs = len(_RUN.findall(token))
        readings = product((1, 2), repeat=runs) if runs <= _MAX_RUNS else iter([(1,) * runs])
        cut = [_cut_runs(token, lengths) for lengths in readings]
        return next((reading for reading in cut if reading in self.words), cut[0])

    def holds(self, text: str) -> bool:
        """Tell whether one of the words of four letters and more stands inside `text`."""
        starts = [at for at in range(len(text) - _INSIDE + 1) if text[at : at + _INSIDE] in self._openings]
        return any(text[start:end] in self.words for start in starts for end in range(start + _INSIDE, len(text) + 1))


def _agrees(token: str, word: str) -> bool:
    return all(mark == letter or mark in STARS for mark, letter in zip(token, word, strict=True))


def _cut_runs(token: str, lengths: tuple[int, ...]) -> str:
    remaining = iter(lengths)
    return _RUN.sub(lambda match: match[1] * next(remaining), token)


def misspellings(word: str) -> Iterator[str]:
    """Yield `word` with two neighbours exchanged, and with one letter doubled."""
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for at, letter in enumerate(word):
        yield word[:at] + letter + word[at:]


def find_slips(words: Iterable[str], counts: Mapping[str, int], rare: int = 3, share: float = 0.05) -> dict[str, str]:
    """Return misspelling → word for `words`, leaving out misspellings that `counts` shows to be words themselves."""
    slips: dict[str, str] = {}
    for word in sorted(words, key=lambda word: (-counts.get(word, 0), word)):
        for slip in misspellings(word):
            if len(word) >= 4 and counts.get(slip, 0) <= max(rare, share * counts.get(word, 0)) and slip not in slips:
                slips[slip] = word
    return {slip: word for slip, word in slips.items() if slip not in words}
