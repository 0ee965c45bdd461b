"""Who comes in by a page: the session's cookie, the site that is looked at, and no request forged elsewhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, g, request

from service.errors import NotAllowed, NotFound, SignInNeeded
from service.moderation import sign_in
from service.moderation.desk import Desk
from service.moderation.sign_in import Visitor
from service.people import Role, User
from service.settings import Settings

HOME = "/review"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
DAY_SECONDS = 86_400
MAX_PATH_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at work on one site."""

    desk: Desk
    visitor: Visitor
    site: str
    role: Role

    @property
    def user(self) -> User:
        """The person."""
        return self.visitor.user

    @property
    def reviewer(self) -> str:
        """Name the person as claims, decisions and events do."""
        return self.user.actor

    def may(self, least: Role) -> bool:
        """Say whether the role on this site covers `least`; for templates, which pass the word."""
        return self.role.covers(Role(least))


def enter(desk: Desk, least: Role) -> Visit:
    """Let a person in who has at least this role on the site that the form or the address names, else on the first.

    Raises `SignInNeeded`, `NotAllowed`, `NotFound` for a site of others, and `NotAllowed` for a change that another
    site's page sent.
    """
    visitor = recognise(desk)
    user = visitor.user
    asked = request.form.get("site") or request.args.get("site")
    if asked and asked not in user.roles:
        raise NotFound(f"There is no site {asked!r}.")
    sites = [asked] if asked else [*user.sites(least), *user.sites()]
    if not sites or not user.roles[sites[0]].covers(least):
        raise NotAllowed(f"This page is for people with the role {least} or higher.")
    g.visit = Visit(desk, visitor, sites[0], user.roles[sites[0]])
    visit: Visit = g.visit
    return visit


def recognise(desk: Desk) -> Visitor:
    """Return who is signed in, on whatever site; raises `SignInNeeded`, and `NotAllowed` as `enter` does."""
    check_same_origin(desk.settings)
    visitor = sign_in.recognise(desk, request.cookies.get(cookie_name(desk.settings), ""))
    if visitor is None:
        raise SignInNeeded("Please sign in to see this page.")
    g.visitor = visitor
    return visitor


def check_same_origin(settings: Settings) -> None:
    """Raise `NotAllowed` for a change that was not sent by one of our own pages.

    Browsers say so in `Sec-Fetch-Site`; where they do not, which is so on plain http, `Origin` must be ours.
    """
    if request.method in SAFE_METHODS:
        return
    fetched = request.headers.get("Sec-Fetch-Site")
    own = fetched == "same-origin" if fetched else _is_own_origin(request.headers.get("Origin", ""), settings)
    if not own:
        raise NotAllowed("This was sent from another site's page, so nothing was done.")


def _is_own_origin(origin: str, settings: Settings) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # Behind a proxy the scheme we see may differ from the browser's; the host may not.
    return parts.scheme in ("http", "https") and parts.netloc in {request.host, urlsplit(settings.address).netloc}


def cookie_name(settings: Settings) -> str:
    """Name the session's cookie; over https no other host and no plain connection can set it."""
    return "__Host-parley" if is_secure(settings) else "parley"


def is_secure(settings: Settings) -> bool:
    """Say whether people reach Parley by https."""
    return settings.address.startswith("https://")


def hand_over(response: Response, token: str, settings: Settings) -> Response:
    """Give the browser a session's token."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * DAY_SECONDS,
        secure=is_secure(settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def take_back(response: Response, settings: Settings) -> Response:
    """Make the browser forget its token."""
    response.delete_cookie(cookie_name(settings), secure=is_secure(settings), httponly=True, samesite="Lax")
    return response


def own_path(path: str | None) -> str:
    """Return `path` when it leads to a page of ours, else the first page: nobody is sent elsewhere from here."""
    if not path or len(path) > MAX_PATH_CHARS or not path.startswith("/") or path.startswith("//"):
        return HOME
    return path if path.isascii() and path.isprintable() and "\\" not in path else HOME
