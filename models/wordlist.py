"""Learn which words are worth hiding by how much more often abusive comments use them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

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
        word for word, count in bad.items() if count >= seen and math.log((count + 1) / (good[word] + 1)) + offset > log_ratio
    }
    words = frozenset(chosen - set(spared))
    counts = {word: int(bad[word] + good[word]) for word in bad.keys() | good.keys()}
    return Vocabulary(words, find_slips(words, counts))
