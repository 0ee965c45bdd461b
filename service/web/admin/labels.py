"""`/admin/labels`: what the model learns from, counted, looked through, and dropped where it is wrong."""

from flask import Blueprint, Response, request

from service.moderation import labels
from service.moderation.desk import Desk
from service.people import Role
from service.web.admin import sheet
from service.web.admin.frame import back, page, room
from service.web.door import Visit

PER_PAGE = 50
LONGEST = 300
COLUMNS = ("source", "value", "labels")
DROPPED = "dropped"


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's labels."""
    return room(
        "labels",
        desk,
        ("GET", "/admin/labels", Role.ADMIN, overview),
        ("GET", "/admin/labels.csv", Role.ADMIN, numbers),
        ("POST", "/admin/labels/drop", Role.ADMIN, drop),
    )


def overview(visit: Visit) -> Response:
    """Show the counts, and a page of labels that match."""
    source, value, after = (request.args.get(name, "")[:LONGEST] for name in ("source", "value", "after"))
    found, following = labels.page(visit.desk, visit.site, after or None, PER_PAGE, source or None, value or None)
    return page(
        "admin_labels.html",
        visit,
        counts=sorted(labels.counts(visit.desk, visit.site).items()),
        found=found,
        following=following,
        asked={"source": source, "value": value},
        after=after,
        dropped=DROPPED in request.args,
        models=request.args.getlist("model"),
    )


def numbers(visit: Visit) -> Response:
    """Answer the counts by source and value."""
    counts = sorted(labels.counts(visit.desk, visit.site).items())
    return sheet.download(f"labels-{visit.site}", COLUMNS, [(*named, count) for named, count in counts])


def drop(visit: Visit) -> Response:
    """Forget one label, and say which models learned from it."""
    models = labels.drop(visit.desk, visit.site, request.form.get("id", ""), visit.reviewer)
    kept = {name: request.form[name] for name in ("source", "value", "after") if request.form.get(name)}
    return back("labels.overview", visit, **kept, dropped="yes", model=models)
