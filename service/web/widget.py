"""`/public/<site>/…`: what the widget on other sites' pages asks, without a key and from allowed pages alone."""

from collections.abc import Mapping
from typing import TypeVar

import orjson
import structlog
from flask import Blueprint, Response, g, request
from pydantic import BaseModel, ValidationError

from service.errors import BodyTooLarge, InvalidBody, InvalidJSON, NotAllowed, NotFound, UnsupportedMedia
from service.http.requests import visitor_address
from service.moderation import status, threads
from service.moderation.desk import Desk
from service.web.reader import Crowd
from service.web.widget_answers import shown_page, shown_post, shown_status
from service.web.widget_bodies import CheckBody, PostBody, problems

log = structlog.get_logger()

MAX_ARTICLE_CHARS = 200
BYTES_PER_CHAR = 12  # a character may come as two escapes, \ud83d\ude00
CHECKS, READS = 5, 60  # so many for each comment that an address may post
B = TypeVar("B", bound=BaseModel)


class Widget:
    """The requests of one process's readers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._crowd = Crowd(desk.settings.widget_rate, desk.store.seal)

    def admit(self) -> Response | None:
        """Let a request in, or answer a browser that asks whether it may post."""
        names = request.view_args or {}
        return _admit(threads.open_site(self._desk, names["site"]).origins)

    def read(self, site: str, article: str) -> Response:
        """Answer with a page of the thread; 304 without reading its texts when nothing changed."""
        self._count("read", READS)
        found = threads.index(self._desk, site, _article(article), request.args.get("after"))
        known = request.if_none_match.contains(found.tag)
        response = _json({} if known else shown_page(threads.read(self._desk, site, found)))
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(found.tag)
        response.make_conditional(request)
        return response

    def post(self, site: str, article: str) -> Response:
        """Take a comment."""
        body = _body(self._desk, PostBody)
        self._count("post", 1)
        posted = threads.post(self._desk, site, _article(article), body.to_draft(g.origin))
        log.info("widget.posted", site=site, comment_id=posted.id, standing=posted.standing.value)
        return _json(shown_post(posted, body), 201)

    def check(self, site: str) -> Response:
        """Say why a comment would be declined; nothing is kept."""
        body = _body(self._desk, CheckBody)
        self._count("check", CHECKS)
        return _json({"because": threads.warning(self._desk, site, body.to_draft())})

    def standing(self, site: str, token: str) -> Response:
        """Tell its author how a comment stands."""
        self._count("read", READS)
        if status.opened(self._desk, token)[0] != site:
            raise NotFound("There is no such comment here.")
        return _json(shown_status(status.read(self._desk, token)))

    def _count(self, what: str, cheaper: int) -> None:
        self._crowd.count(what, visitor_address(self._desk.settings), cheaper)


def blueprint(desk: Desk) -> Blueprint:
    """Return the thread of an article, the place to post, the check before it, and the author's own status."""
    pages, widget = Blueprint("widget", __name__, url_prefix="/public/<site>"), Widget(desk)
    pages.before_request(widget.admit)
    pages.after_request(_allow)
    pages.add_url_rule("/threads/<path:article>", "read", widget.read)
    pages.add_url_rule("/threads/<path:article>", "post", widget.post, methods=["POST"])
    pages.add_url_rule("/check", "check", widget.check, methods=["POST"])
    pages.add_url_rule("/status/<token>", "standing", widget.standing)
    return pages


def _admit(origins: tuple[str, ...]) -> Response | None:
    """Let pages of these origins in; answer their browsers' question before a post."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in origins:
        raise NotAllowed("The widget may not be used on this page; its site can allow the page's address.")
    g.origin = origin
    if request.method == "OPTIONS":
        return Response(status=204)
    if request.method == "POST" and origin is None:  # browsers send it with every post
        raise NotAllowed("Comments are taken from the pages of the site alone.")
    return None


def _allow(response: Response) -> Response:
    response.headers["Vary"] = "Origin"
    origin = g.get("origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    if origin and request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def _article(article: str) -> str:
    if len(article) > MAX_ARTICLE_CHARS or "\x00" in article:
        raise NotFound("There is no such article.")
    return article


def _body(desk: Desk, model: type[B]) -> B:
    """Read a body as `api/intake.py` does: JSON, bounded, wrong fields named but never repeated."""
    if request.mimetype != "application/json":
        raise UnsupportedMedia("Send the body with `Content-Type: application/json`.")
    max_chars = desk.settings.max_text_chars
    max_bytes = min(desk.settings.max_body_bytes, BYTES_PER_CHAR * max_chars + 8192)
    request.max_content_length = max_bytes
    raw = request.get_data(cache=False)
    if len(raw) >= max_bytes and request.content_length is None:
        raise BodyTooLarge(f"The body may have {max_bytes:,} bytes.")
    try:
        return model.model_validate_json(raw, context={"max_text_chars": max_chars})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise InvalidJSON from None
        raise InvalidBody("", problems(found)) from None


def _json(value: Mapping[str, object], code: int = 200) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), code, content_type="application/json")
