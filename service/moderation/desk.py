"""What every step of the road needs, built once at start and passed along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from models.classifier import Context, Explanation, Scores
from service.errors import SetupError
from service.moderation.company import Company
from service.moderation.learning.asking import Questions
from service.moderation.second.adviser import Adviser, NoAdviser
from service.settings import Settings
from service.store.connect import Store
from service.tenancy import Policy
from service.values import Assessment, Comment

if TYPE_CHECKING:
    from service.moderation.learning.watch import Watch


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
    """The store, the scorer and the settings of one process; a web process also watches the models of its sites.

    Without a `watch` the one `scorer` is that of every site. The `adviser` gives second opinions, or nobody does.
    """

    store: Store
    scorer: Scorer
    settings: Settings
    watch: "Watch | None" = None
    adviser: Adviser = field(default_factory=NoAdviser, repr=False, compare=False)
    questions: Questions = field(default_factory=Questions, repr=False, compare=False)
    company: Company = field(default_factory=Company, repr=False, compare=False)

    def scorer_of(self, site: str) -> Scorer:
        """Return what scores a site's comments now; ask once for what is to be scored by one model."""
        return self.watch.scorers.of(site) if self.watch else self.scorer

    def note(self, site: str, in_force: Policy, comment: Comment, assessment: Assessment) -> None:
        """Have a comment that was taken counted, for shadow and drift."""
        if self.watch:
            self.watch.ledger.note((site, in_force, comment, assessment))

    def asked(self, site: str, in_force: Policy, comment: Comment, assessment: Assessment) -> Assessment:
        """Return the assessment, sent to review where the policy asks people for the model's sake."""
        if not in_force.asks:
            return assessment
        return self.questions.chosen(site, in_force.asks, self.scorer, [comment], [assessment])[0]
