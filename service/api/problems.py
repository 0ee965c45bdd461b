"""Every error, whoever raised it, becomes one `application/problem+json` document (RFC 9457).

Other services' APIs tell errors in forms of their own; a door's form is asked for by the path, so that it also holds
where no view was found.
"""

from collections.abc import Callable, Iterator, Mapping

import orjson
import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from service.api.meters import Meters
from service.errors import (
    BadInput,
    BodyTooLarge,
    NotAuthenticated,
    NotFound,
    ParleyError,
    SetupError,
    TooManyRequests,
    Unavailable,
    UnsupportedMedia,
    WrongMethod,
)

PROBLEM_JSON = "application/problem+json"
log = structlog.get_logger()

Form = Callable[[ParleyError], Response]

STATUSES: Mapping[int, type[ParleyError]] = {
    error.status: error
    for error in (BadInput, NotAuthenticated, NotFound, WrongMethod, BodyTooLarge, UnsupportedMedia, TooManyRequests)
}


def install(app: Flask, meters: Meters, form_at: Callable[[str], Form | None]) -> None:
    """Answer every error of `app` in the form that `form_at` knows for its path, else with a problem document."""

    def in_form(error: ParleyError) -> Response:
        return (form_at(request.path) or document)(error)

    def known(error: ParleyError) -> Response:
        if isinstance(error, SetupError):
            return unknown(error)
        if isinstance(error, Unavailable):
            meters.count_unavailable(error.code)
        return in_form(error)

    def of_http(error: HTTPException) -> Response | HTTPException:
        if isinstance(error, RequestRedirect):
            return error
        kind = STATUSES.get(error.code or 500)
        return _with_methods(in_form(kind(kind.title)), error) if kind else _blank(error)

    def unknown(error: Exception) -> Response:
        log.error("request.failed", request_id=g.get("request_id"), error=type(error).__name__, exc_info=error)
        return in_form(ParleyError("Parley failed at this; its log has the reason under the request's id."))

    app.register_error_handler(ParleyError, known)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, unknown)


def document(error: ParleyError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for `error`, with `Retry-After` where a retry helps."""
    body = orjson.dumps(members(error), option=orjson.OPT_UTC_Z)
    response = Response(body, error.status, headers, content_type=PROBLEM_JSON)
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, NotAuthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="parley"'
    return response


def members(error: ParleyError) -> dict[str, object]:
    """Return the members of the problem document."""
    return {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        **error.extras(),
    }


def _with_methods(response: Response, error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _blank(error: HTTPException) -> Response:
    # The description of an HTTP error may quote the request, so only its name is told.
    found = {"type": "about:blank", "title": error.name, "status": error.code, "code": "http-error"}
    return Response(orjson.dumps(found), error.code, content_type=PROBLEM_JSON)


def kinds() -> Iterator[type[ParleyError]]:
    """Yield every kind of error that can be an answer, by code."""
    found = {kind.code: kind for kind in _below(ParleyError) if not issubclass(kind, SetupError)}
    return iter(found[code] for code in sorted(found))


def _below(kind: type[ParleyError]) -> Iterator[type[ParleyError]]:
    yield kind
    for further in kind.__subclasses__():
        yield from _below(further)
