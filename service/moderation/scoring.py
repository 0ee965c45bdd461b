"""Scores for texts, and what to do when the scorer fails."""

from collections.abc import Mapping, Sequence

import structlog

from models.classifier import Context, Explanation
from service.errors import NotFound
from service.moderation.desk import Scorer
from service.values import Author, rounded

log = structlog.get_logger()

ScoreRow = Mapping[str, float]


def score_texts(scorer: Scorer, texts: Sequence[str], authors: Sequence[Author] | None = None) -> list[ScoreRow]:
    """Score `texts`; one mapping of attribute to probability in [0, 1], four decimals, for each."""
    contexts = [context_of(author) for author in authors] if authors else None
    scores = scorer.score(texts, contexts)
    # Rounded before anything is judged, so that nobody is shown a score that reaches a limit and did not.
    return [{name: rounded(score) for name, score in scores.row(i).items()} for i in range(len(texts))]


def explain(scorer: Scorer, text: str, attribute: str, author: Author | None = None) -> Explanation:
    """Tell which spans of `text` carried the score of `attribute`; raises `NotFound` for an unknown attribute."""
    if attribute not in scorer.attributes:
        raise NotFound(f"This model does not score {attribute!r}; it scores {', '.join(scorer.attributes)}.")
    return scorer.explain(text, attribute, context_of(author or Author()))


def score_or_none(scorer: Scorer, texts: Sequence[str], authors: Sequence[Author]) -> list[ScoreRow | None]:
    """Score `texts`, with None where the scorer fails: one bad text must not cost the others their scores."""
    try:
        return list(score_texts(scorer, texts, authors))
    except Exception as error:  # noqa: BLE001 - whatever the scorer does, the comment must reach a person
        _log_failure(scorer, error)
    if len(texts) == 1:
        return [None]
    return [score_or_none(scorer, [text], [author])[0] for text, author in zip(texts, authors, strict=True)]


def _log_failure(scorer: Scorer, error: Exception) -> None:
    # The message of an unknown error may quote the text, so only its kind is logged.
    log.error("scorer.failed", model=scorer.version, error=type(error).__name__)


def context_of(author: Author) -> Context:
    """Return what a model may know of an author."""
    return Context(author_name=author.name, author_email=author.email, author_url=author.url)
