"""One description per operation: it makes the route, guards it, and writes its part of the OpenAPI document."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from flask import Response, request
from werkzeug.datastructures import Headers

from service.api.bodies import Body, Query
from service.api.gate import Gate
from service.api.intake import parse, parse_query, read_json_body
from service.api.meters import Meters
from service.api.stream import Streams
from service.errors import ParleyError
from service.moderation import status
from service.moderation.desk import Desk
from service.tenancy import ApiKey, Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

JSON = "application/json"
View = Callable[..., Response]
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Api:
    """What every operation of one process shares."""

    desk: Desk
    gate: Gate
    meters: Meters
    streams: Streams


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request."""

    api: Api
    key: ApiKey

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.api.desk

    @property
    def site(self) -> str:
        """Name the only site this key can see."""
        return self.key.site

    def status_url(self, comment_id: str) -> str:
        """Return the author's link to a comment."""
        return status.link(self.desk.store, self.desk.settings, self.site, comment_id)

    def actor(self, reviewer: str | None = None) -> str:
        """Name who acts, for the audit log."""
        return f"key:{self.key.id}/{reviewer}" if reviewer else f"key:{self.key.id}"


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path, who may use it, what it takes and what it answers."""

    method: str
    path: str
    view: View
    tag: str
    scopes: tuple[Scope, ...]
    answers: Mapping[int, type | None]
    body: type[Body] | None
    batch: bool
    query: type[Query] | None
    headers: tuple[str, ...]
    problems: tuple[type[ParleyError], ...]
    streams: bool
    plain: bool

    @property
    def name(self) -> str:
        """Name the operation by its view."""
        return self.view.__name__

    @property
    def words(self) -> tuple[str, str]:
        """Split the view's docstring into a summary and the rest."""
        summary, _, rest = (inspect.getdoc(self.view) or "").partition("\n")
        return summary.removesuffix("."), rest.strip()


class Area:
    """Operations on one subject; the document has a chapter for each."""

    def __init__(self, tag: str, about: str) -> None:
        self.tag = tag
        self.about = about
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        scopes: tuple[Scope, ...],
        answers: Mapping[int, type | None],
        body: type[Body] | None = None,
        batch: bool = False,
        query: type[Query] | None = None,
        headers: tuple[str, ...] = (),
        problems: tuple[type[ParleyError], ...] = (),
        streams: bool = False,
        plain: bool = False,
    ) -> Callable[[V], V]:
        """Register the view below. Any one of `scopes` admits; `batch` hands the view the raw bytes.

        `streams` and `plain` say that it also answers as an event stream, or as plain text.
        """

        def register(view: V) -> V:
            self.operations.append(
                Operation(
                    *(method, path, view, self.tag, scopes, answers, body, batch, query, headers, problems),
                    *(streams, plain),
                )
            )
            return view

        return register


def bind(operation: Operation, api: Api) -> View:
    """Return the Flask view: admit, read, answer."""
    settings = api.desk.settings
    view, body, query, scopes, batch = (
        operation.view,
        operation.body,
        operation.query,
        operation.scopes,
        operation.batch,
    )
    max_bytes = settings.max_batch_bytes if batch else settings.max_body_bytes
    max_text_chars = settings.max_text_chars

    def answer_request(**names: Any) -> Response:
        call = Call(api, api.gate.admit(scopes))
        if query is not None:
            names["query"] = parse_query(query)
        if body is not None:
            raw = read_json_body(max_bytes)
            names["body"] = raw if batch else parse(body, raw, max_text_chars)
        return view(call, **names)

    return answer_request


class Answer(Response):
    """A body with headers that are complete: they leave as they are, and nothing looks through them once more."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:  # noqa: ARG002 - Werkzeug's signature
        """Return the headers."""
        return self.headers


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `value` as JSON; times are UTC and end in `Z`. `headers` hold ASCII alone."""
    return Answer(orjson.dumps(value, _plain, orjson.OPT_UTC_Z), status, headers, content_type=JSON)


def nothing() -> Response:
    """Return 204 without a body."""
    return Response(status=204)


def wants_stream() -> bool:
    """Tell whether the client asks for server-sent events."""
    return request.accept_mimetypes.best_match((JSON, "text/event-stream"), JSON) == "text/event-stream"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
