"""Whatever comes in wrong is refused clearly, nothing of it is kept and none of it is repeated."""

import io
import json
from dataclasses import replace

import pytest

from service.app import build
from service.tenancy import Scope
from tests.api.conftest import SITE, Caller

SECRET_WORDS = "the-text-nobody-may-repeat"
GOOD = {"id": "c-1", "text": "A fair point."}


@pytest.fixture
def nothing_kept(raw):
    """Check at the end that no comment, queue or claim exists; only sites and keys."""
    yield
    kept = [key for key in raw.scan_iter(f"p:{{{SITE}}}:*") if key.split(":")[2] not in {"site", "events"}]
    assert kept == []


pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"id": "c-1", "text": "x"',
        b'{"id": "c-1", "text": "x"} trailing',
        b'{"id": "c-1", "text": "\xff\xfe"}',
        b"\x00",
        json.dumps(GOOD).encode("utf-16"),
        b"[" * 100_000,
        b'{"id":"c-1","text":"x","author":' + b'{"id":' * 5000 + b"1" + b"}" * 5001,
    ],
    ids=["empty", "words", "cut off", "more behind", "not utf-8", "nul", "utf-16", "deep lists", "deep objects"],
)
@pytest.mark.parametrize("path", ["/v1/comments", "/v1/comments/batch", "/v1/scores"])
def test_what_is_not_json_is_a_400(platform, problem, path, body):
    problem(platform.post(path, data=body, content_type="application/json"), 400, "invalid-json")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_a_body_that_is_not_declared_as_json_is_a_415(platform, problem, content_type):
    response = platform.post("/v1/comments", data=json.dumps(GOOD), content_type=content_type)

    problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "text"),
        ({"id": ""}, "id"),
        ({"id": "-a"}, "id"),
        ({"id": "a b"}, "id"),
        ({"id": "a/b"}, "id"),
        ({"id": "ä"}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"id": "c-1\n"}, "id"),
        ({"id": 1}, "id"),
        ({"colour": "red"}, "colour"),
        ({"author": "Nare"}, "author"),
        ({"author": {"name": "x" * 201}}, "author.name"),
        ({"author": {"age": 7}}, "author.age"),
        ({"author": {"name": "a\x00"}}, "author.name"),
        ({"article": {"url": "x" * 2049}}, "article.url"),
        ({"parent_id": "a b"}, "parent_id"),
        ({"created_at": "2026-11-22T14:05:00"}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": 1_700_000_000}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+23:59"}, "created_at"),
    ],
)
def test_a_wrong_field_is_named(platform, problem, change, field):
    found = problem(platform.post("/v1/comments", {**GOOD, **change}), 422, "invalid-body")

    assert [error["field"] for error in found["errors"]] == [field]


def test_a_missing_field_is_named(platform, problem):
    found = problem(platform.post("/v1/comments", {}), 422, "invalid-body")

    assert [error["field"] for error in found["errors"]] == ["text", "id"]


@pytest.mark.parametrize("body", ["null", "7", '"text"', "[]", "true"])
def test_json_that_is_no_object_is_a_422(platform, problem, body):
    problem(platform.post("/v1/comments", data=body, content_type="application/json"), 422, "invalid-body")


def test_half_a_surrogate_pair_is_named(platform, problem):
    body = rb'{"id": "c-1", "text": "fine", "author": {"name": "cut \ud83d"}}'

    found = problem(platform.post("/v1/comments", data=body, content_type="application/json"), 422, "invalid-body")

    assert found["errors"][0]["field"] == "author.name"
    assert "surrogate" in found["errors"][0]["problem"]


@pytest.mark.parametrize(
    "body",
    [
        {"id": SECRET_WORDS + " with spaces", "text": SECRET_WORDS + "\x00"},
        {"id": "c-1", "text": SECRET_WORDS * 1000},
        {"id": "c-1", "text": [SECRET_WORDS]},
        {"id": "c-1", "text": "x", SECRET_WORDS + " as a name": 1},
        {"id": "c-1", "text": "x", "created_at": SECRET_WORDS},
        {"id": "c-1", "text": "x", "author": SECRET_WORDS},
        {"comments": [{"id": SECRET_WORDS + "!", "text": SECRET_WORDS + "\x00"}]},
    ],
)
def test_what_was_sent_is_never_repeated(platform, body):
    for path in ("/v1/comments", "/v1/comments/batch", "/v1/scores"):
        assert SECRET_WORDS.encode() not in platform.post(path, body).data


