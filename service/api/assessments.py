"""What Parley thinks of a text, as it is answered: scores, reasons, and which models said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from service.values import Assessment

Scores = Annotated[
    Mapping[str, float],
    Field(
        description="Calibrated probability of each attribute; empty when scoring failed.", examples=[{"spam": 0.01}]
    ),
]
ModelName = Annotated[str, Field(description="The model that scored.")]
SecondName = Annotated[
    str | None,
    Field(
        description="The second model, where it was asked: then the scores are those of both together.",
        examples=["second-1"],
    ),
]
PolicyVersion = Annotated[int, Field(description="The policy that judged; 0 is the built-in one.")]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a verdict."""

    code: Annotated[
        str,
        Field(
            description="`score`, `rule_…` for a rule of the site, `campaign` where a decision was followed, "
            "`second_opinion` while the second model is still to be heard, `asked`, `scorer_failed`."
        ),
    ]
    text: str
    attribute: str | None
    score: float | None
    threshold: float | None
    model: Annotated[str | None, Field(description="The model whose word it is; null where no model spoke.")]


Reasons = Annotated[tuple[Reason, ...], Field(description="Why the verdict is what it is, the weightiest first.")]


def reasons_of(found: Assessment) -> tuple[Reason, ...]:
    """Show the reasons of an assessment, each with the model that has the last word on it."""
    return tuple(
        Reason(
            reason.code,
            reason.text,
            reason.attribute,
            reason.score,
            reason.threshold,
            found.model_of(reason.attribute) if reason.attribute else None,
        )
        for reason in found.reasons
    )
