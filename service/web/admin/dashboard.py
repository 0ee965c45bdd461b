"""`/admin`: what needs an admin now, and how the day goes."""

from flask import Blueprint, Response

from service.moderation import overview, quality
from service.moderation.desk import Desk
from service.moderation.learning import daily
from service.moderation.learning.daily import Daily
from service.people import Role
from service.web import plots
from service.web.admin.frame import page, room
from service.web.door import Visit

PAGES = {
    "review": "/review",
    "quality": "/admin/quality",
    "deliveries": "/admin/deliveries",
    "policy": "/admin/policy",
    "models": "/admin/models",
}


def blueprint(desk: Desk) -> Blueprint:
    """Return the first of an admin's pages."""
    return room(
        "dashboard", desk, ("GET", "/admin", Role.LEAD, glance), ("GET", "/admin/verdicts.csv", Role.LEAD, numbers)
    )


def glance(visit: Visit) -> Response:
    """Show how the site stands."""
    found = overview.look(visit.desk, visit.site)
    return page("admin_overview.html", visit, found=found, days=_plot(found.daily), say=quality, links=PAGES)


def numbers(visit: Visit) -> Response:
    """Answer the verdicts of each day."""
    return plots.download(_plot(daily.verdicts(visit.desk, visit.site)), visit.site)


def _plot(found: Daily) -> plots.Plot:
    return plots.verdicts_per_day(found.days, found.counts)
