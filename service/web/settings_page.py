"""A person's own settings: keys, and how severe texts are shown."""

from flask import Blueprint, Response, request, url_for

from service.errors import InvalidBody
from service.moderation import options
from service.moderation.desk import Desk
from service.moderation.options import KEYS, SHOWINGS, SIZES, Options
from service.web.answers import page, room
from service.web.door import Visit

DEFAULTS = "defaults"


def blueprint(desk: Desk) -> Blueprint:
    """Return the page and its form."""
    return room("settings", desk, ("GET", "/review/settings", read), ("POST", "/review/settings", save))


def read(visit: Visit) -> Response:
    """Show what is chosen."""
    is_saved = "saved" in request.args
    return _show(visit, options.read(visit.desk, visit.user.name), is_saved=is_saved)


def save(visit: Visit) -> Response:
    """Keep what was chosen, or say what cannot be."""
    wanted = Options() if request.form.get("action") == DEFAULTS else _wanted()
    try:
        options.save(visit.desk, visit.user.name, wanted)
    except InvalidBody as error:
        return _show(visit, wanted, 422, errors={one["field"]: one["problem"] for one in error.errors})
    return Response(status=303, headers={"Location": url_for("settings.read", site=visit.site, saved=1)})


def _wanted() -> Options:
    form = request.form
    return Options(
        keys_on="keys_on" in form,
        keys={action: form.get(action, key).strip() for action, key in options.default_keys().items()},
        severe=form.get("severe", ""),
        spreads="spreads" in form,
        counts="counts" in form,
        size=form.get("size", 0, int),
    )


def _show(
    visit: Visit, chosen: Options, status: int = 200, errors: dict[str, str] | None = None, is_saved: bool = False
) -> Response:
    return page(
        "settings.html",
        visit,
        status,
        chosen=chosen,
        errors=errors or {},
        is_saved=is_saved,
        actions=KEYS,
        showings=SHOWINGS,
        sizes=SIZES,
    )
