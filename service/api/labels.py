"""Labels over the API: what a site's model learns from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from flask import Response
from pydantic import Field, StringConstraints

from service.api.bodies import Query
from service.api.fields import CURSOR_PATTERN, Name, QueryLimit, Word
from service.api.operation import Area, Call, answer
from service.moderation import labels
from service.store.label import Label
from service.tenancy import Scope
from service.values import Verdict

area = Area("Labels", "What people and platforms said of comments, kept for training.")
ADMINS = (Scope.ADMIN,)


class LabelsQuery(Query):
    """Which labels."""

    cursor: Annotated[str, StringConstraints(pattern=CURSOR_PATTERN)] | None = Field(
        None, description="Continue with `next` of the page before."
    )
    limit: QueryLimit = Field(100, description="At most so many.")
    source: Annotated[Name, StringConstraints(min_length=1)] | None = Field(
        None, description="`reviewer`, `platform`, `suggested` or `import`, or one source, such as `import:blog`."
    )
    value: Word | None = Field(None, description="With this value alone, such as `reject`.")


@dataclass(frozen=True, slots=True)
class LabelLine:
    """What was said of one text."""

    id: Annotated[str, Field(description="The comment's; begins with `~` where the text is no comment here.")]
    source: Annotated[str, Field(examples=["reviewer:ann"])]
    value: Annotated[str, Field(description="A decision, or an opinion of the platform.", examples=["reject"])]
    reason: str | None
    by: str
    at: Annotated[datetime, Field(description="When it was said; of an import, there.")]
    text: str
    verdict: Annotated[Verdict | None, Field(description="What the policy had said, where it is known.")]
    scores: Annotated[Mapping[str, float], Field(description="What the model had said.")]
    says: Annotated[Mapping[str, float], Field(description="Attributes that the label itself names.")]
    disputed: Annotated[tuple[str, ...], Field(description="Attributes that a reviewer said do not apply.")]
    blind: Annotated[bool, Field(description="Given without seeing what was decided.")]
    campaign: Annotated[str | None, Field(description="Labels of one campaign are one decision.")]
    platform_id: Annotated[str | None, Field(description="Of an imported comment, where it came from.")]

    @classmethod
    def of(cls, label: Label) -> Self:
        """Show a label."""
        said = label.assessment
        return cls(
            id=label.comment_id,
            source=label.source,
            value=label.value,
            reason=label.reason,
            by=label.by,
            at=label.at,
            text=label.text,
            verdict=said.verdict if said else None,
            scores=said.scores if said else {},
            says=label.says,
            disputed=label.disputed,
            blind=label.is_blind,
            campaign=label.campaign,
            platform_id=label.reference,
        )


@dataclass(frozen=True, slots=True)
class LabelPage:
    """A page of labels, the one kept first first."""

    labels: list[LabelLine]
    next: Annotated[str | None, Field(description="Pass as `cursor` for the next page; null at the end.")]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of a label."""

    models: Annotated[list[str], Field(description="Models that learned from it; train again to be rid of that.")]


@area.operation("GET", "/v1/labels", scopes=ADMINS, query=LabelsQuery, answers={200: LabelPage})
def read_labels(call: Call, query: LabelsQuery) -> Response:
    """List labels with their texts, the one kept first first.

    A page may hold few or none; go on while `next` is not null.
    """
    found, after = labels.page(call.desk, call.site, query.cursor, query.limit, query.source, query.value)
    return answer(LabelPage([*map(LabelLine.of, found)], after))


@area.operation("DELETE", "/v1/labels/{label_id}", scopes=ADMINS, answers={200: Dropped})
def drop_label(call: Call, label_id: str) -> Response:
    """Drop a label, so that nothing is learned from it any more.

    The comment stays as it is. Names the models that learned from it; they count it as forgotten.
    """
    return answer(Dropped(labels.drop(call.desk, call.site, label_id, call.actor())))
