"""Score comments with a linear model over hashed n-grams: NumPy and the standard library alone."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models import artefact, calibration, counts, explanation, ngrams, style
from models.artefact import Artefact
from models.attributes import ATTRIBUTES
from models.delta import Delta
from models.errors import ModelForeign
from models.explanation import Explanation
from models.ngrams import Grams
from models.overlay import Overlay, sums
from models.reading import SPAM, WINDOW_CHARS, Reading, firsts, windows_of
from models.second import sentences
from models.second.sentences import SentenceHeads
from models.spam import Context, Sign, find_signs
from models.text import Normaliser

__all__ = ["ATTRIBUTES", "WINDOW_CHARS", "Classifier", "Context", "Explanation", "Reading", "Scores", "SiteClassifier"]

_CHUNK = 512

Floats = NDArray[np.float32]
Contexts = Sequence[Context | None] | None


@dataclass(frozen=True, slots=True)
class Scores:
    """`values[i, j]` is the probability in [0, 1] of attribute j for text i."""

    attributes: tuple[str, ...]
    values: Floats

    def row(self, index: int) -> dict[str, float]:
        """Return one text's scores by attribute."""
        return dict(zip(self.attributes, self.values[index].tolist(), strict=True))


class _Scorer(ABC):
    """What the shipped model and a site's do alike. They hold nothing that changes: any number of threads may use one.

    `base` is what reads the texts; `curves` (attributes × knots) turn logits into probabilities; signs of spam count
    `trust` times. `sentences` are what a second opinion is to add for this site.
    """

    attributes: tuple[str, ...] = ATTRIBUTES
    base: "Classifier"
    version: str
    card: Mapping[str, Any]
    normalise: Normaliser
    trust: float
    curves: Floats
    sentences: SentenceHeads = sentences.NONE

    @abstractmethod
    def linear(self, reading: Reading) -> Floats:
        """Return the logits (windows × attributes) of texts that were read, without signs."""

    def score(self, texts: Sequence[str], contexts: Contexts = None) -> Scores:
        """Return the probability of every attribute for every text; a text alone scores as it does among others."""
        return Scores(ATTRIBUTES, self.probabilities(self.logits(texts, contexts)))

    def logits(self, texts: Sequence[str], contexts: Contexts = None) -> Floats:
        """Return the linear scores (n × attributes) before calibration; a long text has those of its worst window."""
        return _joined([self.logits_of(reading) for reading in self.base.readings(texts, contexts)])

    def logits_of(self, reading: Reading) -> Floats:
        """Return the logits (n × attributes) of texts that were read."""
        return reading.worst(self.linear(reading), self.trust)

    def explain(self, text: str, attribute: str, context: Context | None = None) -> Explanation:
        """Say why `text` scores as it does on `attribute`; raises ValueError for an attribute that is not scored."""
        if attribute not in ATTRIBUTES:
            raise ValueError(f"{attribute!r} is not one of {', '.join(ATTRIBUTES)}")
        return explanation.explain(self, text, ATTRIBUTES.index(attribute), context)

    def probabilities(self, logits: Floats) -> Floats:
        """Return calibrated `logits` (n × attributes)."""
        return calibration.apply(self.curves, logits)

    def worst_window(self, text: str, head: int) -> tuple[int, int]:
        """Return the stretch of a long text that its logit of `head` comes from."""
        [reading] = self.base.readings([text])
        part, start = windows_of(text)[int(self.linear(reading)[:, head].argmax())]
        return start, start + len(part)

    def read(self, part: str) -> Grams:
        """Return the n-grams of a text of at most `WINDOW_CHARS`."""
        normalised = self.normalise(part)
        return ngrams.read_one(normalised, style.marks(part, normalised))

    @abstractmethod
    def weigh(self, found: NDArray[np.uint32], head: int) -> NDArray[np.float64]:
        """Return what each of a text's distinct buckets adds to the logit of `head`."""

    @abstractmethod
    def order_shares(self, words: NDArray[np.uint32], head: int) -> tuple[NDArray[np.float64], float]:
        """Return what word order adds to the logit of `head`: per word, and whatever the text."""

    @abstractmethod
    def signs(self, text: str, context: Context | None, head: int) -> tuple[tuple[Sign, float], ...]:
        """Return the signs that `head` weighs, each with what it adds to the logit."""

    @abstractmethod
    def bias(self, head: int) -> float:
        """Return the logit of a text without features."""


