"""What every step of the road needs, built once at start and passed along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from models.classifier import Context, Explanation, Scores
from service.errors import SetupError
from service.moderation.company import Company
from service.settings import Settings
from service.store.connect import Store


class Scorer(Protocol):
    """The part of `models.classifier.Classifier` that the road uses; tests bring their own."""

    @property
    def version(self) -> str:
        """Name the model."""

    @property
    def attributes(self) -> tuple[str, ...]:
        """Name what is scored."""

    def score(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Scores:
        """Return one row of probabilities per text."""

    def explain(self, text: str, attribute: str, context: Context | None = None) -> Explanation:
        """Return the spans of the text that carried the score."""


class NoScorer:
    """In the scorer's place where nothing is scored, so that no model need be loaded."""

    version = "none"
    attributes: tuple[str, ...] = ()

    def score(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Scores:  # noqa: ARG002 - the scorer's signature
        """Raise SetupError."""
        raise SetupError("This process has loaded no model.")

    def explain(self, text: str, attribute: str, context: Context | None = None) -> Explanation:  # noqa: ARG002 - the scorer's signature
        """Raise SetupError."""
        raise SetupError("This process has loaded no model.")


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the scorer and the settings of one process."""

    store: Store
    scorer: Scorer
    settings: Settings
    company: Company = field(default_factory=Company, repr=False, compare=False)
