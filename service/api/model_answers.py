"""What Parley answers about a site's models and retrainings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from service.learning import Job, JobState, Report, Shadow, SiteModel, Standing

Version = Annotated[str, Field(description="The base's version, and a number that counts up on the site.")]


@dataclass(frozen=True, slots=True)
class RetrainingShown:
    """A retraining and how far it is."""

    id: str
    state: JobState
    by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    stage: Annotated[str, Field(description="What is being done, in words.")]
    share: Annotated[float, Field(description="Share of the work that is done, from 0 to 1.")]
    seconds_left: Annotated[float | None, Field(description="Estimate; null while nothing can be said.")]
    attempt: Annotated[int, Field(description="A second one begins when the worker of the first died.")]
    version: Annotated[str | None, Field(description="The model it made.")]
    problem: Annotated[str | None, Field(description="Why it failed.")]

    @classmethod
    def of(cls, job: Job) -> Self:
        """Show a retraining."""
        times, far = (job.asked_at, job.started_at, job.ended_at), (job.stage, job.share, job.seconds_left)
        return cls(job.id, job.state, job.by, *times, *far, job.attempt, job.version, job.problem)


@dataclass(frozen=True, slots=True)
class ModelShown:
    """A version of a site's model."""

    version: Version
    base: Annotated[str, Field(description="What it adapts.")]
    made_at: datetime
    by: str
    labels: Annotated[int, Field(description="How many it learned from.")]
    forgotten: Annotated[int, Field(description="How many of them were erased since; then it should be trained again.")]
    size_bytes: int
    chosen: Annotated[Mapping[str, str], Field(description="Per attribute `base`, `adapted` or `own`.")]
    sentences: Annotated[
        Sequence[str], Field(description="Attributes of which a second opinion hears a head of the site's own.")
    ]
    passed: Annotated[bool | None, Field(description="Whether every line of the gate holds; null without a report.")]
    promoted_at: datetime | None
    promoted_by: str | None
    override: Annotated[str | None, Field(description="Why it was promoted although the gate does not hold.")]

    @classmethod
    def of(cls, model: SiteModel) -> Self:
        """Show a model without its report."""
        made = (model.version, model.base, model.made_at, model.by, model.labels, model.forgotten, model.size_bytes)
        passed = model.report.passed if model.report else None
        return cls(*made, model.chosen, model.sentences, passed, model.promoted_at, model.promoted_by, model.override)


@dataclass(frozen=True, slots=True)
class StandingShown:
    """Which models are in use; null is the base."""

    champion: Annotated[str | None, Field(description="Decides.")]
    challenger: Annotated[str | None, Field(description="Scores live comments without deciding; null: none does.")]
    previous: Annotated[list[str | None], Field(description="What rolling back leads to, the nearest first.")]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Show a standing."""
        return cls(standing.champion, standing.challenger, list(standing.previous))


@dataclass(frozen=True, slots=True)
class Loaded:
    """How far a change of the champion has come."""

    serving: Annotated[int, Field(description="Web processes that serve the champion.")]
    processes: Annotated[int, Field(description="Web processes that serve this site.")]


@dataclass(frozen=True, slots=True)
class SiteModels:
    """How a site stands with its models."""

    base: Annotated[str, Field(description="What this installation scores with where no model of the site is in use.")]
    standing: StandingShown
    models: Annotated[list[ModelShown], Field(description="Newest first.")]
    job: Annotated[RetrainingShown | None, Field(description="The last retraining, however it ended.")]
    loaded: Loaded
    shadow: Annotated[Shadow | None, Field(description="What the challenger would have said of live comments.")]


@dataclass(frozen=True, slots=True)
class ModelReport:
    """A model with its report."""

    model: ModelShown
    report: Annotated[
        Report | None, Field(description="Both models on the newest decisions, which neither had learned from.")
    ]
