"""The OpenAPI 3.1 document, written from the operations themselves."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from service.api.fields import EVENT_ID_PATTERN, TEXT_LIMIT
from service.api.intake import OPERATION_PATTERN
from service.api.operation import Area, Operation
from service.api.paths import PATH_NAMES, names_in
from service.api.problems import PROBLEM_JSON
from service.api.stream import EVENT_STREAM
from service.errors import (
    BadInput,
    BodyTooLarge,
    InvalidBody,
    InvalidJSON,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    NotReady,
    ParleyError,
    StoreFull,
    StoreUnavailable,
    TooManyRequests,
    UnsupportedMedia,
)
from service.settings import Settings
from service.version import VERSION

Json = dict[str, Any]
JSON = "application/json"
REF = "#/components/schemas/{model}"
ALWAYS = (NotAuthenticated, NotAllowed, TooManyRequests, StoreUnavailable, StoreFull, ParleyError)
WITH_BODY = (InvalidJSON, InvalidBody, UnsupportedMedia, BodyTooLarge)

HEADERS: dict[str, Json] = {
    "Idempotency-Key": {
        "description": "Name this request; sent again under the same name it takes effect once.",
        "schema": {"type": "string", "pattern": OPERATION_PATTERN},
    },
    "Last-Event-ID": {
        "description": "Continue a live stream after this event.",
        "schema": {"type": "string", "pattern": EVENT_ID_PATTERN},
    },
    "If-Match": {
        "description": "Go on only when the policy in force has this `ETag`.",
        "schema": {"type": "string", "pattern": r'^("?[0-9]{1,15}"?|\*)$'},
    },
}

PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "Where this kind of problem is explained."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, for programs.", "examples": ["invalid-body"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
        "decisions": {"type": "array", "items": {"$ref": REF.format(model="Result")}},
        "reasons": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

ABOUT = """Send comments, get verdicts, decide what is borderline.

Every request carries an API key: `Authorization: Bearer …`. A key belongs to one site and sees nothing of others.
Errors are `application/problem+json`. `Retry-After` says when the same request may succeed."""


def document(areas: Sequence[Area], settings: Settings) -> Json:
    """Return the document; `settings` bounds the texts and names the server."""
    operations = [operation for area in areas for operation in area.operations]
    references, schemas = _schemas(operations)
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parley", "version": VERSION, "description": ABOUT},
        "servers": [{"url": settings.public_url or "/"}],
        "tags": [{"name": area.tag, "description": area.about} for area in areas],
        "paths": {**paths, **_health()},
        "components": {
            "schemas": _bounded({**schemas, "Problem": PROBLEM}, {TEXT_LIMIT: settings.max_text_chars}),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
        "security": [{"key": []}],
    }


def _schemas(operations: Iterable[Operation]) -> tuple[dict[type, Json], Json]:
    """Return a reference per body and answer, and the components they point to."""
    adapters: dict[type, tuple[type, JsonSchemaMode, TypeAdapter[Any]]] = {}
    for operation in operations:
        if operation.body:
            adapters[operation.body] = (operation.body, "validation", TypeAdapter(operation.body))
        for shown in filter(None, operation.answers.values()):
            adapters[shown] = (shown, "serialization", TypeAdapter(shown))
    references, definitions = TypeAdapter.json_schemas(list(adapters.values()), ref_template=REF)
    return {kind: found for (kind, _), found in references.items()}, definitions.get("$defs", {})


def _operation(operation: Operation, references: dict[type, Json]) -> Json:
    summary, rest = operation.words
    scopes = " or ".join(f"`{scope.value}`" for scope in operation.scopes)
    found: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary,
        "description": f"{rest}\n\nNeeds scope {scopes}.".strip(),
        "responses": _responses(operation, references),
    }
    parameters = [*_path_names(operation), *_query_names(operation), *_headers(operation)]
    if parameters:
        found["parameters"] = parameters
    if operation.body:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": references[operation.body]}}}
    return found


def _responses(operation: Operation, references: dict[type, Json]) -> Json:
    responses: Json = {}
    for status, shown in operation.answers.items():
        responses[str(status)] = _answer(operation, status, references[shown] if shown else None)
    for status, kinds in sorted(_problems(operation).items()):
        responses[str(status)] = _problem(kinds)
    return responses


def _answer(operation: Operation, status: int, schema: Json | None) -> Json:
    if schema is None:
        return {"description": "Done."}
    content: Json = {JSON: {"schema": schema}}
    if operation.streams:
        content[EVENT_STREAM] = {"schema": {"type": "string", "description": "Each event's data is one `EventLine`."}}
    if operation.plain:
        content["text/plain"] = {"schema": {"type": "string"}}
    return {"description": "Made." if status == 201 else "Done.", "content": content}


def _problems(operation: Operation) -> dict[int, list[type[ParleyError]]]:
    kinds: list[type[ParleyError]] = [*ALWAYS, *operation.problems]
    if operation.body:
        kinds += WITH_BODY
    if operation.query:
        kinds.append(InvalidBody)
    if names_in(operation.path):
        kinds.append(NotFound)
    if operation.headers:
        kinds.append(BadInput)
    by_status: dict[int, list[type[ParleyError]]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(kind.status, []).append(kind)
    return by_status


def _problem(kinds: Sequence[type[ParleyError]]) -> Json:
    said = "; ".join(f"{kind.title} (`{kind.code}`)" for kind in kinds)
    found: Json = {
        "description": said + ".",
        "content": {PROBLEM_JSON: {"schema": {"$ref": REF.format(model="Problem")}}},
    }
    if kinds[0].status in {429, 503}:
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    if kinds[0].status == 401:
        found["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return found


def _path_names(operation: Operation) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PATH_NAMES[name].description,
            "schema": {"type": "string", "pattern": PATH_NAMES[name].pattern},
            "example": PATH_NAMES[name].example,
        }
        for name in names_in(operation.path)
    ]


def _query_names(operation: Operation) -> list[Json]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=REF)
    return [_query_name(name, dict(found)) for name, found in schema["properties"].items()]


def _query_name(name: str, schema: Json) -> Json:
    schema.pop("title", None)
    described = schema.pop("description", "")
    present = [option for option in schema.pop("anyOf", []) if option != {"type": "null"}]
    if schema.get("default") in (None, []):
        schema.pop("default", None)
    return {"name": name, "in": "query", "description": described, "schema": {**schema, **(present or [{}])[0]}}


def _headers(operation: Operation) -> list[Json]:
    return [{"name": name, "in": "header", **HEADERS[name]} for name in operation.headers]


def _bounded(schema: Any, limits: dict[str, int]) -> Any:
    """Replace each mark of a configured limit by the limit."""
    if isinstance(schema, list):
        return [_bounded(inner, limits) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _bounded(inner, limits) for name, inner in schema.items() if name != "x-limit"}
    return {**found, "maxLength": limits[schema["x-limit"]]} if "x-limit" in schema else found


def _health() -> Json:
    return {
        "/healthz": {"get": _probe("healthz", "Tell that the process is alive", "Alive.")},
        "/readyz": {"get": _probe("readyz", "Tell whether a comment can be taken now", "Ready.", NotReady)},
    }


def _probe(name: str, summary: str, meaning: str, *kinds: type[ParleyError]) -> Json:
    shown: Json = {"description": meaning, "content": {JSON: {"schema": {"type": "object"}}}}
    responses = {"200": shown, **({"503": _problem(kinds)} if kinds else {})}
    return {"operationId": name, "tags": ["Health"], "summary": summary, "security": [], "responses": responses}
