"""OpenAI's moderations: texts in, categories out, nothing kept (openai-openapi, `POST /moderations`)."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from flask import Response, g

from service.compat.door import Door, Refusal, Visit
from service.compat.openai_categories import judged, limits_of
from service.compat.reading import clean, read_json
from service.errors import (
    InvalidJSON,
    NotAllowed,
    NotAuthenticated,
    ParleyError,
    ScorerFailed,
    TooManyRequests,
)
from service.http.requests import bearer_token
from service.moderation import policy, submit
from service.tenancy import Scope, Threshold
from service.values import Assessment

VERSION = "2020-10-01"
DEFAULT_MODEL = "omni-moderation-latest"
MAX_MODEL_CHARS = 128
MAX_INPUTS = 1000
CODES: Mapping[type[ParleyError], str] = {
    NotAllowed: "insufficient_permissions",
    TooManyRequests: "rate_limit_exceeded",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: one result for each text. `model` is the name to answer with."""

    texts: list[str]
    model: str


def key_of(_body: bytes) -> str | None:
    """Return the bearer token, or None."""
    return bearer_token()


def refuse(error: ParleyError) -> Response:
    """Return OpenAI's error object."""
    if isinstance(error, NotAuthenticated):
        return _missing_key() if not error.key_given else _wrong_key()
    kind = "server_error" if error.status >= 500 else "invalid_request_error"
    if isinstance(error, TooManyRequests):
        kind = "requests"
    return _fault(error.status, error.detail, kind=kind, code=CODES.get(type(error)))


door = Door("openai", ("/v1/moderations", "/moderations"), key_of, refuse)


@door.operation("POST", "/v1/moderations", (Scope.SUBMIT, Scope.REVIEW))
@door.operation("POST", "/moderations", (Scope.SUBMIT, Scope.REVIEW))
def moderate(visit: Visit) -> Response:
    """Judge each text by the site's thresholds; rules of the site, which look at authors too, are not asked."""
    wish = parse(visit.body)
    found = submit.score(visit.desk, visit.site, wish.texts)
    thresholds = policy.current(visit.desk, visit.site).thresholds
    results = [_judged(visit, assessment, thresholds) for assessment in found]
    return _answer({"id": f"modr-{secrets.token_hex(16)}", "model": wish.model, "results": results})


def parse(body: bytes) -> Wish:
    """Return what is asked; raises `Refusal` in OpenAI's words."""
    try:
        asked = read_json(body)
    except InvalidJSON:
        raise _wrong("We could not parse the JSON body of your request.") from None
    if not isinstance(asked, dict):
        raise _wrong("The body of your request should be a JSON object.")
    model = asked.get("model")
    if not (model is None or (isinstance(model, str) and 0 < len(model) <= MAX_MODEL_CHARS)):
        raise _wrong("Invalid type for 'model': expected a string.", "model", "invalid_type")
    return Wish([clean(text) for text in _texts(asked.get("input"))], clean(model or DEFAULT_MODEL))


def _texts(given: object) -> list[str]:
    """Return one text for each result: a string is one, an array of strings many, an array of parts one."""
    if given is None:
        raise _wrong("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list):
        raise _wrong("Invalid type for 'input': expected a string or an array.", "input", "invalid_type")
    if not 0 < len(given) <= MAX_INPUTS:
        code = "array_above_max_length" if given else "empty_array"
        raise _wrong(f"Invalid 'input': expected an array of 1 to {MAX_INPUTS} entries.", "input", code)
    if all(isinstance(entry, str) for entry in given):
        return given
    return [_joined(given)]


def _joined(parts: list[object]) -> str:
    """Return the text of all parts. Images are not judged; images alone are refused, for silence would mean safe."""
    texts = [text for i, part in enumerate(parts) if (text := _text_of(part, i)) is not None]
    if not texts:
        message = "This server judges text; images beside a text are left out, images alone are refused."
        raise _wrong(message, "input", "unsupported_content_type")
    return "\n".join(texts)


def _text_of(part: object, i: int) -> str | None:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": "image_url", "image_url": {"url": str()}}:
            return None
    raise _wrong(f"Invalid value for 'input[{i}]': expected a text or an image part.", f"input[{i}]", "invalid_value")


def _judged(visit: Visit, found: Assessment, thresholds: Mapping[str, Threshold]) -> dict[str, object]:
    """Judge one text; like a rejection, a flag takes more than the second model's word."""
    if not found.scores:
        visit.hall.meters.count_scorer_failure()
        raise ScorerFailed
    first = found.second.first if found.second else {}
    grounds = {name: one for name, one in thresholds.items() if first.get(name, 1.0) >= one.review}
    return judged(found.scores, limits_of(grounds))


def _wrong(message: str, param: str | None = None, code: str | None = None) -> Refusal:
    return Refusal(_fault(400, message, param, code))


def _missing_key() -> Response:
    return _fault(401, "You didn't provide an API key. Send it as `Authorization: Bearer YOUR_KEY`.")


def _wrong_key() -> Response:
    return _fault(401, "Incorrect API key provided.", code="invalid_api_key")


def _fault(
    status: int,
    message: str,
    param: str | None = None,
    code: str | None = None,
    kind: str = "invalid_request_error",
) -> Response:
    return _answer({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def _answer(content: object, status: int = 200) -> Response:
    took_ms = (time.perf_counter() - g.began) * 1000
    headers = {"openai-version": VERSION, "openai-processing-ms": f"{took_ms:.0f}"}
    return Response(orjson.dumps(content), status, headers, content_type="application/json")
