"""Why a comment has its score: the stretches of text that carried it, and what the score would be without each."""

from dataclasses import dataclass

from models.explanation import Disguise
from service.errors import BadInput
from service.moderation import record
from service.moderation.desk import Desk, Scorer
from service.moderation.second.explaining import explain
from service.values import KeptComment, Outcome, Reason

MOST_ATTRIBUTES = 3
MOST_SPANS = 8
LEAST_STRENGTH = 0.03


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end`: their share of the log-odds, `strength` in (0, 1] against the strongest."""

    start: int
    end: int
    contribution: float
    without: float
    strength: float


@dataclass(frozen=True, slots=True)
class Why:
    """One attribute's score as `model` has it, the marks in the order of the text."""

    attribute: str
    probability: float
    marks: tuple[Mark, ...]
    disguises: tuple[Disguise, ...]
    author: float
    model: str

    @property
    def strongest(self) -> list[Mark]:
        """Return the marks, the strongest first."""
        return sorted(self.marks, key=lambda mark: -mark.contribution)


@dataclass(frozen=True, slots=True)
class Account:
    """A comment, the rules that spoke, and why each attribute named among its reasons scored as it did.

    `model` explains what the second opinion does not; it may be a later one than the model that scored.
    """

    kept: KeptComment
    rules: list[Reason]
    whys: list[Why]
    model: str


def account(desk: Desk, site: str, comment_id: str) -> Account:
    """Explain the first three attributes that are reasons, or the highest score when none is; raises `NotFound`."""
    kept = record.find(desk, site, comment_id)
    reasons = kept.assessment.reasons
    scorer = desk.scorer_of(site)
    named = [reason.attribute for reason in reasons if reason.attribute in scorer.attributes]
    attributes = [name for name in named if name] or _highest(kept, scorer)
    rules = [reason for reason in reasons if reason.attribute is None]
    whys = [_why(desk, scorer, kept, name) for name in attributes[:MOST_ATTRIBUTES]]
    return Account(kept, rules, whys, scorer.version)


def dispute(desk: Desk, site: str, comment_id: str, attribute: str, reviewer: str) -> Outcome:
    """Keep, for training, that a reason does not apply; raises `NotFound`, `BadInput` when it was none."""
    kept = record.find(desk, site, comment_id)
    if attribute not in {reason.attribute or reason.code for reason in kept.assessment.reasons}:
        raise BadInput("This was not among the reasons for the comment.")
    return desk.store.labels.dispute(site, comment_id, attribute, reviewer)


def _highest(kept: KeptComment, scorer: Scorer) -> list[str]:
    scores = {name: score for name, score in kept.assessment.scores.items() if name in scorer.attributes}
    return [max(scores, key=lambda name: scores[name])] if scores else []


def _why(desk: Desk, scorer: Scorer, kept: KeptComment, attribute: str) -> Why:
    comment, seconds = kept.comment, desk.settings.second_seconds
    found, model = explain(desk, scorer, comment.text, attribute, comment.author, kept.assessment, seconds)
    telling = sorted((span for span in found.spans if span.contribution > 0), key=lambda span: -span.contribution)
    most = telling[0].contribution if telling else 1.0
    marks = (
        Mark(span.start, span.end, float(span.contribution), float(span.without), float(span.contribution / most))
        for span in telling[:MOST_SPANS]
        if span.contribution >= LEAST_STRENGTH * most
    )
    in_order = tuple(sorted(marks, key=lambda mark: mark.start))
    return Why(attribute, float(found.probability), in_order, tuple(found.disguises), float(found.author), model)
