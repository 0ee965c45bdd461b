"""`/sign-in`: by password or one-time link; `/sign-out`."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request

from service.errors import SignInFailed, TooManyRequests
from service.http.requests import visitor_address
from service.moderation import sign_in
from service.moderation.desk import Desk
from service.web.door import check_same_origin, hand_over, own_path, recognise, take_back

Answer = str | Response


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages by which people come and go."""
    pages = Blueprint("sign_in", __name__)
    settings = desk.settings

    def form() -> Answer:
        return _form(settings.oidc_issuer, own_path(request.args.get("next")))

    def enter() -> Answer:
        check_same_origin(settings)
        target, name = own_path(request.form.get("next")), request.form.get("name", "")
        try:
            token = sign_in.by_password(desk, name, request.form.get("password", ""), visitor_address(settings))
        except (SignInFailed, TooManyRequests) as error:
            return _refused(error, _form(settings.oidc_issuer, target, name, error.detail))
        return _welcome(token, target)

    def look_at_link(token: str) -> Answer:
        return render_template("sign_in_link.html", user=sign_in.link_holder(desk, token))

    def use_link(token: str) -> Answer:
        check_same_origin(settings)
        return _welcome(sign_in.by_link(desk, token), "/account")

    def leave() -> Answer:
        sign_in.sign_out(desk, recognise(desk))
        return take_back(_redirect("/sign-in"), settings)

    def _welcome(token: str, target: str) -> Response:
        return hand_over(_redirect(target), token, settings)

    pages.add_url_rule("/sign-in", view_func=form)
    pages.add_url_rule("/sign-in", view_func=enter, methods=["POST"])
    pages.add_url_rule("/sign-in/<token>", view_func=look_at_link)
    pages.add_url_rule("/sign-in/<token>", view_func=use_link, methods=["POST"])
    pages.add_url_rule("/sign-out", view_func=leave, methods=["POST"])
    return pages


def _form(issuer: str | None, target: str, name: str = "", problem: str = "") -> str:
    provider = urlsplit(issuer).hostname if issuer else ""
    return render_template("sign_in.html", next=target, name=name, problem=problem, provider=provider)


def _refused(error: SignInFailed | TooManyRequests, page: str) -> Response:
    response = make_response(page, error.status)
    if error.retry_after_seconds:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def _redirect(path: str) -> Response:
    return make_response(redirect(path, 303))
