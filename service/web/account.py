"""`/account`: one's own password, and where one is signed in."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from service.errors import InvalidBody, ParleyError, SignInFailed, TooManyRequests
from service.http.requests import visitor_address
from service.moderation import sign_in
from service.moderation.desk import Desk
from service.moderation.passwords import MIN_CHARS
from service.moderation.sign_in import Visitor
from service.web.door import recognise

Answer = str | Response
DONE = {"password": "Your password is set. You were signed out everywhere else.", "ended": "The session has ended."}


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages about oneself."""
    pages = Blueprint("account", __name__)

    def overview() -> Answer:
        return shown(recognise(desk))

    def set_password() -> Answer:
        visitor, fields = recognise(desk), request.form
        address = visitor_address(desk.settings)
        try:
            sign_in.set_password(desk, visitor, fields.get("password", ""), fields.get("current", ""), address)
        except (InvalidBody, SignInFailed, TooManyRequests) as error:
            return make_response(shown(visitor, error), error.status)
        return _back("password")

    def end_session() -> Answer:
        sign_in.end_session(desk, recognise(desk), request.form.get("session", ""))
        return _back("ended")

    def end_others() -> Answer:
        sign_in.end_other_sessions(desk, recognise(desk))
        return _back("ended")

    def shown(visitor: Visitor, error: ParleyError | None = None) -> str:
        return render_template(
            "account.html",
            sessions=sign_in.sessions(desk, visitor.user),
            needs_current=sign_in.needs_current(visitor),
            min_chars=MIN_CHARS,
            problem=error.detail if error else "",
            done=DONE.get(request.args.get("done", ""), ""),
        )

    pages.add_url_rule("/account", view_func=overview)
    pages.add_url_rule("/account/password", view_func=set_password, methods=["POST"])
    pages.add_url_rule("/account/sessions/end", view_func=end_session, methods=["POST"])
    pages.add_url_rule("/account/sessions/end-others", view_func=end_others, methods=["POST"])
    return pages


def _back(done: str) -> Response:
    return make_response(redirect(f"/account?done={done}", 303))
