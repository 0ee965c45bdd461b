"""What all of an admin's pages share: who may come in, the pages beside this one, and the way back after a form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from service.moderation.desk import Desk
from service.people import Role
from service.web import text, words
from service.web.answers import operation
from service.web.door import Visit, enter

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the row of pages on top, for people with at least this role."""

    path: str
    name: str
    least: Role


PLACES = (
    Place("/admin", "Overview", Role.LEAD),
    Place("/admin/models", "Models", Role.LEAD),
    Place("/admin/policy", "Policy", Role.LEAD),
    Place("/admin/labels", "Labels", Role.ADMIN),
    Place("/admin/quality", "Quality", Role.LEAD),
    Place("/admin/people", "People", Role.ADMIN),
    Place("/admin/keys", "Keys", Role.ADMIN),
    Place("/admin/deliveries", "Deliveries", Role.ADMIN),
    Place("/admin/log", "Log", Role.LEAD),
)


def places(visit: Visit) -> list[Place]:
    """Return the pages that this person may open on this site."""
    return [place for place in PLACES if visit.role.covers(place.least)]


def here() -> str:
    """Return the path of the page of the row that the address belongs to; empty outside of them."""
    if request.path == "/admin":
        return request.path
    parts = request.path.split("/")
    return "/".join(parts[:3]) if parts[1] == "admin" else ""


def room(name: str, desk: Desk, *doors: tuple[str, str, Role, View]) -> Blueprint:
    """Return a blueprint of (method, path, least role, view); views get their visit and the address's parts."""
    pages = Blueprint(name, __name__)
    for method, path, least, view in doors:
        pages.add_url_rule(path, view.__name__, _guarded(desk, least, view), methods=[method])
    return pages


def _guarded(desk: Desk, least: Role, view: View) -> View:
    def guarded(**parts: str) -> Response:
        return view(enter(desk, least), **parts)

    return guarded


def page(template: str, visit: Visit, status: int = 200, **more: object) -> Response:
    """Render a whole page."""
    html = render_template(template, visit=visit, words=words, text=text, operation=operation, **more)
    return Response(html, status, content_type="text/html; charset=utf-8")


def back(endpoint: str, visit: Visit, **query: Any) -> Response:
    """Send the browser to a page, so that a reload repeats nothing."""
    return Response(status=303, headers={"Location": url_for(endpoint, site=visit.site, **query)})
