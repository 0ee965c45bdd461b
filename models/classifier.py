"""Score comments with a linear model over hashed n-grams: NumPy and the standard library alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models import artefact, calibration, explanation, ngrams, style
from models.artefact import Artefact
from models.attributes import ATTRIBUTES
from models.explanation import Explanation
from models.ngrams import Grams
from models.spam import Context, Sign, find_signs
from models.text import Normaliser

__all__ = ["ATTRIBUTES", "Classifier", "Context", "Explanation", "Scores"]

WINDOW_CHARS = 2000
OVERLAP_CHARS = 200
_CHUNK = 512
_SPAM = ATTRIBUTES.index("spam")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """`values[i, j]` is the probability in [0, 1] of attribute j for text i."""

    attributes: tuple[str, ...]
    values: Floats

    def row(self, index: int) -> dict[str, float]:
        """Return one text's scores by attribute."""
        return dict(zip(self.attributes, self.values[index].tolist(), strict=True))


class Classifier:
    """A loaded model. It holds nothing that changes, so any number of threads may use it at once."""

    attributes: tuple[str, ...] = ATTRIBUTES

    def __init__(self, model: Artefact) -> None:
        self.version = model.version
        self.card: Mapping[str, Any] = model.card
        self.normalise = Normaliser(model.vocabulary)
        self._model = model

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the folder at `path`; raise a ModelError that says what is wrong with it."""
        return cls(artefact.read(path))

    def score(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Scores:
        """Return the probability of every attribute for every text; a text alone scores as it does among others."""
        logits = self.logits(texts, contexts)
        return Scores(ATTRIBUTES, self.probabilities(logits))

    def logits(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Floats:
        """Return the linear scores (n × attributes) before calibration; a long text has those of its worst window."""
        windows = [windows_of(text) for text in texts]
        logits = self._linear([part for window in windows for part, _ in window])
        if len(logits) > len(texts):
            starts = np.cumsum([0, *(len(window) for window in windows[:-1])])
            logits = np.maximum.reduceat(logits, starts, axis=0)
        for at, text in enumerate(texts):
            signs = self.signs(text, contexts[at] if contexts else None, _SPAM)
            if signs:
                logits[at, _SPAM] += np.float32(sum(weight for _, weight in signs))
        return logits

    def explain(self, text: str, attribute: str, context: Context | None = None) -> Explanation:
        """Say why `text` scores as it does on `attribute`; raises ValueError for an attribute that is not scored."""
        if attribute not in ATTRIBUTES:
            raise ValueError(f"{attribute!r} is not one of {', '.join(ATTRIBUTES)}")
        return explanation.explain(self, text, ATTRIBUTES.index(attribute), context)

    def probabilities(self, logits: Floats) -> Floats:
        """Return calibrated `logits` (n × attributes)."""
        return calibration.apply(self._model.curves, logits)

    @staticmethod
    def curve(curve: Floats, logits: Floats) -> Floats:
        """Return one head's `logits` (n) calibrated by `curve`."""
        return calibration.apply(curve[None], logits[:, None])[:, 0]

    def weigh(self, found: NDArray[np.uint32], head: int) -> NDArray[np.float64]:
        """Return what each of a text's distinct buckets adds to the logit of `head`."""
        weights: NDArray[np.float64] = self._model.weights[found, head].astype(np.float64)
        weights *= float(self._model.scale[head]) / max(found.size, 1) ** 0.5
        return weights

    def order_shares(self, words: NDArray[np.uint32], head: int) -> tuple[NDArray[np.float64], float]:
        """Return what word order adds to the logit of `head`: per word, and whatever the text."""
        return self._model.filters.shares(words, head)

    def worst_window(self, text: str, head: int) -> tuple[int, int]:
        """Return the stretch of a long text that its logit of `head` comes from."""
        windows = windows_of(text)
        worst = int(self._linear([part for part, _ in windows])[:, head].argmax())
        part, start = windows[worst]
        return start, start + len(part)

    def signs(self, text: str, context: Context | None, head: int) -> tuple[tuple[Sign, float], ...]:
        """Return the signs that `head` weighs, each with what it adds to the logit."""
        if head != _SPAM:
            return ()
        weights = self._model.signs
        return tuple((sign, weights.get(sign.name, 0.0) * sign.value) for sign in find_signs(text, context))

    def bias(self, head: int) -> float:
        """Return the logit of a text without features."""
        return float(self._model.bias[head])

    def _linear(self, parts: Sequence[str]) -> Floats:
        if len(parts) == 1:
            return self._finish(self.read(parts[0]))
        chunks = [self._finish(self._read_many(parts[at : at + _CHUNK])) for at in range(0, len(parts), _CHUNK)]
        return np.concatenate(chunks) if chunks else np.zeros((0, len(ATTRIBUTES)), np.float32)

    def read(self, part: str) -> Grams:
        """Return the n-grams of a text of at most `WINDOW_CHARS`."""
        normalised = self.normalise(part)
        return ngrams.read_one(normalised, style.marks(part, normalised))

    def _read_many(self, parts: Sequence[str]) -> Grams:
        normalised = [self.normalise(part) for part in parts]
        return ngrams.read(normalised, [style.marks(*pair) for pair in zip(parts, normalised, strict=True)])

    def _finish(self, grams: Grams) -> Floats:
        model = self._model
        sums = _sums(model.weights.take(grams.buckets, axis=0), grams.starts)
        norm: Floats = np.sqrt((grams.starts[1:] - grams.starts[:-1]).astype(np.float32))[:, None]
        linear = sums / norm * model.scale + model.bias
        return linear + model.filters.logits(grams.words, grams.word_starts)


def _sums(rows: NDArray[np.int8], starts: NDArray[np.int64]) -> Floats:
    """Return the sums of the rows that begin at each of `starts` but the last; exact, whatever their order."""
    if len(starts) == 2:  # a product is the fastest sum of few columns, and float64 holds these integers exactly
        return (np.ones((1, len(rows))) @ rows.astype(np.float64)).astype(np.float32)
    return np.add.reduceat(rows, starts[:-1], axis=0, dtype=np.int32).astype(np.float32)


def windows_of(text: str) -> list[tuple[str, int]]:
    """Return the stretches a text is scored by, each with where it starts; one unless the text is long."""
    if len(text) <= WINDOW_CHARS:
        return [(text, 0)]
    step = WINDOW_CHARS - OVERLAP_CHARS
    return [(text[at : at + WINDOW_CHARS], at) for at in range(0, len(text) - OVERLAP_CHARS, step)]
