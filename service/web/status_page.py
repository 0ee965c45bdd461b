"""`/status/<token>`: the author sees how a comment stands, why, and may object once. Works without script."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from service.errors import Conflict, NotFound, ParleyError
from service.moderation import status
from service.moderation.desk import Desk
from service.moderation.statement_text import as_text, automation
from service.moderation.status import Status

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
}
MAX_FORM_BYTES = 16_384
MAX_NOTE_CHARS = 1000
NO_NOTE = "Please say in a few words what the other person should know."
LONG_NOTE = f"Please say it in {MAX_NOTE_CHARS} characters or fewer."


def blueprint(desk: Desk) -> Blueprint:
    """Return the page, its form, and the statement as text."""
    pages = Blueprint("status", __name__, template_folder="templates")

    def show(token: str) -> Response:
        return _page(status.read(desk, token), token)

    def appeal(token: str) -> Response:
        request.max_content_length = MAX_FORM_BYTES
        note = request.form.get("note", "").replace("\x00", "").strip()
        problem = NO_NOTE if not note else LONG_NOTE if len(note) > MAX_NOTE_CHARS else None
        if problem:
            return _page(status.read(desk, token), token, note, problem, 422)
        status.appeal(desk, token, note)
        return _kept_quiet(redirect(url_for("status.show", token=token), 303))  # type: ignore[arg-type]

    def as_plain_text(token: str) -> Response:
        found = status.read(desk, token)
        if found.statement is None:
            raise NotFound("This comment is not declined, so there is nothing to state.")
        return _kept_quiet(Response(as_text(found.statement), content_type="text/plain; charset=utf-8"))

    pages.add_url_rule("/status/<token>", "show", show)
    pages.add_url_rule("/status/<token>", "appeal", appeal, methods=["POST"])
    pages.add_url_rule("/status/<token>/statement.txt", "as_plain_text", as_plain_text)
    pages.register_error_handler(ParleyError, _problem)
    return pages


def _page(found: Status, token: str, note: str = "", problem: str | None = None, code: int = 200) -> Response:
    told = automation(found.statement) if found.statement else ""
    page = render_template(
        "status.html", status=found, token=token, note=note, problem=problem, automation=told, max_note=MAX_NOTE_CHARS
    )
    return _kept_quiet(Response(page, code, content_type="text/html; charset=utf-8"))


def _problem(error: ParleyError) -> Response:
    title = "This is not possible any more" if isinstance(error, Conflict) else error.title
    page = render_template("status_problem.html", title=title, detail=error.detail)
    response = Response(page, error.status, content_type="text/html; charset=utf-8")
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return _kept_quiet(response)


def _kept_quiet(response: Response) -> Response:
    """Keep the link out of search machines; who follows a link from here does not tell where from (`api/hooks.py`)."""
    response.headers.update(HEADERS)
    return response
