"""What all doors promise: errors in their own form, keys in their own place, nothing of a key in a log."""

import gzip
import io
import json
import logging
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from service.api.patience import MAX_WRONG
from service.app import build
from service.compat.doors import DOORS, form_at
from service.errors import StoreUnavailable
from tests.compat.conftest import error_of

GOOGLE, OPENAI, CORAL = "/v1alpha1/comments:analyze", "/v1/moderations", "/coral/moderation"
FORMS = {GOOGLE: "status", OPENAI: "param", CORAL: "message"}  # a member that only this form, or all of them, has
UNJUDGED = (413, 429, 500)  # Coral is not told of an error here, for it would publish
every_door = pytest.mark.parametrize("path", FORMS)


def knock(client, path, key, headers=None, **more):
    """Post to a door with the key in its own place."""
    if path == OPENAI:
        return client.post(path, headers={"Authorization": f"Bearer {key}", **(headers or {})}, **more)
    return client.post(f"{path}?key={key}", headers=headers, **more)


GOOD = {
    GOOGLE: {"comment": {"text": "A good report."}, "requestedAttributes": {"TOXICITY": {}}},
    OPENAI: {"input": "A good report."},
    CORAL: {"comment": {"body": "A good report."}, "author": {"id": "u"}, "story": {"id": "s"}},
}


def is_told(response, path, status):
    if path == CORAL and status in UNJUDGED:
        return (response.status_code, response.get_json()) == (200, {"status": "SYSTEM_WITHHELD"})
    return FORMS[path] in error_of(response, status)


def waits(response, path, seconds):
    return path == CORAL or 1 <= int(response.headers["Retry-After"]) <= seconds


def break_down(monkeypatch):
    def defect(*_):
        raise RuntimeError("the comment said: meet me at the harbour")

    for name in ("submit.submit", "submit.score"):
        monkeypatch.setattr(f"service.moderation.{name}", defect)


@every_door
def test_a_door_key_opens_every_door_in_any_case_and_so_does_a_native_one(client, door_key, platform, path):
    for key in (door_key, door_key.upper(), platform.key):
        assert knock(client, path, key, json=GOOD[path]).status_code == 200


@every_door
def test_a_key_without_scope_submit_is_refused(client, without_submit, path):
    assert is_told(knock(client, path, without_submit, json=GOOD[path]), path, 403)


@every_door
def test_a_path_that_is_not_there_is_told_in_the_doors_form(client, path):
    assert is_told(client.post(f"{path.rpartition(':')[0] or path}/nothing"), path, 404)


@every_door
def test_a_wrong_method_is_told_in_the_doors_form(client, path):
    refused = client.get(path)

    assert is_told(refused, path, 405)
    assert "POST" in refused.headers["Allow"]


@every_door
def test_a_body_that_is_too_large_is_told_in_the_doors_form(client, door_key, path):
    assert is_told(knock(client, path, door_key, data=b" " * (1 << 20) + b" "), path, 413)


@every_door
def test_a_chunked_body_is_bounded_too(client, door_key, path):
    chunked = {"input_stream": io.BytesIO(b" " * ((1 << 20) + 1)), "headers": {"Transfer-Encoding": "chunked"}}
    if path == OPENAI:
        chunked["headers"] |= {"Authorization": f"Bearer {door_key}"}
    response = client.open(
        f"{path}?key={door_key}", method="POST", environ_overrides={"wsgi.input_terminated": True}, **chunked
    )

    assert is_told(response, path, 413)


@every_door
def test_a_body_may_come_as_gzip(client, door_key, path):
    packed = gzip.compress(json.dumps(GOOD[path]).encode())

    assert knock(client, path, door_key, data=packed, headers={"Content-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b" " * (2 << 20)), "gzip", 413),
        (gzip.compress(b"{}")[:-4], "gzip", 400),
        (b"{}", "gzip", 400),
        (b"", "gzip", 400),
        (b"{}", "br", 415),
    ],
)
@every_door
def test_a_packed_body_is_bounded_and_checked(client, door_key, path, body, encoding, status):
    refused = knock(client, path, door_key, data=body, headers={"Content-Encoding": encoding})

    assert is_told(refused, path, status)


@every_door
def test_a_defect_is_told_in_the_doors_form_and_leaks_nothing(client, door_key, monkeypatch, path):
    break_down(monkeypatch)
    response = knock(client, path, door_key, json=GOOD[path])

    assert is_told(response, path, 500)
    assert b"harbour" not in response.data


@every_door
def test_a_key_that_sends_too_fast_is_told_when_to_go_on(desk, door_key, path):
    slow = build(replace(desk, settings=desk.settings.model_copy(update={"rate_limit": "1/hour"}))).test_client()
    knock(slow, path, door_key, json=GOOD[path])

    refused = knock(slow, path, door_key, json=GOOD[path])

    assert is_told(refused, path, 429)
    assert waits(refused, path, 3600)


@pytest.mark.parametrize("path", [GOOGLE, OPENAI])
def test_a_store_that_is_away_is_told_in_the_doors_form(client, door_key, desk, monkeypatch, path):
    def away(*_):
        raise StoreUnavailable

    monkeypatch.setattr(type(desk.store.keys), "find", away)
    refused = knock(client, path, door_key, json=GOOD[path])

    assert is_told(refused, path, 503)
    assert refused.headers["Retry-After"] == "2"


@every_door
def test_wrong_keys_are_throttled_by_address_and_good_ones_go_on(client, door_key, platform, path):
    assert knock(client, path, door_key, json=GOOD[path]).status_code == 200
    statuses = {knock(client, path, "wrongwrong12", json=GOOD[path]).status_code for _ in range(MAX_WRONG)}

    refused = knock(client, path, "wrongwrong13", json=GOOD[path])

    assert statuses < {400, 401}
    assert is_told(refused, path, 429)
    assert waits(refused, path, 60)
    assert knock(client, path, door_key, json=GOOD[path]).status_code == 200
    assert is_told(knock(client, path, platform.key, json=GOOD[path]), path, 429), "a right guess stays untold"
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert knock(client, path, platform.key, json=GOOD[path], environ_overrides=elsewhere).status_code == 200


@every_door
def test_no_log_line_and_no_meter_holds_the_key(client, door_key, path, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        knock(client, path, door_key, json=GOOD[path], headers={"Host": f"{door_key}.parley.example"})
        knock(client, path, door_key, data=b"{")
        break_down(monkeypatch)
        knock(client, path, door_key, json=GOOD[path])
    metrics = client.get("/metrics").get_data(as_text=True)

    assert any(line["event"] == "request.failed" for line in logs)
    assert door_key not in str(logs) + caplog.text + metrics
    assert f'route="{path}"' in metrics


@pytest.mark.parametrize(
    "path", ["/v1alpha1/comments:analyze/", "/v1/moderations/", "/coral/moderation/", "/1.1/verify-key/"]
)
def test_nothing_is_ever_redirected(client, path):
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/v1", "/v1/comments", "/v1/moderation", "/v1/coral"])
def test_other_paths_keep_the_native_form(client, path):
    assert client.patch(path).content_type == "application/problem+json"


def test_no_two_doors_claim_one_path():
    for door in DOORS:
        for prefix in door.prefixes:
            assert [other for other in DOORS if other.owns(prefix)] == [door]
            assert form_at(f"{prefix}/anything")


@every_door
def test_every_answer_has_a_request_id_and_security_headers(client, door_key, path):
    for response in (knock(client, path, door_key, json=GOOD[path]), client.get(path)):
        assert response.headers["X-Request-ID"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
