"""`/sign-in/oidc`: by way of an OpenID provider, where one is configured."""

from dataclasses import asdict
from hmac import compare_digest
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import orjson
from flask import Blueprint, Response, make_response, redirect, request

from service.errors import SetupError, SignInFailed
from service.moderation import sign_in
from service.moderation.desk import Desk
from service.settings import Settings
from service.web.door import hand_over, is_secure, own_path

if TYPE_CHECKING:
    from service.web.openid import Errand, Provider

AT_PROVIDER_SECONDS = 600
RETURN = "/sign-in/oidc/return"
ELSEWHERE = "This sign-in was begun elsewhere, or too long ago. Try again."


def blueprint(desk: Desk) -> Blueprint:
    """Return the way to the provider and back; without one configured, no pages.

    Raises SetupError when the packages it needs are not installed.
    """
    pages = Blueprint("oidc", __name__)
    settings = desk.settings
    if settings.oidc_issuer is None:
        return pages
    openid = _extra()
    provider: Provider = openid.Provider(settings)

    def leave() -> Response:
        errand = openid.Errand.new()
        response = make_response(redirect(provider.address(errand, _back(settings)), 303))
        return _remember(response, errand, own_path(request.args.get("next")), settings)

    def come_back() -> Response:
        kept = _remembered(settings)
        if not compare_digest(kept["state"].encode(), request.args.get("state", "").encode()):
            raise SignInFailed(ELSEWHERE)
        if "code" not in request.args:
            raise SignInFailed("Your provider did not sign you in.")
        errand, target = openid.Errand(kept["state"], kept["nonce"], kept["verifier"]), own_path(kept["next"])
        email = provider.email(errand, request.args["code"], _back(settings))
        response = hand_over(make_response(redirect(target, 303)), sign_in.by_provider(desk, email), settings)
        response.delete_cookie(_cookie_name(settings), secure=is_secure(settings), httponly=True, samesite="Lax")
        return response

    pages.add_url_rule("/sign-in/oidc", view_func=leave)
    pages.add_url_rule(RETURN, view_func=come_back)
    return pages


def _remember(response: Response, errand: "Errand", target: str, settings: Settings) -> Response:
    response.set_cookie(
        _cookie_name(settings),
        orjson.dumps({**asdict(errand), "next": target}).decode(),
        max_age=AT_PROVIDER_SECONDS,
        secure=is_secure(settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def _remembered(settings: Settings) -> dict[str, str]:
    """Return what the browser kept; the person who began is the one who comes back."""
    try:
        kept = orjson.loads(request.cookies.get(_cookie_name(settings), ""))
        return {name: str(kept[name]) for name in ("state", "nonce", "verifier", "next")}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise SignInFailed(ELSEWHERE) from None


def _extra() -> ModuleType:
    """Import what needs the extra `oidc`; raises SetupError when it lacks."""
    try:
        return import_module("service.web.openid")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("service"):
            raise
        raise SetupError(
            f"PARLEY_OIDC_ISSUER is set and needs the package {error.name}, which is not installed: "
            "pip install 'parley[oidc]'"
        ) from error


def _back(settings: Settings) -> str:
    return (settings.public_url or request.url_root).rstrip("/") + RETURN


def _cookie_name(settings: Settings) -> str:
    return "__Host-parley-oidc" if is_secure(settings) else "parley-oidc"
