"""Answers to people: whole pages, or the same parts as JSON for the script that asked for them."""

import gzip
import secrets
from collections.abc import Callable
from pathlib import Path

import orjson
from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from service.errors import NotAllowed, NotFound
from service.moderation import options
from service.moderation.desk import Desk
from service.moderation.reasons import REASONS
from service.people import Role
from service.values import DEFAULT_QUEUE, ESCALATED_QUEUE, QUEUES
from service.web import text, words
from service.web.door import Visit, enter

JSON = "application/json"
WORTH_SQUEEZING_BYTES = 1000
TEMPLATES = Path(__file__).parent / "templates"
View = Callable[..., Response]


def room(name: str, desk: Desk, *doors: tuple[str, str, View]) -> Blueprint:
    """Return a blueprint of (method, path, view); only moderators of the site are let in, and views get their visit."""
    pages = Blueprint(name, __name__, template_folder=str(TEMPLATES))
    for method, path, view in doors:
        pages.add_url_rule(path, view.__name__, _guarded(desk, view), methods=[method])
    return pages


def _guarded(desk: Desk, view: View) -> View:
    def guarded(**places: str) -> Response:
        return view(enter(desk, Role.MODERATOR), **places)

    return guarded


def page(template: str, visit: Visit, status: int = 200, **more: object) -> Response:
    """Render a whole page."""
    return _squeezed(Response(fragment(template, visit, **more), status, content_type="text/html; charset=utf-8"))


def fragment(template: str, visit: Visit, **more: object) -> str:
    """Render a template with what all pages about comments need."""
    common = {"visit": visit, "words": words, "text": text, "reject_reasons": REASONS, "operation": operation}
    more.setdefault("chosen", options.read(visit.desk, visit.user.name))
    return render_template(template, **common, queues=open_queues(visit), key_names=options.KEYS, **more)


def panel(part: str, visit: Visit, title: str, **more: object) -> Response:
    """Answer a part that stands in a card when the script asks, and alone on a page otherwise."""
    inside = fragment(part, visit, heading="h3" if asks_json() else "h2", **more)
    if asks_json():
        return json({"html": inside})
    return page("panel.html", visit, title=title, inside=Markup(inside), queue=queue_of(visit))  # noqa: S704 - rendered


def json(members: object, status: int = 200) -> Response:
    """Answer a script."""
    return _squeezed(Response(orjson.dumps(members), status, content_type=JSON))


def _squeezed(response: Response) -> Response:
    """Compress an answer for a browser that takes it; cards are much alike, so a page shrinks to a sixth."""
    response.headers["Vary"] = "Accept-Encoding"
    content = response.get_data()
    if len(content) >= WORTH_SQUEEZING_BYTES and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(content, compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def asks_json() -> bool:
    """Say whether the script asks, not the browser."""
    return request.accept_mimetypes.best == JSON


def back(visit: Visit, queue: str) -> Response:
    """Send the browser to the review page, so that a reload repeats nothing."""
    return Response(status=303, headers={"Location": url_for("review.read", site=visit.site, queue=queue)})


def queue_of(visit: Visit) -> str:
    """Return the queue that is asked for; raises `NotFound`, or `NotAllowed` where only leads decide."""
    queue = request.values.get("queue", DEFAULT_QUEUE)
    if queue not in QUEUES:
        raise NotFound("There is no such queue.")
    if queue not in open_queues(visit):
        raise NotAllowed("Escalated comments are for leads.")
    return queue


def open_queues(visit: Visit) -> tuple[str, ...]:
    """Return the queues in which this person decides."""
    return tuple(queue for queue in QUEUES if queue != ESCALATED_QUEUE or visit.role.covers(Role.LEAD))


def operation() -> str:
    """Make the name under which a form takes effect once, however often it is sent."""
    return secrets.token_urlsafe(9)
