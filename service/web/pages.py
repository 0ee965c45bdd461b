"""Put the pages into a Flask app: every area, their files and headers, and errors as pages for people."""

from collections.abc import Callable

import orjson
from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for
from jinja2 import StrictUndefined

from service.moderation.desk import Desk
from service.web import (
    account,
    decisions,
    details,
    oidc,
    people_page,
    quality_page,
    review,
    search,
    settings_page,
    sign_in,
)
from service.web.admin import dashboard, deliveries, frame, keys, labels, log, models, policy
from service.web.assets import Assets
from service.web.door import HOME

AREAS: tuple[Callable[[Desk], Blueprint], ...] = (
    sign_in.blueprint,
    oidc.blueprint,
    account.blueprint,
    people_page.blueprint,
    quality_page.blueprint,
    review.blueprint,
    decisions.blueprint,
    details.blueprint,
    search.blueprint,
    settings_page.blueprint,
    dashboard.blueprint,
    log.blueprint,
    deliveries.blueprint,
    keys.blueprint,
    models.blueprint,
    policy.blueprint,
    labels.blueprint,
)
PROBLEM_JSON = "application/problem+json"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
HEADERS = (("Content-Security-Policy", CSP), ("Referrer-Policy", "same-origin"))


def install(app: Flask, desk: Desk) -> None:
    """Add the pages to `app`; what the API answers for errors becomes a page where a page was asked for."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    blueprints = [_common(), *(area(desk) for area in AREAS)]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    names = {blueprint.name for blueprint in blueprints}
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in names]
    rooms = frozenset(_room(rule) for rule in rules)

    def on_the_way_in() -> None:
        if _room(request.path) in rooms:
            request.max_content_length = desk.settings.max_body_bytes

    def on_the_way_out(response: Response) -> Response:
        if _room(request.path) not in rooms:
            return response
        if response.mimetype == PROBLEM_JSON and _navigates():
            response = _shown(response)
        if response.mimetype == "text/html":
            response.headers.extend([header for header in HEADERS if header[0] not in response.headers])
        return response

    app.before_request(on_the_way_in)
    app.after_request(on_the_way_out)


def _common() -> Blueprint:
    """Return what all pages share: templates, `/static` and the way to the first page."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    assets = Assets()

    def known() -> dict[str, object]:
        row = {"admin_places": frame.places, "admin_here": frame.here}
        return {"asset": assets.address, "visit": g.get("visit"), "visitor": g.get("visitor"), **row}

    pages.app_context_processor(known)
    pages.add_url_rule("/static/<name>", "static", assets.response)
    pages.add_url_rule("/", "first", lambda: redirect(HOME, 303))
    return pages


def _room(path: str) -> str:
    return path.split("/", 2)[1]


def _navigates() -> bool:
    """Say whether a person waits for a page; a script of ours reads the problem document itself."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _shown(problem: Response) -> Response:
    """Return the page for a problem document; who must sign in first is sent there, and back afterwards."""
    told = orjson.loads(problem.get_data())
    if told["code"] == "sign-in-needed":
        back = request.full_path.removesuffix("?") if request.method == "GET" else HOME
        return Response(status=303, headers={"Location": url_for("sign_in.form", next=back)})
    page = Response(render_template("problem.html", problem=told), problem.status_code, content_type="text/html")
    for name in ("Retry-After", "Allow"):
        if name in problem.headers:
            page.headers[name] = problem.headers[name]
    return page
