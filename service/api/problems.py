"""Every error, whoever raised it, becomes one `application/problem+json` document (RFC 9457)."""

from collections.abc import Iterator, Mapping

import orjson
import structlog
from flask import Flask, Response, g
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


STATUSES: Mapping[int, type[ParleyError]] = {
    error.status: error
    for error in (BadInput, NotAuthenticated, NotFound, WrongMethod, BodyTooLarge, UnsupportedMedia, TooManyRequests)
}


def install(app: Flask, meters: Meters) -> None:
    """Answer every error of `app` with a problem document."""

    def known(error: ParleyError) -> Response:
        if isinstance(error, SetupError):
            return unknown(error)
        if isinstance(error, Unavailable):
            meters.count_unavailable(error.code)
        return document(error)

    def of_http(error: HTTPException) -> Response | HTTPException:
        if isinstance(error, RequestRedirect):
            return error
        return _from_http(error)

    def unknown(error: Exception) -> Response:
        log.error("request.failed", request_id=g.get("request_id"), error=type(error).__name__, exc_info=error)
        return document(ParleyError("Parley failed at this; its log has the reason under the request's id."))

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


def _from_http(error: HTTPException) -> Response:
    kind = STATUSES.get(error.code or 500)
    if kind is None:
        return _blank(error)
    response = document(kind(kind.title))
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
