"""Read texts once for every model that shares a base: windows, distinct buckets, the base's logits, signs of spam."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES

WINDOW_CHARS = 2000
OVERLAP_CHARS = 200
SPAM = ATTRIBUTES.index("spam")

Floats = NDArray[np.float32]
_ONE_TEXT = np.zeros(1, np.intp)


@dataclass(frozen=True, slots=True)
class Reading:
    """What texts consist of, and what the base says of it.

    `linear` (windows × attributes) are the base's logits without signs. The distinct buckets of window i lie in
    `buckets` between `starts[i]` and `starts[i + 1]`, and `norm[i, 0]` is the root of their number. The windows of text
    i begin at `first[i]`. `signs` is what the signs of spam add to each text's logit, None where no text has any.
    """

    linear: Floats
    buckets: NDArray[np.uint32]
    starts: NDArray[np.int64]
    norm: Floats
    first: NDArray[np.intp]
    signs: Floats | None

    def worst(self, linear: Floats, trust: float = 1.0) -> Floats:
        """Return per text the largest of its windows' logits `linear`, signs of spam counted `trust` times."""
        logits = linear if len(linear) == len(self.first) else np.maximum.reduceat(linear, self.first, axis=0)
        if self.signs is None:
            return logits
        logits = logits.copy()
        logits[:, SPAM] += self.signs * np.float32(trust)
        return logits


def windows_of(text: str) -> list[tuple[str, int]]:
    """Return the stretches a text is scored by, each with where it starts; one unless the text is long."""
    if len(text) <= WINDOW_CHARS:
        return [(text, 0)]
    step = WINDOW_CHARS - OVERLAP_CHARS
    return [(text[at : at + WINDOW_CHARS], at) for at in range(0, len(text) - OVERLAP_CHARS, step)]


def firsts(windows: Sequence[Sequence[object]]) -> NDArray[np.intp]:
    """Return where each text's windows begin among all."""
    if len(windows) == 1:
        return _ONE_TEXT
    return np.cumsum([0, *(len(window) for window in windows[:-1])])[: len(windows)]
