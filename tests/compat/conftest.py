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
