"""What Parley answers about queues, claims and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from service.api.answers import Kept
from service.moderation.campaigns import Card, Settlement
from service.moderation.campaigns import Variant as Found
from service.values import Choice, Claim, Outcome, QueueCount, State


@dataclass(frozen=True, slots=True)
class Queue:
    """How full a queue is."""

    name: str
    waiting: int
    claimed: int
    oldest_seconds: Annotated[float | None, Field(description="How long its oldest comment waits; null when empty.")]

    @classmethod
    def of(cls, count: QueueCount) -> Self:
        """Show a count."""
        return cls(count.name, count.waiting, count.claimed, count.oldest_seconds)


@dataclass(frozen=True, slots=True)
class Queues:
    """Every queue of the site."""

    queues: list[Queue]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text."""

    text: str
    same: Annotated[bool, Field(description="Whether the claimed comment has it too.")]


@dataclass(frozen=True, slots=True)
class Variant:
    """A member of a campaign that is not quite a copy."""

    id: str
    overlap: Annotated[float, Field(description="Share of word pairs in common, from 0 to 1.")]
    parts: Annotated[list[Part], Field(description="Its text, in parts.")]

    @classmethod
    def of(cls, variant: Found) -> Self:
        """Show a variant."""
        parts = [Part(part.text, part.same) for part in variant.parts]
        return cls(variant.comment.comment.id, variant.overlap, parts)


@dataclass(frozen=True, slots=True)
class Campaign:
    """The near-identical comments that a claimed one stands for."""

    id: Annotated[str, Field(description="The claimed comment.")]
    size: Annotated[int, Field(description="How many wait or are claimed, this one too; 1 when it stands alone.")]
    copies: Annotated[list[str], Field(description="The others that are claimed with it.")]
    differing: Annotated[int, Field(description="How many of the first hundred copies differ in their words.")]
    variants: Annotated[list[Variant], Field(description="Those that differ most, the strangest first.")]

    @classmethod
    def of(cls, card: Card) -> Self:
        """Show the campaign behind a card."""
        copies = [kept.comment.id for kept in card.copies]
        return cls(card.comment.comment.id, card.size, copies, card.differing, [*map(Variant.of, card.variants)])


@dataclass(frozen=True, slots=True)
class Claimed:
    """Comments leased to a reviewer."""

    token: Annotated[str, Field(description="Names the claim in decisions.")]
    queue: str
    reviewer: str
    expires_at: Annotated[datetime, Field(description="Until then they are yours.")]
    comments: Annotated[list[Kept], Field(description="The riskiest first; empty when nothing waits.")]
    campaigns: Annotated[
        list[Campaign] | None,
        Field(description="One entry per comment, in the same order, when the claim asked for it; else null."),
    ]

    @classmethod
    def of(cls, claim: Claim, cards: Sequence[Card] | None = None) -> Self:
        """Show a claim."""
        shown = None if cards is None else [*map(Campaign.of, cards)]
        return cls(claim.token, claim.queue, claim.reviewer, claim.expires_at, [*map(Kept.of, claim.comments)], shown)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a decision on a campaign."""

    operation: Annotated[str, Field(description="Names the decision, to undo it as a whole.")]
    decided: Annotated[int, Field(description="How many comments were decided.")]
    complete: Annotated[bool, Field(description="False when more is left: send the request again under its key.")]
    follow_until: Annotated[datetime | None, Field(description="Until when later members get the same state.")]

    @classmethod
    def of(cls, settled: Settlement) -> Self:
        """Show a settlement."""
        return cls(settled.operation, settled.decided, settled.complete, settled.until)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many decisions were taken back."""

    undone: int


@dataclass(frozen=True, slots=True)
class Released:
    """How much of a claim went back."""

    released: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one decision, undo, feedback or appeal, and how the comment stands now."""

    id: str
    outcome: Annotated[
        str,
        Field(
            description="`done`; `repeated` (this very request came before); `lost` (the claim ended or the state does "
            "not allow it); `not_yours`; `too_late`; `not_found`.",
            examples=["done"],
        ),
    ]
    state: State | None
    decision: Annotated[Choice | None, Field(description="The decision that took effect by this request, if any.")]
    by: Annotated[str | None, Field(description="Who acted last.")]
    at: datetime | None
    version: int | None

    @classmethod
    def of(cls, outcome: Outcome, decision: Choice | None = None) -> Self:
        """Show an outcome."""
        took_effect = decision if outcome.outcome in {"done", "repeated"} else None
        return cls(outcome.id, outcome.outcome, outcome.state, took_effect, outcome.by, outcome.at, outcome.version)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of each decision, in the order of the request."""

    decisions: list[Result]