def test_many_errors_are_told_up_to_twenty(platform, problem):
    found = problem(platform.post("/v1/comments", {f"field_{i}": i for i in range(500)}), 422, "invalid-body")

    assert len(found["errors"]) == 20


@pytest.mark.parametrize("path", ["/v1/comments", "/v1/scores", "/v1/decisions", "/v1/claims"])
def test_a_body_beyond_the_limit_is_a_413(caller, problem, path):
    body = {"text": "x" * (1 << 20)}

    problem(caller(Scope.SUBMIT, Scope.REVIEW).post(path, body), 413, "body-too-large")


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(platform, problem):
    stream = io.BytesIO(b'{"text": "' + b"x" * (2 << 20) + b'"}')
    response = platform.post(
        "/v1/comments",
        input_stream=stream,
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    problem(response, 413, "body-too-large")
    assert stream.tell() < 1.2 * (1 << 20)


def test_a_batch_has_a_limit_of_its_own(desk, platform, problem):
    settings = desk.settings.model_copy(update={"max_batch_bytes": 2_000_000})
    client = build(replace(desk, settings=settings)).test_client()
    two_megabytes = {"comments": [{"id": f"c {i}", "text": "x" * 19_000} for i in range(80)]}

    assert platform.post("/v1/comments/batch", two_megabytes).status_code == 200  # ids with spaces: none is kept
    two_megabytes["comments"] *= 2
    problem(Caller(client, platform.key).post("/v1/comments/batch", two_megabytes), 413, "body-too-large")


def test_the_longest_text_is_a_setting(desk, platform, problem):
    settings = desk.settings.model_copy(update={"max_text_chars": 10})
    client = Caller(build(replace(desk, settings=settings)).test_client(), platform.key)

    found = problem(client.post("/v1/comments", {"id": "c-1", "text": "x" * 11}), 422, "invalid-body")

    assert "10 characters" in found["errors"][0]["problem"]
    assert client.post("/v1/scores", {"text": "😀" * 10}).status_code == 200


@pytest.mark.parametrize("comment_id", ["a%20b", "%00", "a%2Fb", "%F0%28", "x" * 129, "-a"])
def test_an_id_of_the_wrong_shape_in_the_path_is_not_found(platform, problem, comment_id):
    problem(platform.get(f"/v1/comments/{comment_id}"), 404, "not-found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=ten",
        "limit=1.5",
        "limit=1&limit=2",
        "after=now",
        "after=99999999999999999999-1",
        "since=2026-11-22",
        "since=1700000000",
        "colour=red",
        "comment=a%20b",
        "type=UPPER",
    ],
)
def test_a_wrong_query_is_a_422(moderator, problem, query):
    found = problem(moderator.get(f"/v1/events?{query}"), 422, "invalid-body")

    assert found["errors"][0]["field"].startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/claims", {"limit": 0}),
        ("/v1/claims", {"limit": 101}),
        ("/v1/claims", {"limit": True}),
        ("/v1/claims", {"lease_seconds": 0}),
        ("/v1/claims", {"lease_seconds": 10**9}),
        ("/v1/claims", {"reviewer": "a/b"}),
        ("/v1/decisions", {"claim": "t", "decisions": []}),
        ("/v1/decisions", {"claim": "t", "decisions": [{"id": "c-1", "decision": "maybe"}]}),
        ("/v1/decisions", {"claim": "t", "decisions": [{"id": "c-1", "decision": "approve", "reason": "Two words"}]}),
        ("/v1/decisions", {"decisions": [{"id": "c-1", "decision": "approve"}]}),
        (
            "/v1/decisions",
            {"claim": "t", "decisions": [{"id": "c-1", "decision": d} for d in ("approve", "reject")]},
        ),
    ],
)
def test_a_wrong_claim_or_decision_is_a_422(moderator, problem, path, body):
    problem(moderator.post(path, body), 422, "invalid-body")


@pytest.mark.parametrize("name", ["x" * 201, "with space", "ü"])
def test_an_idempotency_key_of_the_wrong_shape_is_a_400(moderator, problem, name):
    response = moderator.post("/v1/claims", {}, headers={"Idempotency-Key": name.encode().decode("latin-1")})

    problem(response, 400, "bad-input")
