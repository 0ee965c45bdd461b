"""What Parley answers about queues, claims and decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from service.api.answers import Kept
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
class Claimed:
    """Comments leased to a reviewer."""

    token: Annotated[str, Field(description="Names the claim in decisions.")]
    queue: str
    reviewer: str
    expires_at: Annotated[datetime, Field(description="Until then they are yours.")]
    comments: Annotated[list[Kept], Field(description="The riskiest first; empty when nothing waits.")]

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """Show a claim."""
        return cls(claim.token, claim.queue, claim.reviewer, claim.expires_at, [*map(Kept.of, claim.comments)])


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
