"""`/admin/log`: the audit log, filtered, newest first, and as CSV."""

import re
from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, request, url_for

from service.moderation import history, people
from service.moderation.desk import Desk
from service.moderation.history import Question
from service.people import Role
from service.values import Event
from service.web.admin import sheet
from service.web.admin.frame import page, room
from service.web.door import Visit

TYPES = {
    "Comments": (
        "received edited claimed released skipped expired parted approved rejected escalated undone corrected appealed "
        "feedback erased looked revised reason_disputed campaign_followed campaign_unfollowed"
    ),
    "Deliveries": "delivered delivery_failed delivery_abandoned deliveries_revived",
    "Learning": (
        "suggested labels_imported label_dropped retraining_asked retraining_cancelled retraining_ended model_trained "
        "model_promoted model_rolled_back model_shadowed model_discarded"
    ),
    "Site": (
        "policy_changed site_created webhook_changed door_changed origins_changed key_created key_revoked key_rotated"
    ),
    "People": (
        "user_created user_role_changed user_removed user_link_made user_disabled user_enabled user_signed_out "
        "signed_in"
    ),
}
COLUMNS = ("id", "time", "type", "by", "comment", "version", "detail")
EVENT_ID = re.compile(r"\d{1,15}-\d{1,19}")
LONGEST = 300


def blueprint(desk: Desk) -> Blueprint:
    """Return the page and its table."""
    return room("log", desk, ("GET", "/admin/log", Role.LEAD, overview), ("GET", "/admin/log.csv", Role.LEAD, table))


def overview(visit: Visit) -> Response:
    """Show a page of what matches."""
    asked = _asked()
    return page(
        "admin_log.html",
        visit,
        asked=asked,
        found=history.lines(visit.desk, visit.site, asked),
        types={group: sorted(names.split()) for group, names in TYPES.items()},
        users=people.list_users(visit.desk, visit.site),
        detail=detail,
        query=_query(visit),
        day=_day_of,
        where=url_for,
    )


def table(visit: Visit) -> Response:
    """Answer all that matches, up to fifty thousand lines."""
    rows = map(_row, history.every(visit.desk, visit.site, _asked()))
    return sheet.download(f"log-{visit.site}", COLUMNS, rows)


def detail(event: Event) -> str:
    """Write what an event says besides, in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {_word(value)}" for name, value in event.detail.items())


def _word(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "yes" if value else "no" if value is False else "nothing"
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _row(event: Event) -> tuple[sheet.Cell, ...]:
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds")
    return event.id, at, event.type, event.by, event.comment, event.version, detail(event)


def _asked() -> Question:
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("type", "by", "comment")}
    before = request.args.get("before", "")
    until = _day("until")
    return Question(
        **given,
        since=_day("since"),
        until=until + timedelta(days=1, milliseconds=-1) if until else None,
        before=before if EVENT_ID.fullmatch(before) else None,
    )


def _day(name: str) -> datetime | None:
    """Return the beginning of the day that a field names, in UTC; None for what is no day."""
    try:
        day = datetime.strptime(request.args.get(name, ""), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return datetime.combine(day, time(), UTC) if day.year >= 1970 else None


def _day_of(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d") if at else ""


def _query(visit: Visit) -> dict[str, str]:
    """Return the question as it stands in the address, without the place in the log."""
    named = ("type", "by", "comment", "since", "until")
    return {"site": visit.site, **{name: request.args[name] for name in named if request.args.get(name)}}
