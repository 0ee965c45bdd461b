"""The audit log over HTTP: pages and the live stream."""

import threading

import pytest

from service.api.stream import Streams
from service.app import build
from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE, Caller

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def live(desk, moderator):
    """Make a caller whose live streams are few and short."""

    def new(limit=2, seconds=0.3, heartbeat_seconds=0.1):
        return Caller(build(desk, Streams(limit, seconds, heartbeat_seconds)).test_client(), moderator.key)

    return new


def types(response):
    return [event["type"] for event in response.get_json()["events"]]


def events_in(stream):
    return [part for part in stream.decode().split("\n\n") if part.startswith("id:")]


def test_events_come_oldest_first(platform, moderator, waiting):
    waiting("c1")
    moderator.post("/v1/claims", {})

    response = moderator.get("/v1/events?comment=c1")

    assert types(response) == ["received", "claimed"]
    first = response.get_json()["events"][0]
    assert (first["comment"], first["version"], first["detail"]["verdict"]) == ("c1", 1, "review")


def test_a_page_says_where_to_go_on(moderator, waiting):
    waiting("c1", "c2", "c3")

    first = moderator.get("/v1/events?type=received&limit=2").get_json()
    rest = moderator.get(f"/v1/events?type=received&limit=2&after={first['next']}").get_json()

    assert [event["comment"] for event in first["events"] + rest["events"]] == ["c1", "c2", "c3"]
    assert rest["next"] is None


def test_events_are_filtered(moderator, waiting):
    waiting("c1", "c2")
    reviewer = moderator.post("/v1/claims", {"limit": 1}).get_json()["reviewer"]

    assert set(types(moderator.get("/v1/events?type=received&type=claimed"))) == {"received", "claimed"}
    assert types(moderator.get("/v1/events", query_string={"by": reviewer})) == ["claimed"]
    assert types(moderator.get("/v1/events?until=2001-01-01T00:00:00Z")) == []
    assert types(moderator.get("/v1/events?since=0001-01-01T00:00:00Z&type=claimed")) == ["claimed"]
    assert types(moderator.get("/v1/events?since=9999-01-01T00:00:00Z")) == []


def test_a_stream_begins_now_and_ends(live, waiting):
    waiting("c1")

    response = live().get("/v1/events", headers=STREAM)

    assert response.content_type == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert events_in(response.data) == []
    assert b": still here" in response.data


def test_a_stream_resumes_after_the_last_event_seen(live, moderator, waiting):
    waiting("c1", "c2", "c3")
    seen = moderator.get("/v1/events?comment=c1").get_json()["events"][0]["id"]

    response = live().get("/v1/events?after=0-0", headers={**STREAM, "Last-Event-ID": seen})

    assert [part.count('"c2"') + part.count('"c3"') for part in events_in(response.data)] == [1, 1]
    assert events_in(response.data)[0].split("\n")[1] == "event: received"


def test_a_stream_shows_what_happens_while_it_is_open(live, waiting):
    response = live(seconds=1.0).get("/v1/events", headers=STREAM, buffered=False)
    parts = response.iter_encoded()
    assert next(parts) == b"retry: 2000\n\n"
    threading.Timer(0.1, waiting, ["c1"]).start()

    seen = b"".join(parts)

    assert '"comment":"c1"' in seen.decode()
    response.close()


def test_a_stream_is_filtered(live, waiting):
    waiting("c1", "c2")

    response = live().get("/v1/events?after=0-0&comment=c2&type=received", headers=STREAM)

    assert len(events_in(response.data)) == 1


def test_streams_are_few_and_a_closed_one_makes_room(live, problem):
    caller = live(limit=1, seconds=30)
    first = caller.get("/v1/events", headers=STREAM, buffered=False)

    refused = caller.get("/v1/events", headers=STREAM)
    problem(refused, 503, "too-many-streams")
    assert refused.headers["Retry-After"]
    first.close()

    again = caller.get("/v1/events", headers=STREAM, buffered=False)
    assert again.status_code == 200
    again.close()


def test_a_head_request_holds_no_stream(live):
    caller = live(limit=1, seconds=30)

    for _ in range(3):
        assert caller.call("HEAD", "/v1/events", headers=STREAM).status_code == 200


def test_a_stream_ends_when_its_key_is_revoked(live, moderator, admin, desk):
    response = live(seconds=30).get("/v1/events", headers=STREAM, buffered=False)
    parts = response.iter_encoded()
    next(parts)
    key = desk.store.keys.find(moderator.key)

    assert admin.delete(f"/v1/keys/{key.id}").status_code == 204

    assert len(list(parts)) < 5
    response.close()


def test_a_last_event_id_of_the_wrong_shape_is_a_400(live, problem):
    problem(live().get("/v1/events", headers={**STREAM, "Last-Event-ID": "soon"}), 400, "bad-input")


def test_another_site_streams_its_own_events_alone(desk, caller, waiting):
    waiting("c1")
    stranger = caller(Scope.REVIEW, site=OTHER_SITE)
    stranger.client = build(desk, Streams(1, 0.2, 0.1)).test_client()

    assert b"c1" not in stranger.get("/v1/events?after=0-0", headers=STREAM).data
