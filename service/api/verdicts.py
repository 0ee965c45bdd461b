"""What would become of a comment: for a word to its author before it is posted."""

from dataclasses import dataclass
from typing import Annotated

from flask import Response
from pydantic import Field

from service.api.answers import ModelName, PolicyVersion, Reasons, Scores
from service.api.bodies import CommentContent
from service.api.operation import Area, Call, answer
from service.moderation import policy, submit
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
    policy: PolicyVersion


@area.operation("POST", "/v1/verdicts", scopes=(Scope.SUBMIT,), body=VerdictBody, answers={200: Foreseen})
def foresee(call: Call, body: VerdictBody) -> Response:
    """Say what would become of a comment; nothing of it is kept.

    A platform can ask before it posts, and tell the author gently why a comment may be declined.
    """
    in_force, scorer = policy.current(call.desk, call.site), call.desk.scorer_of(call.site)
    [found] = submit.assess(scorer, in_force, [body.to_comment("draft")])
    because = why_declined(call.desk, call.site, found)
    return answer(Foreseen(found.verdict, found.scores, found.reasons, because, found.model, found.policy))
