"""A web application around a real store and a scorer that says what the test wants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import build
from service.moderation import tenants
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from service.tenancy import Scope
from tests.fakes import FakeScorer

SITE, OTHER_SITE = "gazette", "courier"


@dataclass
class Caller:
    """A client that speaks with one key."""

    client: FlaskClient
    key: str

    def call(self, method: str, path: str, body: object = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self.client.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> TestResponse:
        return self.call("POST", path, body, **more)

    def put(self, path: str, body: object = None, **more: Any) -> TestResponse:
        return self.call("PUT", path, body, **more)

    def patch(self, path: str, body: object = None, **more: Any) -> TestResponse:
        return self.call("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.call("DELETE", path, **more)


NewCaller = Callable[..., Caller]


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def desk(raw: redis.Redis, settings: Settings, scorer: FakeScorer) -> Desk:
    desk = Desk(connect(settings), scorer, settings)
    tenants.create_site(desk, SITE, "test", "The Gazette")
    tenants.create_site(desk, OTHER_SITE, "test")
    return desk


@pytest.fixture
def app(desk: Desk) -> Flask:
    return build(desk)


@pytest.fixture
def caller(app: Flask, desk: Desk) -> NewCaller:
    """Make a caller with the scopes named, on the site named."""

    def new(*scopes: Scope, site: str = SITE) -> Caller:
        return Caller(app.test_client(), tenants.create_key(desk, site, scopes, "test")[1])

    return new


@pytest.fixture
def platform(caller: NewCaller) -> Caller:
    return caller(Scope.SUBMIT)


@pytest.fixture
def moderator(caller: NewCaller) -> Caller:
    return caller(Scope.REVIEW)


@pytest.fixture
def admin(caller: NewCaller) -> Caller:
    return caller(Scope.ADMIN)


@pytest.fixture
def waiting(platform: Caller, scorer: FakeScorer) -> Callable[..., None]:
    """Submit comments that a person must look at."""

    def submit(*ids: str) -> None:
        scorer.says(insult=0.7)
        for comment_id in ids:
            sent = platform.post("/v1/comments", {"id": comment_id, "text": "You again."})
            assert sent.get_json()["verdict"] == "review"

    return submit


@pytest.fixture
def problem() -> Callable[[TestResponse, int, str], Mapping[str, Any]]:
    """Check that an answer is a problem document of this status and code, and return it."""

    def check(response: TestResponse, status: int, code: str) -> Mapping[str, Any]:
        assert response.content_type == "application/problem+json", response.data
        found: Mapping[str, Any] = response.get_json()
        assert (response.status_code, found["code"]) == (status, code), found
        assert found["status"] == status
        assert found["title"]
        return found

    return check
