"""Who may pass: keys, scopes and pace."""

import pytest

from service.api.gate import Pace
from service.api.routes import AREAS
from service.app import build
from service.errors import SetupError, TooManyRequests
from service.tenancy import Scope
from tests.api.conftest import Caller

OPERATIONS = [operation for area in AREAS for operation in area.operations]
CONCRETE = {
    "comment_id": "c-1",
    "label_id": "c-1",
    "author_id": "u-1",
    "token": "t",
    "site_name": "gazette",
    "key_id": "k_1",
    "user_name": "ann",
    "operation": "o",
    "version": "base-2.1",
}
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def concrete(operation):
    return operation.path.format(**CONCRETE)


@every_operation
def test_no_operation_works_without_a_key(app, problem, operation):
    response = app.test_client().open(concrete(operation), method=operation.method)

    problem(response, 401, "not-authenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@every_operation
def test_every_operation_refuses_a_key_without_its_scope(caller, problem, operation):
    others = [scope for scope in Scope if scope not in operation.scopes]

    problem(caller(*others).call(operation.method, concrete(operation)), 403, "not-allowed")


@every_operation
def test_every_scope_named_opens_the_operation(caller, operation):
    for scope in operation.scopes:
        assert caller(scope).call(operation.method, concrete(operation)).status_code not in {401, 403}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer unknown",
        "Bearer parley_" + "x" * 32,
        "Bearer " + "x" * 10_000,
        "Bearer pärley",
        "Token {key}",
        "{key}",
        "Bearer {key}x",
        "Bearer {key} more",
    ],
)
def test_a_key_that_is_not_exactly_right_is_refused(app, platform, problem, header):
    value = header.format(key=platform.key).encode().decode("latin-1")

    response = app.test_client().get("/v1/comments/c-1", headers={"Authorization": value})

    problem(response, 401, "not-authenticated")
    assert platform.key.encode() not in response.data


def test_the_scheme_may_be_written_in_any_case(app, platform):
    response = app.test_client().get("/v1/comments/c-1", headers={"Authorization": f"bearer {platform.key}"})

    assert response.status_code == 404


def test_a_key_that_sends_too_fast_is_told_when_to_go_on(desk, platform, moderator, problem):
    from dataclasses import replace

    slow = build(replace(desk, settings=desk.settings.model_copy(update={"rate_limit": "2/hour"}))).test_client()
    mine, another = Caller(slow, platform.key), Caller(slow, moderator.key)
    assert [mine.get("/v1/comments/c-1").status_code for _ in range(2)] == [404, 404]

    refused = mine.post("/v1/comments", {"id": "c-1", "text": "Too fast."})

    problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert another.get("/v1/queues").status_code == 200


def test_the_pace_starts_anew_with_each_window():
    now = [1000.0]
    pace = Pace("2/minute", lambda: now[0])
    pace.count("k1")
    pace.count("k1")
    with pytest.raises(TooManyRequests) as refused:
        pace.count("k1")

    now[0] += refused.value.retry_after_seconds

    pace.count("k1")


def test_a_rate_that_cannot_be_read_stops_the_start():
    with pytest.raises(SetupError, match="6000/minute"):
        Pace("quickly")
