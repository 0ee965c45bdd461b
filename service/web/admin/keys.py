"""`/admin/keys`: the programs that may speak for a site."""

from flask import Blueprint, Response, request

from service.errors import InvalidBody
from service.moderation import tenants
from service.moderation.desk import Desk
from service.people import Role
from service.tenancy import ApiKey, Scope
from service.web.admin.frame import back, page, room
from service.web.door import Visit

GRANTED = (Scope.SUBMIT, Scope.REVIEW, Scope.ADMIN)
MEANINGS = {
    Scope.SUBMIT: "sends comments and learns what became of them",
    Scope.REVIEW: "takes comments, decides them and reads the log",
    Scope.ADMIN: "changes policy, models, keys and people of this site",
    Scope.OPERATOR: "spans all sites; made on the command line alone",
}
DONE = {"revoked": "The key is revoked. Every process refuses it within two seconds."}
MAX_NAME_CHARS = 100
DOOR = "door"


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's keys."""
    return room(
        "keys",
        desk,
        ("GET", "/admin/keys", Role.ADMIN, overview),
        ("POST", "/admin/keys", Role.ADMIN, create),
        ("POST", "/admin/keys/<key_id>/revoke", Role.ADMIN, revoke),
        ("POST", "/admin/keys/<key_id>/rotate", Role.ADMIN, rotate),
    )


def overview(visit: Visit) -> Response:
    """List the keys, those in use first."""
    return _show(visit)


def create(visit: Visit) -> Response:
    """Make a key and show it, this once."""
    name = request.form.get("name", "").strip()[:MAX_NAME_CHARS] or None
    try:
        made = _made(visit, name)
    except InvalidBody as error:
        return _show(visit, error.status, problem=error.detail)
    return _show(visit, 201, made=made)


def revoke(visit: Visit, key_id: str) -> Response:
    """End a key."""
    tenants.revoke_key(visit.desk, visit.site, key_id, visit.reviewer)
    return back("keys.overview", visit, done="revoked")


def rotate(visit: Visit, key_id: str) -> Response:
    """Replace a key and show the new one, this once."""
    return _show(visit, made=tenants.rotate_key(visit.desk, visit.site, key_id, visit.reviewer))


def _made(visit: Visit, name: str | None) -> tuple[ApiKey, str]:
    wanted = request.form.getlist("scope")
    if wanted == [DOOR]:
        return tenants.create_door_key(visit.desk, visit.site, visit.reviewer, name)
    scopes = frozenset(scope for scope in GRANTED if scope in wanted)
    if not scopes or len(scopes) < len(set(wanted)):
        raise InvalidBody("Choose what the key may do: submit, review, admin, or a short key by itself.")
    return tenants.create_key(visit.desk, visit.site, scopes, visit.reviewer, name)


def _show(visit: Visit, status: int = 200, made: tuple[ApiKey, str] | None = None, problem: str = "") -> Response:
    """Answer a new key itself, not the way to it, so that it stands in no address."""
    keys = sorted(tenants.list_keys(visit.desk, visit.site), key=lambda key: key.revoked_at is not None)
    done = DONE.get(request.args.get("done", ""), "")
    more = {"keys": keys, "granted": GRANTED, "meanings": MEANINGS, "door": DOOR}
    response = page("admin_keys.html", visit, status, made=made, problem=problem, done=done, **more)
    response.headers["Cache-Control"] = "no-store"
    return response
