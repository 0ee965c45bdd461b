"""Is it alive, can it take comments, and what do the meters say: for machines that watch."""

from hmac import compare_digest

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from service.api.depths import Depths
from service.api.drifts import Drifts
from service.api.operation import Api, answer
from service.errors import NotAuthenticated, NotReady
from service.moderation.desk import Desk
from service.moderation.scoring import score_or_none
from service.values import Author

PROBE = "Thank you for this report."


def blueprint(api: Api) -> Blueprint:
    """Return `/healthz`, `/readyz` and `/metrics`."""
    pages, drifts = Blueprint("health", __name__), Drifts(api.desk)

    def healthz() -> Response:
        return answer({"status": "alive"})

    def readyz() -> Response:
        reasons = missing(api.desk)
        if reasons:
            raise NotReady(reasons)
        return answer({"status": "ready", "model": api.desk.scorer.version})

    def metrics() -> Response:
        _admit(api.desk)
        registry = _registry(api)
        registry.register(drifts)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    pages.add_url_rule("/healthz", view_func=healthz)
    pages.add_url_rule("/readyz", view_func=readyz)
    pages.add_url_rule("/metrics", view_func=metrics)
    return pages


def missing(desk: Desk) -> dict[str, str]:
    """Return why no comment can be taken now, by part; empty when one can."""
    reasons = {}
    health = desk.store.health()
    if not health.ready:
        reasons["store"] = health.detail
    if score_or_none(desk.scorer, [PROBE], [Author()]) == [None]:
        reasons["scorer"] = "the model does not score"
    return reasons


def _admit(desk: Desk) -> None:
    token = desk.settings.metrics_token
    if token is None:
        return
    given = request.headers.get("Authorization", "").encode()
    if not compare_digest(given, b"Bearer " + token.get_secret_value().encode()):
        raise NotAuthenticated("`/metrics` asks for the bearer token of PARLEY_METRICS_TOKEN.")


def _registry(api: Api) -> CollectorRegistry:
    """Return what to show: the counters of all web processes when they share a directory, else this one's."""
    shown = CollectorRegistry()
    try:
        MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
    except ValueError:
        shown.register(api.meters.registry)
    shown.register(Depths(api.desk.store, api.desk.scorer.version))
    return shown
