"""What would become of a comment: for a word to its author before it is posted."""

from dataclasses import dataclass
from typing import Annotated

from flask import Response
from pydantic import Field

from service.api.assessments import ModelName, PolicyVersion, Reasons, Scores, SecondName, reasons_of
from service.api.bodies import CommentContent
from service.api.operation import Area, Call, answer
from service.moderation import submit
from service.moderation.nudge import why_declined
from service.tenancy import Scope
from service.values import Verdict

area = Area("Verdicts", "Foresee what would become of a comment.")


class VerdictBody(CommentContent):
    """A comment that is not posted yet."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What Parley would say of a comment now."""

    verdict: Verdict
    scores: Scores
    reasons: Reasons
    because: Annotated[
        str | None,
        Field(description="For the author: goes on from “This may be declined because …”; null when it would not be."),
    ]
    model: ModelName
    second_opinion: SecondName
    policy: PolicyVersion


@area.operation("POST", "/v1/verdicts", scopes=(Scope.SUBMIT,), body=VerdictBody, answers={200: Foreseen})
def foresee(call: Call, body: VerdictBody) -> Response:
    """Say what would become of a comment; nothing of it is kept.

    A platform can ask before it posts, and tell the author gently why a comment may be declined.
    """
    [found] = submit.foresee(call.desk, call.site, [body.to_comment("draft")])
    because = why_declined(call.desk, call.site, found)
    reasons, models = reasons_of(found), (found.model, found.second_opinion)
    return answer(Foreseen(found.verdict, found.scores, reasons, because, *models, found.policy))
