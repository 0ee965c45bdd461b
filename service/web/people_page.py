"""`/admin/people`: who may come in, and as what."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.errors import Conflict, InvalidBody, ParleyError
from service.moderation import people
from service.moderation.desk import Desk
from service.people import Role
from service.web.door import Visit, enter

Answer = str | Response
DONE = {
    "joined": "This person was known here already and signs in as before.",
    "role": "The role is changed.",
    "removed": "The person is removed.",
}


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's people."""
    pages = Blueprint("people", __name__)

    def overview() -> Answer:
        return _shown(enter(desk, Role.ADMIN))

    def add() -> Answer:
        visit, fields = enter(desk, Role.ADMIN), request.form
        name, title = fields.get("name", "").strip().lower(), fields.get("title", "").strip() or None
        try:
            made = people.create_user(desk, name, visit.site, _role(), visit.reviewer, title)
        except (InvalidBody, Conflict) as error:
            return make_response(_shown(visit, error=error), error.status)
        return _with_link(visit, name, made.token, 201) if made.token else _back(visit, "joined")

    def set_role(name: str) -> Answer:
        visit = enter(desk, Role.ADMIN)
        people.set_role(desk, name, visit.site, _role(), visit.reviewer)
        return _back(visit, "role")

    def remove(name: str) -> Answer:
        visit = enter(desk, Role.ADMIN)
        people.remove_user(desk, name, visit.site, visit.reviewer)
        return _back(visit, "removed")

    def new_link(name: str) -> Answer:
        visit = enter(desk, Role.ADMIN)
        people.find_user(desk, name, visit.site)
        token = people.new_link(desk, name, visit.reviewer, within=visit.user.sites(Role.ADMIN))
        return _with_link(visit, name, token)

    pages.add_url_rule("/admin/people", view_func=overview)
    pages.add_url_rule("/admin/people", view_func=add, methods=["POST"])
    pages.add_url_rule("/admin/people/<name>/role", view_func=set_role, methods=["POST"])
    pages.add_url_rule("/admin/people/<name>/remove", view_func=remove, methods=["POST"])
    pages.add_url_rule("/admin/people/<name>/link", view_func=new_link, methods=["POST"])
    return pages


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        problem = f"is one of {', '.join(Role)}"
        raise InvalidBody(f"A role {problem}.", [{"field": "role", "problem": problem}]) from None


def _with_link(visit: Visit, name: str, token: str, status: int = 200) -> Response:
    """Answer the link itself, not the way to it: it is shown this once and stands in no address."""
    base = visit.desk.settings.public_url or request.url_root
    return make_response(_shown(visit, invited=name, link=people.link_address(base, token)), status)


def _shown(visit: Visit, error: ParleyError | None = None, invited: str = "", link: str = "") -> str:
    return render_template(
        "people.html",
        users=people.list_users(visit.desk, visit.site),
        roles=list(Role),
        sites=visit.user.sites(Role.ADMIN),
        problem=error.detail if error else "",
        invited=invited,
        link=link,
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _back(visit: Visit, done: str) -> Response:
    return make_response(redirect(url_for("people.overview", site=visit.site, done=done), 303))