class Classifier(_Scorer):
    """The shipped model, loaded."""

    trust = 1.0

    def __init__(self, model: Artefact) -> None:
        self.version = model.version
        self.card = model.card
        self.normalise = Normaliser(model.vocabulary)
        self.curves = model.curves
        self.base = self
        self._model = model

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the folder at `path`; raise a ModelError that says what is wrong with it."""
        return cls(artefact.read(path))

    def adapted(self, delta: Delta) -> "SiteClassifier":
        """Return a site's model; raise ModelForeign if `delta` adapts another base than this one."""
        return SiteClassifier(self, delta)

    def readings(self, texts: Sequence[str], contexts: Contexts = None) -> Iterator[Reading]:
        """Read the texts, some hundred at a time."""
        if len(texts) == 1:
            yield self._reading(texts, contexts)
            return
        for at in range(0, len(texts), _CHUNK):
            yield self._reading(texts[at : at + _CHUNK], contexts[at : at + _CHUNK] if contexts else None)

    def _reading(self, texts: Sequence[str], contexts: Contexts) -> Reading:
        windows = [windows_of(text) for text in texts]
        parts = [part for window in windows for part, _ in window]
        grams = self.read(parts[0]) if len(parts) == 1 else self._read_many(parts)
        norm = np.sqrt((grams.starts[1:] - grams.starts[:-1]).astype(np.float32))[:, None]
        signs = self._sign_sums(texts, contexts)
        return Reading(self._linear_of(grams, norm), grams.buckets, grams.starts, norm, firsts(windows), signs)

    def linear(self, reading: Reading) -> Floats:
        """Return the logits (windows × attributes) of texts that were read, without signs."""
        return reading.linear

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

    def signs(self, text: str, context: Context | None, head: int) -> tuple[tuple[Sign, float], ...]:
        """Return the signs that `head` weighs, each with what it adds to the logit."""
        if head != SPAM:
            return ()
        weights = self._model.signs
        return tuple((sign, weights.get(sign.name, 0.0) * sign.value) for sign in find_signs(text, context))

    def bias(self, head: int) -> float:
        """Return the logit of a text without features."""
        return float(self._model.bias[head])

    def unseen(self, texts: Sequence[str]) -> Floats:
        """Return the share in [0, 1] of each text's buckets that training hardly met; nan if nobody counted."""
        levels = self._model.counts
        if levels is None:
            return np.full(len(texts), np.nan, np.float32)
        found = [self._read_many([part for part, _ in windows_of(text)]).buckets for text in texts]
        return np.array([counts.is_rare(levels.take(buckets)).mean() for buckets in found], np.float32)

    def met(self) -> NDArray[np.float64]:
        """Return in about how many training texts each bucket was; zeros if nobody counted."""
        levels = self._model.counts
        return np.zeros(ngrams.BUCKETS) if levels is None else counts.decode(levels)

    def information(self, head: int) -> NDArray[np.float64]:
        """Return what training learned of each bucket's weight in `head`: the diagonal of its Fisher information.

        Estimated from how many texts had the bucket; zero where nobody counted.
        """
        levels, mass = self._model.counts, self.card.get("information", {}).get(ATTRIBUTES[head], 0.0)
        return np.zeros(ngrams.BUCKETS) if levels is None else counts.information(levels, mass)

    def _sign_sums(self, texts: Sequence[str], contexts: Contexts) -> Floats | None:
        found = [self.signs(text, contexts[at] if contexts else None, SPAM) for at, text in enumerate(texts)]
        if not any(found):
            return None
        return np.array([sum(weight for _, weight in signs) for signs in found], np.float32)

    def _read_many(self, parts: Sequence[str]) -> Grams:
        normalised = [self.normalise(part) for part in parts]
        return ngrams.read(normalised, [style.marks(*pair) for pair in zip(parts, normalised, strict=True)])

    def _linear_of(self, grams: Grams, norm: Floats) -> Floats:
        model = self._model
        linear = sums(model.weights.take(grams.buckets, axis=0), grams.starts) / norm * model.scale + model.bias
        return linear + model.filters.logits(grams.words, grams.word_starts)


class SiteClassifier(_Scorer):
    """The shipped model with what one site changes about it; costs a few hundred kilobytes beside the base."""

    def __init__(self, base: Classifier, delta: Delta) -> None:
        if delta.base != base.version:
            raise ModelForeign(f"the model {delta.version} adapts {delta.base}; the one in use is {base.version}")
        self.base = base
        self.version = delta.version
        self.card = {**base.card, "version": delta.version, "base": delta.base, "adapted": delta.card}
        self.normalise = base.normalise
        self.sentences = delta.sentences
        self._overlay = Overlay.of(delta)
        self.trust = self._overlay.trust
        self.curves = base.curves.copy()
        for attribute, head in delta.heads.items():
            self.curves[ATTRIBUTES.index(attribute)] = head.curve

    def linear(self, reading: Reading) -> Floats:
        """Return the logits (windows × attributes) of texts that were read, without signs."""
        return self._overlay.linear(reading)

    def weigh(self, found: NDArray[np.uint32], head: int) -> NDArray[np.float64]:
        """Return what each of a text's distinct buckets adds to the logit of `head`."""
        weights = self._gain(head) * self.base.weigh(found, head)
        weights += self._overlay.weights(found, head) / max(found.size, 1) ** 0.5
        return weights

    def order_shares(self, words: NDArray[np.uint32], head: int) -> tuple[NDArray[np.float64], float]:
        """Return what word order adds to the logit of `head`: per word, and whatever the text."""
        shares, idle = self.base.order_shares(words, head)
        return shares * self._gain(head), idle * self._gain(head)

    def signs(self, text: str, context: Context | None, head: int) -> tuple[tuple[Sign, float], ...]:
        """Return the signs that `head` weighs, each with what it adds to the logit."""
        return tuple((sign, weight * self.trust) for sign, weight in self.base.signs(text, context, head))

    def bias(self, head: int) -> float:
        """Return the logit of a text without features."""
        return self._gain(head) * self.base.bias(head) + float(self._overlay.bias[head])

    def _gain(self, head: int) -> float:
        return float(self._overlay.gain[head])


def _joined(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.zeros((0, len(ATTRIBUTES)), np.float32), *parts]) if len(parts) != 1 else parts[0]
