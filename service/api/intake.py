"""Read a request: its body, query and headers, checked before anything else happens."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_origin

from flask import request
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.api.bodies import BatchBody, BatchFrame, Body, CommentBody, Query
from service.api.fields import TEXT_LIMIT
from service.errors import BadInput, InvalidBody, InvalidJSON, UnsupportedMedia
from service.http.requests import read_body

MAX_ERRORS = 20
JSON_TYPES = re.compile(r"application/([\w.+-]+\+)?json", re.IGNORECASE)
HALF_CHARACTER = "should hold whole characters; this one has half of a surrogate pair"
FIELD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
OPERATION_PATTERN = r"^[!-~]{1,200}$"
B = TypeVar("B", bound=Body)
Q = TypeVar("Q", bound=Query)


def read_json_body(max_bytes: int) -> bytes:
    """Return the body; raises `UnsupportedMedia`, or 413 when it is larger than `max_bytes`."""
    if not JSON_TYPES.fullmatch(request.mimetype):
        raise UnsupportedMedia("Send the body with `Content-Type: application/json`.")
    return read_body(max_bytes)


def parse(model: type[B], body: bytes, max_text_chars: int) -> B:
    """Return `body` as a `model`; raises `InvalidJSON` or `InvalidBody` with the fields that are wrong."""
    try:
        return model.model_validate_json(body, context={TEXT_LIMIT: max_text_chars})
    except ValidationError as error:
        raise _refusal(error, body) from None


def parse_batch(body: bytes, max_text_chars: int) -> list[CommentBody | InvalidBody]:
    """Return each member of a batch, or what is wrong with it; raises when the batch itself is wrong."""
    try:
        return [*BatchBody.model_validate_json(body, context={TEXT_LIMIT: max_text_chars}).comments]
    except ValidationError:
        return [_member(member, max_text_chars) for member in _members(body)]


def parse_query(model: type[Q]) -> Q:
    """Return the query string as a `model`; raises `InvalidBody`."""
    given = {name: _values(model, name, values) for name, values in request.args.lists()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidBody("The query has wrong values.", entries(error)) from None


def operation_name() -> str | None:
    """Return the `Idempotency-Key`; raises `BadInput` when it is not 1 to 200 visible ASCII characters."""
    name = request.headers.get("Idempotency-Key")
    if name is not None and not re.fullmatch(OPERATION_PATTERN, name):
        raise BadInput("`Idempotency-Key` takes 1 to 200 visible ASCII characters.")
    return name


def entries(error: ValidationError) -> list[dict[str, str]]:
    """Name the wrong fields, never what was in them."""
    return _named(_details(error))


def _values(model: type[Query], name: str, values: list[str]) -> str | list[str]:
    field = model.model_fields.get(name)
    if field is not None and get_origin(field.annotation) is tuple:
        return values
    if len(values) > 1:
        raise InvalidBody("The query has wrong values.", [{"field": _shown(name), "problem": "is given twice"}])
    return values[0]


def _refusal(error: ValidationError, body: bytes) -> BadInput:
    found = _details(error)
    if found[0]["type"] != "json_invalid":
        return InvalidBody("", _named(found))
    halves = _half_characters(body)
    return InvalidBody("", halves) if halves else InvalidJSON(found[0]["msg"] + ".")


def _details(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False, include_input=False)


def _named(found: Sequence[ErrorDetails]) -> list[dict[str, str]]:
    return [{"field": _field(entry), "problem": _problem(entry)} for entry in found[:MAX_ERRORS]]


def _half_characters(body: bytes) -> list[dict[str, str]]:
    """Find strings that hold half of a surrogate pair: strict parsers refuse them without a word on where."""
    try:
        places = list(_unspeakable(json.loads(body.decode()), ()))
    except (ValueError, RecursionError):
        return []
    return [{"field": place, "problem": HALF_CHARACTER} for place in places[:MAX_ERRORS]]


def _unspeakable(value: object, place: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, str):
        if not _is_whole(value):
            yield ".".join(place)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not _is_whole(name):
                yield ".".join((*place, "(unknown)"))
            yield from _unspeakable(inner, (*place, _shown(name)))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _unspeakable(inner, (*place, str(i)))


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _members(body: bytes) -> list[Any]:
    try:
        frame = BatchFrame.model_validate(json.loads(body.decode()))
    except ValidationError as error:
        raise InvalidBody("", entries(error)) from None
    except (ValueError, RecursionError):
        raise InvalidJSON("The batch is not valid JSON, or nested too deeply.") from None
    return frame.comments


def _member(member: object, max_text_chars: int) -> CommentBody | InvalidBody:
    try:
        return parse(CommentBody, json.dumps(member).encode(), max_text_chars)
    except InvalidBody as error:
        return error
    except (InvalidJSON, RecursionError):
        return InvalidBody("", [{"field": "", "problem": "is nested too deeply or not valid JSON"}])


def _field(entry: ErrorDetails) -> str:
    return ".".join(_shown(str(part)) for part in entry["loc"] if part != "[key]")


def _shown(name: str) -> str:
    # An unknown member's name is the sender's own words; only what looks like a name is repeated.
    return name if FIELD.fullmatch(name) else "(unknown)"


def _problem(entry: ErrorDetails) -> str:
    return entry["msg"].removeprefix("Value error, ")
