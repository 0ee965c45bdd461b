"""What watches Parley: alive, ready, metrics."""

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from service.app import build
from service.errors import StoreUnavailable
from service.moderation.learning.promote import promote
from service.store.connection import Connection
from service.store.health import Health
from tests.moderation.site_models import SITE, days, keep, passed


def samples(client, **more):
    text = client.get("/metrics", **more).get_data(as_text=True)
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_it_is_alive_without_a_key(app):
    assert app.test_client().get("/healthz").get_json() == {"status": "alive"}


def test_it_is_ready_when_a_comment_can_be_taken(app):
    response = app.test_client().get("/readyz")

    assert (response.status_code, response.get_json()) == (200, {"status": "ready", "model": "fake-1"})


def test_it_is_not_ready_when_the_scorer_fails(app, scorer, problem):
    scorer.fails(ValueError())

    found = problem(app.test_client().get("/readyz"), 503, "not-ready")

    assert list(found["reasons"]) == ["scorer"]


def test_it_is_not_ready_when_the_store_cannot_take_comments(app, problem, monkeypatch):
    monkeypatch.setattr("service.store.connect.Store.health", lambda _: Health(False, "The store's memory is full"))

    response = app.test_client().get("/readyz")

    assert problem(response, 503, "not-ready")["reasons"] == {"store": "The store's memory is full"}
    assert response.headers["Retry-After"]


def test_comments_are_counted_once_by_verdict(app, platform, scorer):
    platform.post("/v1/comments", {"id": "c1", "text": "Hello."})
    platform.post("/v1/comments", {"id": "c1", "text": "Hello."})
    scorer.says(insult=0.99)
    platform.post("/v1/comments/batch", {"comments": [{"id": f"b{i}", "text": "Buy."} for i in range(3)]})
    scorer.fails(ValueError())
    platform.post("/v1/comments", {"id": "c2", "text": "Hello."})

    found = samples(app.test_client())

    assert found["parley_comments_total", ("verdict", "approve")] == 1
    assert found["parley_comments_total", ("verdict", "reject")] == 3
    assert found["parley_comments_total", ("verdict", "review")] == 1
    assert found["parley_scorer_failures_total",] == 1


def test_answers_are_timed_by_route_and_never_by_id(app, platform):
    for comment_id in ("c-1", "c-2"):
        platform.get(f"/v1/comments/{comment_id}")
    app.test_client().get("/some/where")

    found = samples(app.test_client())

    label = (("method", "GET"), ("route", "/v1/comments/{comment_id}"), ("status", "404"))
    assert found["parley_request_seconds_count", *label] == 2
    assert found["parley_request_seconds_count", ("method", "(none)"), ("route", "(none)"), ("status", "404")] == 1
    assert not any("c-1" in str(key) or "some" in str(key) for key in found)


def test_queues_and_outboxes_are_read_at_the_moment(app, desk, moderator, waiting):
    desk.store.heartbeats.beat("w-1")
    waiting("c1", "c2", "c3")
    token = moderator.post("/v1/claims", {"limit": 2}).get_json()["token"]
    moderator.post("/v1/decisions", {"claim": token, "decisions": [{"id": "c1", "decision": "approve"}]})

    found = samples(app.test_client())

    main = (("queue", "main"), ("site", "gazette"))
    assert found["parley_waiting", *main] == 1
    assert found["parley_claimed", *main] == 1
    assert found["parley_oldest_seconds", *main] >= 0
    assert found["parley_waiting", ("queue", "appeals"), ("site", "courier")] == 0
    assert found["parley_deliveries", ("site", "gazette"), ("state", "waiting")] == 1
    assert found["parley_workers",] == 1
    assert found["parley_model_info", ("version", "fake-1")] == 1
    assert found["parley_store_up",] == 1


def test_metrics_can_ask_for_a_token(desk, problem):
    guarded = desk.settings.model_copy(update={"metrics_token": SecretStr("watch-me")})
    client = build(replace(desk, settings=guarded)).test_client()

    problem(client.get("/metrics"), 401, "not-authenticated")
    problem(client.get("/metrics", headers={"Authorization": "Bearer watch"}), 401, "not-authenticated")
    assert client.get("/metrics", headers={"Authorization": "Bearer watch-me"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/readyz", "/openapi.json", "/docs"])
def test_pages_for_machines_need_no_key(app, path):
    assert app.test_client().get(path).status_code == 200


def test_it_is_told_which_model_serves_a_site_and_in_how_many_processes(app, desk):
    keep(desk.store, "fake-1.1", report=passed())
    promote(desk, SITE, "fake-1.1", "ann")
    desk.store.models.say_loaded("web-1", {SITE: "fake-1.1"})
    desk.store.models.say_loaded("web-2", {SITE: None})

    found = samples(app.test_client())

    assert found["parley_site_model", ("site", SITE), ("version", "fake-1.1")] == 1
    assert found["parley_model_loaded", ("site", SITE)] == 1
    assert found["parley_model_processes", ("site", SITE)] == 2


def test_comments_that_moved_are_an_alarm_that_can_be_watched(app, desk):
    days(desk, 20, 14)
    days(desk, 6, 0, high=0.5)

    found = samples(app.test_client())

    of_spam = (("attribute", "spam"), ("site", SITE), ("what", "scores"))
    assert found["parley_drift_level", *of_spam] == 2
    assert found["parley_drift", *of_spam] > 0.25
    assert found["parley_drift_level", ("attribute", ""), ("site", SITE), ("what", "unseen")] == 0
    assert found["parley_drift", ("attribute", ""), ("site", SITE), ("what", "overrides")] == 0


def test_metrics_are_told_while_the_store_is_away(app, desk, monkeypatch):
    monkeypatch.setattr(Connection, "_send", away)

    assert samples(app.test_client())["parley_store_up",] == 0


def away(*_):
    raise StoreUnavailable
