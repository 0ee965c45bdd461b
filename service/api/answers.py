"""What Parley answers about comments: one frozen value per JSON object, so that types, document and bytes agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from service.api.assessments import ModelName, PolicyVersion, Reasons, Scores, SecondName, reasons_of
from service.moderation.record import Trace
from service.store.erased import Erased
from service.values import (
    Article,
    Assessment,
    Author,
    Choice,
    EarlierVersion,
    Event,
    KeptComment,
    Receipt,
    State,
    Verdict,
)

StatusUrl = Annotated[
    str,
    Field(
        description="For the author alone: how it stands, why, one objection. Relative to this API's address "
        "unless PARLEY_PUBLIC_URL is set.",
        examples=["/status/VGhpcyBpcyBhIG1hcms.gazette.c-1"],
    ),
]


@dataclass(frozen=True, slots=True)
class Verdicted:
    """The verdict on a comment and what it rests on."""

    id: Annotated[str, Field(description="The comment.")]
    verdict: Verdict
    scores: Scores
    reasons: Reasons
    model: ModelName
    second_opinion: SecondName
    policy: PolicyVersion
    received_at: Annotated[datetime, Field(description="When Parley took this version of it.")]
    status_url: StatusUrl

    @classmethod
    def of(cls, receipt: Receipt, status_url: str) -> Self:
        """Read it off a receipt that is not a conflict."""
        found = receipt.assessment
        assert found is not None
        assert receipt.received_at is not None
        return cls(
            receipt.id,
            found.verdict,
            found.scores,
            reasons_of(found),
            found.model,
            found.second_opinion,
            found.policy,
            receipt.received_at,
            status_url,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one member of a batch was not taken."""

    code: Annotated[str, Field(description="Stable, for programs.", examples=["invalid-body"])]
    title: str
    detail: str
    errors: Annotated[list[Mapping[str, str]], Field(description="Wrong fields, if any: `field` and `problem`.")]


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """What became of one member of a batch."""

    index: Annotated[int, Field(description="Its place in the request, from 0.")]
    id: Annotated[str | None, Field(description="Its id, where it had a valid one.")]
    status: Annotated[int, Field(description="What it would have got alone: 201, 200, 409 or 422.")]
    comment: Annotated[Verdicted | None, Field(description="The verdict, when it was taken.")]
    problem: Annotated[Refusal | None, Field(description="The reason, when it was not.")]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of each member, in the order of the request."""

    comments: list[BatchEntry]


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's last decision on a comment."""

    decision: Choice
    by: str
    at: datetime
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A comment as it stands."""

    id: str
    state: State
    version: Annotated[int, Field(description="Rises by one with every change of state.")]
    text: str
    author: Author
    article: Article
    parent_id: str | None
    created_at: datetime | None
    verdict: Verdict
    scores: Scores
    reasons: Reasons
    model: ModelName
    second_opinion: SecondName
    policy: PolicyVersion
    received_at: datetime
    queue: Annotated[str | None, Field(description="Where it waits or is claimed.")]
    claimed_by: str | None
    claimed_until: datetime | None
    decided: Decided | None
    edits: Annotated[int, Field(description="How often its author changed it.")]
    escalation_note: str | None
    appeal_note: str | None
    status_url: Annotated[str | None, Field(description="As in the answer to its submission; null in claims.")]

    @classmethod
    def of(cls, kept: KeptComment, status_url: str | None = None) -> Self:
        """Flatten what the store keeps."""
        comment, found, decided = kept.comment, kept.assessment, kept.decided
        return cls(
            id=comment.id,
            state=kept.state,
            version=kept.version,
            text=comment.text,
            author=comment.author,
            article=comment.article,
            parent_id=comment.parent_id,
            created_at=comment.created_at,
            verdict=found.verdict,
            scores=found.scores,
            reasons=reasons_of(found),
            model=found.model,
            second_opinion=found.second_opinion,
            policy=found.policy,
            received_at=kept.received_at,
            queue=kept.queue,
            claimed_by=kept.claimed_by,
            claimed_until=kept.claimed_until,
            decided=Decided(decided.decision, decided.by, decided.at, decided.reason, decided.note)
            if decided
            else None,
            edits=kept.edits,
            escalation_note=kept.escalation_note,
            appeal_note=kept.appeal_note,
            status_url=status_url,
        )


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the audit log; it never holds text or an author's details."""

    id: Annotated[str, Field(description="Grows with time; `after` continues from it.")]
    type: Annotated[str, Field(examples=["received"])]
    at: datetime
    comment: str | None
    by: str | None
    version: Annotated[int | None, Field(description="The comment's version this event led to.")]
    detail: Mapping[str, object]

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        return cls(event.id, event.type, event.at, event.comment, event.by, event.version, event.detail)


@dataclass(frozen=True, slots=True)
class Events:
    """A page of the audit log, oldest first."""

    events: list[EventLine]
    next: Annotated[str | None, Field(description="Pass as `after` for the next page; null at the end.")]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a comment said before its author changed it."""

    text: str
    verdict: Verdict
    scores: Scores
    reasons: Reasons
    model: ModelName
    second_opinion: SecondName
    policy: PolicyVersion
    replaced_at: datetime

    @classmethod
    def of(cls, earlier: EarlierVersion) -> Self:
        """Flatten an earlier version."""
        found: Assessment = earlier.assessment
        return cls(
            earlier.text,
            found.verdict,
            found.scores,
            reasons_of(found),
            found.model,
            found.second_opinion,
            found.policy,
            earlier.replaced_at,
        )


@dataclass(frozen=True, slots=True)
class Story:
    """The whole life of a comment."""

    comment: Kept
    events: Annotated[list[EventLine], Field(description="From intake to delivery, oldest first.")]
    earlier: Annotated[list[Earlier], Field(description="What it said before edits, oldest first.")]

    @classmethod
    def of(cls, trace: Trace, status_url: str) -> Self:
        """Show a trace."""
        shown = Kept.of(trace.comment, status_url)
        return cls(shown, [*map(EventLine.of, trace.events)], [*map(Earlier.of, trace.earlier)])


@dataclass(frozen=True, slots=True)
class Gone:
    """How much was erased."""

    erased: Annotated[int, Field(description="Comments.")]
    labels: Annotated[int, Field(description="Labels, those of imports among them.")]
    models: Annotated[
        tuple[str, ...],
        Field(
            description="Versions that learned from any of it: train again to be rid of that.", examples=[["base-2.3"]]
        ),
    ]

    @classmethod
    def of(cls, erased: Erased) -> Self:
        """Show what the store says."""
        return cls(erased.comments, erased.labels, erased.models)
