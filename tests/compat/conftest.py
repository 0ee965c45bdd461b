"""The web application of the API's tests, and clients that speak at its doors."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.moderation import tenants
from service.moderation.desk import Desk
from service.tenancy import Scope
from tests.api.conftest import SITE, app, caller, desk, platform, scorer

__all__ = ["app", "caller", "desk", "platform", "scorer"]

Post = Callable[..., TestResponse]
BLOG = "https://blog.example"
COMMENT = {
    "blog": BLOG,
    "user_ip": "203.0.113.7",
    "user_agent": "Mozilla/5.0",
    "permalink": f"{BLOG}/the-bridge",
    "comment_type": "comment",
    "comment_author": "Nare",
    "comment_author_email": "nare@example.org",
    "comment_author_url": "https://nare.example/",
    "comment_content": "My family lives there.",
    "comment_date_gmt": "2026-11-22 14:05:00",
}


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def door_key(desk: Desk) -> str:
    return tenants.create_door_key(desk, SITE, "test")[1]


@pytest.fixture
def without_submit(desk: Desk) -> str:
    """Return a key that may administer and nothing else."""
    return tenants.create_key(desk, SITE, [Scope.ADMIN], "test")[1]


def error_of(response: TestResponse, status: int) -> Mapping[str, Any]:
    """Check the status and return the error object, which Google, OpenAI and Coral's door all have."""
    assert response.status_code == status, response.data
    found: Mapping[str, Any] = response.get_json()["error"]
    return found


@pytest.fixture
def call(client: FlaskClient, door_key: str) -> Post:
    """Post a form to Akismet's door as most clients do; fields may be left out with None."""

    def post(name, fields=COMMENT, headers=None, **more):
        given = {"api_key": door_key, **fields, **more}
        path = name if name.startswith("/") else f"/1.1/{name}"
        return client.post(
            path, data={field: value for field, value in given.items() if value is not None}, headers=headers
        )

    return post


def word(response: TestResponse, status: int = 200) -> str:
    """Check that an answer is plain text with this status, and return it."""
    assert (response.status_code, response.content_type) == (status, "text/plain; charset=utf-8")
    return response.get_data(as_text=True)
