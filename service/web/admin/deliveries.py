"""`/admin/deliveries`: where decisions are told, what waits to be told, and what was set aside."""

from flask import Blueprint, Response, request

from service.errors import InvalidBody
from service.moderation import deliveries, tenants
from service.moderation.desk import Desk
from service.people import Role
from service.web.admin.frame import back, page, room
from service.web.door import Visit

DONE = {
    "address": "The address is saved.",
    "off": "Deliveries are off; decisions are told to nobody.",
    "again": "It is due again, with all its attempts before it.",
}


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's deliveries."""
    return room(
        "deliveries",
        desk,
        ("GET", "/admin/deliveries", Role.ADMIN, overview),
        ("POST", "/admin/deliveries/address", Role.ADMIN, set_address),
        ("POST", "/admin/deliveries/again", Role.ADMIN, again),
    )


def overview(visit: Visit) -> Response:
    """Show what is still to be delivered."""
    return _show(visit)


def set_address(visit: Visit) -> Response:
    """Set the webhook's address; with a new one comes a new secret, shown this once."""
    url = request.form.get("url", "").strip() or None
    try:
        _, secret = tenants.set_webhook(visit.desk, visit.site, url, visit.reviewer)
    except InvalidBody as error:
        return _show(visit, error.status, problem=error.detail)
    if secret:
        return _show(visit, secret=secret)
    return back("deliveries.overview", visit, done="address" if url else "off")


def again(visit: Visit) -> Response:
    """Try one delivery that was set aside once more, or all."""
    deliveries.revive(visit.desk, visit.site, visit.reviewer, request.form.get("id") or None)
    return back("deliveries.overview", visit, done="again")


def _show(visit: Visit, status: int = 200, problem: str = "", secret: str = "") -> Response:
    response = page(
        "admin_deliveries.html",
        visit,
        status,
        kept=tenants.find_site(visit.desk, visit.site),
        found=deliveries.outlook(visit.desk, visit.site),
        most=visit.desk.settings.delivery_attempts,
        done=DONE.get(request.args.get("done", ""), ""),
        problem=problem,
        secret=secret,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
