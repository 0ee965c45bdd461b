"""Stand-ins for what a test wants to steer: the scorer, and the second model."""

from collections.abc import Mapping, Sequence

import numpy as np

from models.classifier import ATTRIBUTES, Context, Scores
from models.explanation import Explanation, Span
from models.second.sentences import NONE, SentenceHeads


class FakeScorer:
    """Score every text alike, as told; or fail, as told."""

    attributes = ATTRIBUTES

    def __init__(self, version: str = "fake-1", **scores: float) -> None:
        self.version = version
        self.scores = scores
        self.failure: Exception | None = None

    def says(self, **scores: float) -> None:
        self.scores = scores

    def fails(self, failure: Exception) -> None:
        self.failure = failure

    def score(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Scores:
        if self.failure:
            raise self.failure
        row = _row(self.scores)
        return Scores(ATTRIBUTES, np.tile(row, (len(texts), 1)))

    def explain(self, text: str, attribute: str, context: Context | None = None) -> Explanation:
        """Blame the whole text, in NumPy's numbers as a model may."""
        span = Span(0, len(text), contribution=np.float64(1.5), without=np.float64(0.2))
        return Explanation(attribute, 0.5, np.float32(0.5), np.float64(-1.0), 0, (span,), ())


class FakeSecond:
    """Say of every text what it is told, beside the first scores; or fail, as told. Keeps what it was asked."""

    version = "second-fake"
    heads = ("toxicity", "severe_toxicity", "insult", "threat", "identity_attack", "profanity")

    def __init__(self, **scores: float) -> None:
        self.scores = scores
        self.failure: Exception | None = None
        self.lots: list[list[str]] = []

    def says(self, **scores: float) -> None:
        self.scores = scores

    def fails(self, failure: Exception | None) -> None:
        self.failure = failure

    @property
    def asked(self) -> list[str]:
        """Return every text it was asked about."""
        return [text for lot in self.lots for text in lot]

    def revise(
        self, texts: Sequence[str], first: Sequence[Mapping[str, float]], own: SentenceHeads = NONE
    ) -> list[dict[str, float]]:
        """A site's own head says what its bias is, of every text."""
        self.lots.append(list(texts))
        if self.failure:
            raise self.failure
        told = {name: head.bias for name, head in own.items()}
        return [{**row, **self.scores, **told} for row in first]

    def explain(self, text: str, attribute: str, first: Mapping[str, float], own: SentenceHeads = NONE) -> Explanation:
        """Blame the first half of the text."""
        if self.failure:
            raise self.failure
        span = Span(0, len(text) // 2, contribution=2.0, without=0.1)
        return Explanation(attribute, 0.8, 1.4, -0.6, 0, (span,), ())


def _row(scores: Mapping[str, float]) -> np.ndarray:
    return np.array([scores.get(name, 0.01) for name in ATTRIBUTES], dtype=np.float32)
