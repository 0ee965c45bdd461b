"""Put the API into a Flask app: every area, and what belongs to all of them."""

from collections.abc import Callable

from flask import Blueprint, Flask

from service.api import (
    comments,
    docs,
    events,
    health,
    hooks,
    labels,
    models,
    paths,
    policy,
    problems,
    quality,
    review,
    scores,
    statements,
    tenants,
    users,
    verdicts,
)
from service.api.gate import Gate
from service.api.meters import Meters
from service.api.operation import Api, Area, bind
from service.api.stream import Streams
from service.moderation.desk import Desk

AREAS: tuple[Area, ...] = (
    comments.area,
    scores.area,
    review.area,
    statements.area,
    verdicts.area,
    events.area,
    policy.area,
    labels.area,
    models.area,
    quality.area,
    tenants.area,
    users.area,
)


def _no_other_form(_path: str) -> None:
    return None


def install(
    app: Flask,
    desk: Desk,
    streams: Streams | None = None,
    form_at: Callable[[str], problems.Form | None] = _no_other_form,
) -> Api:
    """Add the API, its documentation and its problem documents to `app`.

    Live streams hold a thread each, so by default at most half of the threads may. `form_at` names the form of errors
    at paths that are not this API's.
    """
    meters = Meters()
    gate = Gate(desk.store, desk.settings)
    api = Api(desk, gate, meters, streams or Streams(max(1, desk.settings.web_threads // 2)))
    paths.install(app)
    hooks.install(app, meters)
    problems.install(app, meters, form_at)
    app.register_blueprint(_v1(api))
    app.register_blueprint(health.blueprint(api))
    app.register_blueprint(docs.blueprint(AREAS, desk.settings))
    return api


def _v1(api: Api) -> Blueprint:
    pages = Blueprint("v1", __name__)
    for area in AREAS:
        for operation in area.operations:
            pages.add_url_rule(
                paths.rule_of(operation.path), operation.name, bind(operation, api), methods=[operation.method]
            )
    return pages
