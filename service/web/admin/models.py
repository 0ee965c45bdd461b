"""`/admin/models`: retrain, compare, promote and go back; nothing is promoted by itself."""

from collections.abc import Callable, Iterator, Sequence

from flask import Blueprint, Response, request

from service.errors import Conflict
from service.learning import Figure, HeadReport, SiteModel
from service.moderation.desk import Desk
from service.moderation.learning import drift, promote, retrain, showing
from service.moderation.policy import current
from service.people import Role
from service.web import plots
from service.web.admin import figure_words, sheet
from service.web.admin.frame import back, page, room
from service.web.door import Visit

FEW_ROWS = 30
DONE = {
    "cancelled": "The retraining is cancelled; nothing of it stays.",
    "promoted": "It is promoted. Every process serves it within two seconds.",
    "back": "The model before is in use again.",
    "discarded": "The model is forgotten.",
    "shadow": "The challenger is changed.",
}
COLUMNS = ("part", "name", "rows", "positives", "measure", "champion", "challenger", "difference from", "difference to")


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages about a site's models."""
    return room(
        "models",
        desk,
        ("GET", "/admin/models", Role.LEAD, overview),
        ("POST", "/admin/models/retrain", Role.ADMIN, ask),
        ("POST", "/admin/models/cancel", Role.ADMIN, cancel),
        ("POST", "/admin/models/promote", Role.ADMIN, put_in_use),
        ("POST", "/admin/models/rollback", Role.ADMIN, roll_back),
        ("POST", "/admin/models/shadow", Role.ADMIN, choose_shadow),
        ("POST", "/admin/models/discard", Role.ADMIN, discard),
        ("GET", "/admin/models/drift.csv", Role.LEAD, drift_numbers),
        ("GET", "/admin/models/shadow/<plot>.csv", Role.LEAD, shadow_numbers),
        ("GET", "/admin/models/<version>", Role.LEAD, report),
        ("GET", "/admin/models/<version>/report.csv", Role.LEAD, figures),
        ("GET", "/admin/models/<version>/<plot>.csv", Role.LEAD, numbers),
    )


def overview(visit: Visit) -> Response:
    """Show how the models stand; a reload, or the script, follows what moves."""
    return _show(visit)


def ask(visit: Visit) -> Response:
    """Start a retraining."""
    return _step(visit, "", lambda: retrain.ask(visit.desk, visit.site, visit.reviewer))


def cancel(visit: Visit) -> Response:
    """End the retraining under way."""
    return _step(visit, "cancelled", lambda: retrain.cancel(visit.desk, visit.site, visit.reviewer))


def roll_back(visit: Visit) -> Response:
    """Put the model before in use again."""
    return _step(visit, "back", lambda: promote.roll_back(visit.desk, visit.site, visit.reviewer))


def choose_shadow(visit: Visit) -> Response:
    """Let a version score live comments without deciding, or none."""
    version = request.form.get("version") or None
    return _step(visit, "shadow", lambda: promote.shadow_with(visit.desk, visit.site, version, visit.reviewer))


def discard(visit: Visit) -> Response:
    """Forget a version."""
    version = request.form.get("version", "")
    return _step(visit, "discarded", lambda: promote.discard(visit.desk, visit.site, version, visit.reviewer))


def put_in_use(visit: Visit) -> Response:
    """Promote a version; where the gate did not pass, with the reason that the log keeps."""
    version, reason = request.form.get("version", ""), request.form.get("reason", "").strip() or None
    try:
        promote.promote(visit.desk, visit.site, version, visit.reviewer, reason)
    except Conflict as error:
        known = any(model.version == version for model in promote.models_of(visit.desk, visit.site))
        return _report(visit, version, error) if known else _show(visit, error)
    return back("models.overview", visit, done="promoted")


def report(visit: Visit, version: str) -> Response:
    """Show a version beside the champion that it was measured against."""
    return _report(visit, version)


def figures(visit: Visit, version: str) -> Response:
    """Answer every figure of a report as a table."""
    return sheet.download(f"report-{version}", COLUMNS, _rows(showing.find(visit.desk, visit.site, version)))


def numbers(visit: Visit, version: str, plot: str) -> Response:
    """Answer the numbers of one plot."""
    model = showing.find(visit.desk, visit.site, version)
    found = plots.of_report(model.report, current(visit.desk, visit.site).thresholds)
    return plots.download(plots.named(found, plot), version)


def shadow_numbers(visit: Visit, plot: str) -> Response:
    """Answer the numbers of one plot of live scores."""
    found = showing.show(visit.desk, visit.site).shadow
    return plots.download(plots.named(plots.of_shadow(found) if found else (), plot), visit.site)


def drift_numbers(visit: Visit) -> Response:
    """Answer what is known of drift."""
    columns = ("what", "attribute", "value", "before", "level", "comments", "comments before")
    rows = [
        (one.what, one.attribute, one.value, one.before, one.level, one.rows, one.rows_before)
        for one in drift.drift(visit.desk, visit.site)
    ]
    return sheet.download(f"drift-{visit.site}", columns, rows)


def _step(visit: Visit, done: str, step: Callable[[], object]) -> Response:
    try:
        step()
    except Conflict as error:
        return _show(visit, error)
    return back("models.overview", visit, **({"done": done} if done else {}))


def _show(visit: Visit, error: Conflict | None = None) -> Response:
    found = showing.show(visit.desk, visit.site)
    return page(
        "admin_models.html",
        visit,
        error.status if error else 200,
        found=found,
        live=showing.live_differences(visit.desk, visit.site, found.shadow),
        moved=plots.drift(found.drift, figure_words.drift),
        shadow_plots=plots.of_shadow(found.shadow) if found.shadow else (),
        problem=error.detail if error else "",
        done=DONE.get(request.args.get("done", ""), ""),
        say=figure_words,
    )


def _report(visit: Visit, version: str, error: Conflict | None = None) -> Response:
    model = showing.find(visit.desk, visit.site, version)
    thresholds = current(visit.desk, visit.site).thresholds
    return page(
        "admin_model.html",
        visit,
        error.status if error else 200,
        model=model,
        standing=promote.standing(visit.desk, visit.site),
        differing=showing.with_texts(visit.desk, visit.site, model.report.differences if model.report else ()),
        plots={head.attribute: plots.of_head(head, thresholds.get(head.attribute)) for head in _heads(model)},
        problem=error.detail if error else "",
        reason=request.form.get("reason", ""),
        few=FEW_ROWS,
        say=figure_words,
    )


def _heads(model: SiteModel) -> Sequence[HeadReport]:
    return model.report.heads if model.report else ()


def _rows(model: SiteModel) -> Iterator[tuple[sheet.Cell, ...]]:
    if model.report is None:
        return
    for head in model.report.heads:
        for one in head.figures:
            yield ("attribute", head.attribute, head.rows, head.positives, *_cells(one))
    for part in model.report.slices:
        for one in part.figures:
            yield (part.kind, part.name, part.rows, part.positives, *_cells(one))
    yield ("all", "reviewed", model.report.rows, None, *_cells(model.report.reviewed))
    for one in model.report.drift:
        yield ("drift", one.name, model.report.rows, None, *_cells(one))


def _cells(one: Figure) -> tuple[sheet.Cell, ...]:
    return one.name, one.champion, one.challenger, one.low, one.high
