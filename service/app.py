"""The web process, wired in one place."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from models import delta
from models.classifier import Classifier
from models.second.opinion import SecondOpinion
from service import logs
from service.api import routes
from service.api.stream import Streams
from service.compat import doors
from service.compat.door import Hall
from service.moderation.desk import Desk
from service.moderation.learning.watch import Watch
from service.moderation.second.adviser import adviser_of
from service.settings import Settings
from service.store.connect import connect
from service.web import pages, public


class Synchronous(Flask):
    """A Flask app whose functions are no coroutines: asking each of them at each request would cost a hundredth."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func`."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the web application from `settings`, or from the environment; connects to nothing yet."""
    settings = settings or Settings()
    logs.set_up(settings.log_level)
    store, base = connect(settings), Classifier.load(settings.model)
    watch = Watch(store, base, lambda packed: base.adapted(delta.unpack(packed)), base.unseen)
    adviser = adviser_of(
        settings.second_opinion,
        settings.second_model,
        lambda folder: SecondOpinion.load(folder, base.normalise),
        settings.second_at_once,
    )
    return build(Desk(store, base, settings, watch, adviser))


def build(desk: Desk, streams: Streams | None = None) -> Flask:
    """Build the web application around a desk; tests bring one with their own scorer."""
    app = Synchronous("service", static_folder=None)
    app.url_map.merge_slashes = False
    app.extensions["watch"], app.extensions["adviser"] = desk.watch, desk.adviser
    api = routes.install(app, desk, streams, doors.form_at)
    desk.adviser.observe = api.meters.observe_second_opinions
    doors.install(app, Hall(desk, api.gate, api.meters))
    public.install(app, desk)
    pages.install(app, desk)
    return app
