"""Learn words from the training texts: which are worth hiding, and which are frequent enough to have filters."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models import ngrams
from models.convolution import UNKNOWN
from models.ngrams import BUCKETS, Grams
from models.vocabulary import Vocabulary, find_slips

_WORD = re.compile(r"[a-z]{3,16}")


def learn_vocabulary(
    texts: Sequence[str], abusive: NDArray[np.float64], spared: Iterable[str], log_ratio: float = 2.0, seen: float = 8.0
) -> Vocabulary:
    """Return the words of folded `texts` whose smoothed log odds among `abusive` ones exceed `log_ratio`.

    `abusive` holds a probability per text; a word counts once per text and must be in at least `seen` abusive ones;
    `spared` words are never taken.
    """
    bad: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for text, share in zip(texts, abusive, strict=True):
        words = set(_WORD.findall(text))
        for counter, weight in ((bad, float(share)), (good, 1 - float(share))):
            if weight:
                counter.update(dict.fromkeys(words, weight))
    offset = math.log((float((1 - abusive).sum()) + 1) / (float(abusive.sum()) + 1))
    chosen = {
        word
        for word, count in bad.items()
        if count >= seen and math.log((count + 1) / (good[word] + 1)) + offset > log_ratio
    }
    hidden = frozenset(chosen - set(spared))
    counts = {word: int(bad[word] + good[word]) for word in bad.keys() | good.keys()}
    return Vocabulary(hidden, find_slips(hidden, counts))


def learn_words(
    texts: Sequence[str], grams: Grams, most: int, seen: int, spared: Iterable[str]
) -> tuple[NDArray[np.uint16], list[str]]:
    """Return for every bucket the id of its word, and each id's spelling.

    The `most` frequent words that occur `seen` times have an id; 0 is no word, 1 any other, as are the `spared`.
    """
    counts = np.bincount(grams.words, minlength=BUCKETS)
    for word in spared:
        counts[ngrams.read_one(word).words] = 0
    chosen = np.argsort(-counts, kind="stable")[: most - 2]
    chosen = chosen[counts[chosen] >= seen]
    ids = np.full(BUCKETS, UNKNOWN, np.uint16)
    ids[chosen] = np.arange(2, 2 + len(chosen), dtype=np.uint16)
    return ids, ["", "", *_spellings(texts, grams, chosen)]


def _spellings(texts: Sequence[str], grams: Grams, chosen: NDArray[np.intp]) -> list[str]:
    """Return the first word that fell into each chosen bucket."""
    first = np.full(BUCKETS, -1, np.int64)
    place = np.arange(grams.words.size)[::-1]
    first[grams.words[::-1]] = place
    owner = np.searchsorted(grams.word_starts, first[chosen], side="right") - 1
    inside = first[chosen] - grams.word_starts[owner]
    return [_nth_word(texts[text], int(nth)) for text, nth in zip(owner, inside, strict=True)]


def _nth_word(text: str, nth: int) -> str:
    start, end = ngrams.words(text)[nth]
    return text[start:end]
