"""What Parley answers about the quality of verdicts and decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from service.looks import Disagreement, LookKind
from service.moderation import quality
from service.moderation.agreement import Agreement, Automation, People, Rate
from service.values import Choice

Share = Annotated[float | None, Field(description="From 0 to 1; null while there are fewer than thirty looks.")]
Bound = Annotated[float | None, Field(description="End of the 95 % interval.")]
Looked = Annotated[int, Field(description="How many looks it rests on.")]
Finding = Annotated[str, Field(description="The same in a sentence.")]


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """A share of errors, estimated from comments drawn at random and weighed by the probability of that."""

    share: Share
    low: Bound
    high: Bound
    n: Looked

    @classmethod
    def of(cls, rate: Rate) -> Self:
        """Show a rate."""
        return cls(rate.share, rate.low, rate.high, rate.n)


@dataclass(frozen=True, slots=True)
class AutomationQuality:
    """The errors of automatic verdicts."""

    finding: Finding
    looked: Annotated[int, Field(description="How many automatic verdicts somebody looked at.")]
    unsure: Annotated[int, Field(description="Of these, how many a lead must still settle; they are not counted.")]
    false_reject: Annotated[ErrorRate, Field(description="Of good comments, those rejected.")]
    false_approve: Annotated[ErrorRate, Field(description="Of bad comments, those published.")]
    wrong_rejections: Annotated[ErrorRate, Field(description="Of rejections, those of good comments.")]
    wrong_approvals: Annotated[ErrorRate, Field(description="Of approvals, those of bad comments.")]

    @classmethod
    def of(cls, found: Automation) -> Self:
        """Show the errors of automation."""
        rates = (found.false_reject, found.false_approve, found.wrong_rejections, found.wrong_approvals)
        finding = f"{quality.of_rejections(found)}. {quality.of_approvals(found)}."
        return cls(finding, found.looked, found.unsure, *map(ErrorRate.of, rates))


@dataclass(frozen=True, slots=True)
class KappaShown:
    """How two people agree on the same comments."""

    observed: Annotated[float | None, Field(description="Share of equal decisions; null below thirty looks.")]
    kappa: Annotated[float | None, Field(description="Cohen's kappa: 1 is perfect, 0 no better than chance.")]
    low: Bound
    high: Bound
    method: Annotated[str | None, Field(description="Of the interval: `asymptotic`, or `bootstrap` below a hundred.")]
    n: Looked

    @classmethod
    def of(cls, found: Agreement) -> Self:
        """Show an agreement."""
        return cls(found.observed, found.kappa, found.low, found.high, found.method, found.n)


@dataclass(frozen=True, slots=True)
class ReviewerQuality:
    """How one person agrees with colleagues."""

    reviewer: str
    agreement: KappaShown
    differed: Annotated[int, Field(description="How often a colleague said otherwise.")]
    overruled: Annotated[int, Field(description="How often a lead then agreed with the colleague.")]


@dataclass(frozen=True, slots=True)
class ReasonQuality:
    """How people agree on whether to reject for one reason."""

    reason: str
    agreement: KappaShown


@dataclass(frozen=True, slots=True)
class PeopleQuality:
    """How people agree, measured by blind second looks at their decisions."""

    finding: Finding
    looked: Annotated[int, Field(description="How many decisions had a second look.")]
    unsure: Annotated[int, Field(description="Of these, how many second looks escalated; they are not counted.")]
    agreement: KappaShown
    reviewers: list[ReviewerQuality]
    reasons: list[ReasonQuality]

    @classmethod
    def of(cls, found: People) -> Self:
        """Show how people agree."""
        reviewers = [
            ReviewerQuality(name, KappaShown.of(one.agreement), one.differed, one.overruled)
            for name, one in found.reviewers.items()
        ]
        reasons = [ReasonQuality(reason, KappaShown.of(one)) for reason, one in found.reasons.items()]
        overall = KappaShown.of(found.overall)
        return cls(f"{quality.of_people(found)}.", found.looked, found.unsure, overall, reviewers, reasons)


@dataclass(frozen=True, slots=True)
class DisagreementShown:
    """A comment that a lead must settle."""

    id: Annotated[str, Field(description="The comment.")]
    look: Annotated[LookKind, Field(description="`audit` of an automatic verdict, or `second` look at a decision.")]
    first: Annotated[Choice, Field(description="What was decided.")]
    first_by: Annotated[str | None, Field(description="By whom; null for automation.")]
    answer: Annotated[Choice, Field(description="What the blind look said.")]
    by: str
    at: datetime

    @classmethod
    def of(cls, found: Disagreement) -> Self:
        """Show a disagreement, without the text."""
        look = found.look
        return cls(look.comment_id, look.kind, look.first, look.first_by, look.answer, look.by, look.at)


@dataclass(frozen=True, slots=True)
class SiteQuality:
    """How far automation and people can be trusted on a site."""

    since: Annotated[datetime, Field(description="Looks answered from then on count.")]
    automation: AutomationQuality
    people: PeopleQuality
    waiting: Annotated[int, Field(description="How many comments are still to be looked at.")]
    differing: Annotated[int, Field(description="How many disagreements a lead must settle.")]
    disagreements: Annotated[list[DisagreementShown], Field(description="The fifty oldest of them.")]

    @classmethod
    def of(cls, found: quality.Quality) -> Self:
        """Show the quality of a site."""
        return cls(
            found.since,
            AutomationQuality.of(found.automation),
            PeopleQuality.of(found.people),
            found.waiting,
            found.differing,
            [*map(DisagreementShown.of, found.disagreements)],
        )
