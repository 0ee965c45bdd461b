"""`/admin/quality`: how far automation and people can be trusted, and the disagreements that a lead settles."""

import secrets

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.errors import Conflict, InvalidBody, ParleyError
from service.moderation import looks, quality
from service.moderation.desk import Desk
from service.people import Role
from service.values import Choice, Decision
from service.web.door import Visit, enter

Answer = str | Response
WORDS = {Choice.APPROVE: "approve", Choice.REJECT: "reject", Choice.ESCALATE: "not sure"}


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's quality."""
    pages = Blueprint("quality", __name__)

    def overview() -> Answer:
        return _shown(enter(desk, Role.LEAD))

    def settle() -> Answer:
        visit, form = enter(desk, Role.LEAD), request.form
        word = Decision(form.get("id", ""), _last_word(form.get("decision", "")), form.get("reason") or None)
        try:
            looks.settle(desk, visit.site, visit.reviewer, word, form.get("operation") or None)
        except Conflict as error:
            return make_response(_shown(visit, error), error.status)
        there = url_for("quality.overview", site=visit.site, settled="yes")
        return make_response(redirect(there, 303))

    pages.add_url_rule("/admin/quality", view_func=overview)
    pages.add_url_rule("/admin/quality", view_func=settle, methods=["POST"])
    return pages


def _last_word(said: str) -> Choice:
    try:
        return Choice(said)
    except ValueError:
        raise InvalidBody("A last word is approve or reject.") from None


def _shown(visit: Visit, error: ParleyError | None = None) -> str:
    return render_template(
        "quality.html",
        found=quality.measure(visit.desk, visit.site),
        say=quality,
        words=WORDS,
        sites=visit.user.sites(Role.LEAD),
        operation=secrets.token_urlsafe(12),
        problem=error.detail if error else "",
        settled="settled" in request.args,
        days=quality.DAYS,
    )
