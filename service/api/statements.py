"""Statements of reasons: of one comment, and of all that was declined in a time."""

from dataclasses import dataclass
from typing import Annotated

from flask import Response, request
from pydantic import Field

from service.api.bodies import Query
from service.api.events import in_log
from service.api.fields import EventId, Moment, QueryLimit
from service.api.operation import JSON, Area, Call, answer
from service.moderation import statements
from service.moderation.statement import Statement
from service.moderation.statement_text import as_text
from service.values import Scope

PLAIN = "text/plain"
area = Area("Statements", "Why comments were declined, as Article 17 of the EU's Digital Services Act asks.")


class StatementsQuery(Query):
    """Which statements."""

    since: Moment | None = Field(None, description="Decided not before this time.")
    until: Moment | None = Field(None, description="Decided not after this time.")
    after: EventId | None = Field(None, description="Continue with `next` of the page before.")
    limit: QueryLimit = Field(100, description="At most so many.")


@dataclass(frozen=True, slots=True)
class Statements:
    """A page of statements, oldest first."""

    statements: list[Statement]
    next: Annotated[str | None, Field(description="Pass as `after` for the next page; null at the end.")]


@area.operation(
    "GET",
    "/v1/comments/{comment_id}/statement",
    scopes=(Scope.SUBMIT, Scope.REVIEW, Scope.ADMIN),
    answers={200: Statement},
    plain=True,
)
def read_statement(call: Call, comment_id: str) -> Response:
    """Say why a comment is declined; 404 while it is not.

    With `Accept: text/plain` as a text for its author. Names are those of the EU's transparency database; what Parley
    cannot know is null. The moderator is never named.
    """
    found = statements.find(call.desk, call.site, comment_id)
    if request.accept_mimetypes.best_match((JSON, PLAIN), JSON) == PLAIN:
        return Response(as_text(found), content_type=f"{PLAIN}; charset=utf-8")
    return answer(found)


@area.operation(
    "GET", "/v1/statements", scopes=(Scope.REVIEW, Scope.ADMIN), query=StatementsQuery, answers={200: Statements}
)
def read_statements(call: Call, query: StatementsQuery) -> Response:
    """List the statements of a time, oldest first.

    A rejection that was taken back, or whose comment is no longer kept, has none. A page may hold few or none; go on
    while `next` is not null.
    """
    since, until = in_log(query.since), in_log(query.until)
    return answer(Statements(*statements.page(call.desk, call.site, since, until, query.after, query.limit)))
