"""What Parley answers about drafts of a policy: the thresholds a budget allows, and past comments judged anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

from service.api.admin_answers import Budget
from service.api.assessments import ModelName, Reasons, Scores, SecondName, reasons_of
from service.api.policy_bodies import PreviewBody
from service.learning import Replay
from service.moderation import policy
from service.moderation.desk import Desk
from service.moderation.learning import budget, preview
from service.moderation.learning.budget import Bound, Proposal
from service.moderation.learning.versions import version_of
from service.tenancy import Policy, Threshold
from service.values import Assessment, Comment, Verdict

MOST_CHANGED = 100


@dataclass(frozen=True, slots=True)
class BoundShown:
    """How often automation errs, as far as people looked."""

    wrong: Annotated[int, Field(description="Errors that people found.")]
    rows: Annotated[int, Field(description="Comments that people looked at.")]
    share: Annotated[float | None, Field(description="The estimate for all comments; null without rows.")]
    upper: Annotated[float, Field(description="It is at most this, with 95 % confidence.")]
    allowed: Annotated[float, Field(description="What the budget allows.")]
    holds: Annotated[bool, Field(description="Whether `upper` is within it.")]
    missing: Annotated[
        int | None, Field(description="About how many more looks are needed if none finds an error; null: not known.")
    ]

    @classmethod
    def of(cls, bound: Bound) -> Self:
        """Show a bound."""
        return cls(bound.wrong, bound.rows, bound.share, bound.upper, bound.allowed, bound.holds, bound.missing)


@dataclass(frozen=True, slots=True)
class BoundsShown:
    """Both kinds of errors."""

    wrong_rejections: BoundShown
    published_abuse: BoundShown

    @classmethod
    def of(cls, rejections: Bound, approvals: Bound) -> Self:
        """Show both bounds."""
        return cls(BoundShown.of(rejections), BoundShown.of(approvals))


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """The thresholds that follow from an error budget."""

    error_budget: Budget
    thresholds: Mapping[str, Threshold]
    enough: Annotated[bool, Field(description="Whether the budget is kept with 95 % confidence.")]
    overall: Annotated[BoundsShown, Field(description="Of the whole policy; this is what the budget is about.")]
    attributes: Annotated[Mapping[str, BoundsShown], Field(description="Of each attribute by itself.")]
    learned: Annotated[int, Field(description="Decisions that are no proof, for the model learned from them.")]
    sentences: Annotated[tuple[str, ...], Field(description="The same in words.")]

    @classmethod
    def of(cls, found: Proposal) -> Self:
        """Show a proposal."""
        return cls(
            error_budget=Budget.of(found.budget),
            thresholds=found.thresholds,
            enough=found.enough,
            overall=BoundsShown.of(found.rejections, found.approvals),
            attributes={name: BoundsShown.of(*bounds) for name, bounds in found.attributes.items()},
            learned=found.learned,
            sentences=found.sentences,
        )


@dataclass(frozen=True, slots=True)
class ChangedShown:
    """A past comment whose verdict would be another."""

    id: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class LoadShown:
    """What stays for people."""

    comments_per_day: float
    hours_per_day: Annotated[float, Field(description="At 28 seconds a comment.")]

    @classmethod
    def of(cls, per_day: float) -> Self:
        """Show how much that is."""
        return cls(round(per_day, 2), round(budget.hours(per_day), 2))


@dataclass(frozen=True, slots=True)
class ReplayShown:
    """Past comments by the policy in force, and by the draft."""

    comments: Annotated[int, Field(description="How many of the newest were judged.")]
    before: Annotated[Mapping[str, int], Field(description="Verdicts of the policy in force.")]
    after: Annotated[Mapping[str, int], Field(description="Verdicts of the draft.")]
    changed_count: int
    changed: Annotated[list[ChangedShown], Field(description="The newest hundred of them.")]
    load_before: LoadShown
    load_after: LoadShown

    @classmethod
    def of(cls, found: Replay) -> Self:
        """Show a replay."""
        changed = [ChangedShown(one, Verdict(before), Verdict(after)) for one, before, after in found.changed]
        shown, loads = changed[:MOST_CHANGED], map(LoadShown.of, found.per_day)
        return cls(found.comments, found.before, found.after, len(changed), shown, *loads)


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What the draft makes of one text."""

    verdict: Verdict
    scores: Scores
    reasons: Reasons
    second_opinion: SecondName

    @classmethod
    def of(cls, found: Assessment) -> Self:
        """Show a verdict."""
        return cls(found.verdict, found.scores, reasons_of(found), found.second_opinion)


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What a draft would do."""

    model: ModelName
    thresholds: Annotated[Mapping[str, Threshold], Field(description="Those of the draft.")]
    proposal: Annotated[ProposalShown | None, Field(description="null unless an error budget was given.")]
    replay: Annotated[ReplayShown | None, Field(description="null when a text was given.")]
    text: Annotated[TextVerdict | None, Field(description="null unless a text was given.")]


def previewed(desk: Desk, site: str, body: PreviewBody) -> PolicyPreview:
    """Try a draft; raises NotFound for an unknown model and Conflict for one that cannot be used."""
    draft, model = body.to_draft(policy.current(desk, site)), version_of(desk, site, body.model)
    if body.text is not None:
        found = preview.judge_one(desk, site, draft, Comment("-", body.text), body.model)
        return PolicyPreview(model, draft.thresholds, None, None, TextVerdict.of(found))
    if body.error_budget is None:
        return _tried(desk, site, draft, model)
    proposal = budget.propose(desk, site, body.error_budget.to_value(), body.model)
    if body.thresholds is not None:
        return replace(_tried(desk, site, draft, model), proposal=ProposalShown.of(proposal))
    return PolicyPreview(model, proposal.thresholds, ProposalShown.of(proposal), ReplayShown.of(proposal.replay), None)


def _tried(desk: Desk, site: str, draft: Policy, model: str) -> PolicyPreview:
    return PolicyPreview(model, draft.thresholds, None, ReplayShown.of(preview.replay(desk, site, draft, model)), None)
