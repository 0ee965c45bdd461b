"""Google's error objects, and those of Comment Analyzer among them."""

from collections.abc import Mapping, Sequence

import orjson
from flask import Response

from service.compat.door import Refusal
from service.errors import NotAuthenticated, ParleyError

TYPES = "type.googleapis.com"
SERVICE = "commentanalyzer.googleapis.com"
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
REASONS = {429: "RATE_LIMIT_EXCEEDED"}
NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)


def refuse(error: ParleyError) -> Response:
    """Return Google's error object; a bad key is 400 there, a missing one 403."""
    if isinstance(error, NotAuthenticated):
        return _wrong_key() if error.key_given else _fault(403, NO_KEY)
    reason = REASONS.get(error.status)
    return _fault(error.status, error.detail, [_info(reason)] if reason else ())


def wrong(kind: str, message: str, **further: object) -> Refusal:
    """Return a refusal of Comment Analyzer's own: `kind` is its errorType."""
    detail = {"@type": f"{TYPES}/google.commentanalyzer.v1alpha1.Error", "errorType": kind, **further}
    return Refusal(_fault(400, message, [detail]))


def invalid(message: str) -> Refusal:
    """Return the refusal of a request that is wrong in some other way."""
    return wrong("INVALID_REQUEST", message)


def unreadable(problem: str, place: str = "") -> Refusal:
    """Return the refusal of JSON that does not fit."""
    message = f"Invalid JSON payload received. {problem}"
    violation = {"field": place, "description": message} if place else {"description": message}
    return Refusal(_fault(400, message, [{"@type": f"{TYPES}/google.rpc.BadRequest", "fieldViolations": [violation]}]))


def wrong_language(attribute: str, requested: Sequence[str], detected: Sequence[str], unsupported: str) -> Refusal:
    """Return the refusal of an attribute that does not know a language; clients look for these very words."""
    known = {"detectedLanguages": detected, "requestedLanguages": requested, "attribute": attribute}
    return wrong(
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        f"Attribute {attribute} does not support request languages: {unsupported}",
        languageNotSupportedByAttributeError=known,
    )


def _wrong_key() -> Response:
    return _fault(400, "API key not valid. Please pass a valid API key.", [_info("API_KEY_INVALID")])


def _info(reason: str) -> Mapping[str, object]:
    return {
        "@type": f"{TYPES}/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE},
    }


def _fault(status: int, message: str, details: Sequence[Mapping[str, object]] = ()) -> Response:
    fault: dict[str, object] = {"code": status, "message": message, "status": STATUSES.get(status, "INTERNAL")}
    if details:
        fault["details"] = details
    return Response(orjson.dumps({"error": fault}), status, content_type="application/json; charset=UTF-8")
