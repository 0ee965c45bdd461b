"""The OpenAPI document, the pages that show it, and what each kind of problem means; all from this host."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import flask_swagger_ui
import orjson
from flask import Blueprint, Response, send_from_directory

from service.api import openapi, problems
from service.api.operation import JSON, Area, answer
from service.errors import NotFound
from service.settings import Settings

SWAGGER_FILES = Path(flask_swagger_ui.__file__).parent / "dist"
SHOWN_FILES = frozenset(
    {"swagger-ui.css", "swagger-ui-bundle.js", "index.css", "favicon-16x16.png", "favicon-32x32.png"}
)
# Swagger UI writes style attributes; its scripts and everything else come from here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<main id="reference"><noscript>The API as a document: <a href="/openapi.json">openapi.json</a></noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


def blueprint(areas: Sequence[Area], settings: Settings) -> Blueprint:
    """Return `/openapi.json`, `/docs` and `/problems/<code>`."""
    pages = Blueprint("docs", __name__)

    @cache
    def written() -> bytes:
        return orjson.dumps(openapi.document(areas, settings))

    def document() -> Response:
        return Response(written(), content_type=JSON)

    pages.add_url_rule("/openapi.json", view_func=document)
    pages.add_url_rule("/docs", view_func=page)
    pages.add_url_rule("/docs/start.js", view_func=start)
    pages.add_url_rule("/docs/<name>", view_func=shown_file)
    pages.add_url_rule("/problems/<code>", view_func=problem)
    return pages


def page() -> Response:
    """Return the page that shows the document."""
    return Response(PAGE, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


def start() -> Response:
    """Return the script that starts the page."""
    return Response(START, content_type="text/javascript; charset=utf-8")


def shown_file(name: str) -> Response:
    """Return a file of Swagger UI; raises `NotFound` for one that the page does not need."""
    if name not in SHOWN_FILES:
        raise NotFound("There is no such file.")
    return send_from_directory(SWAGGER_FILES, name, max_age=3600)


def problem(code: str) -> Response:
    """Explain a kind of problem; raises `NotFound`."""
    kind = next((kind for kind in problems.kinds() if kind.code == code), None)
    if kind is None:
        raise NotFound("There is no problem of this name.")
    meaning = (kind.__doc__ or "").strip()
    return answer({"code": kind.code, "title": kind.title, "status": kind.status, "meaning": meaning})
