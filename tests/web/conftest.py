"""The pages around a real store and a scorer that says what the test wants, and people who sign in to them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import build
from service.moderation import passwords, people, tenants
from service.moderation.desk import Desk
from service.people import Role
from service.settings import Settings
from service.store.connect import connect
from tests.fakes import FakeScorer

SITE, OTHER_SITE = "gazette", "courier"
PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody at a browser; posts what our own pages would post."""

    client: FlaskClient
    name: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        headers = {"Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return self.client.post(path, data=form or {}, headers=headers, **more)


NewPerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little work; tests/moderation has the real parameters."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


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
def stranger(app: Flask) -> Person:
    return Person(app.test_client())


@pytest.fixture
def invite(desk: Desk) -> Callable[..., str]:
    """Make a person and return the path of their one-time link."""

    def made(name: str, role: Role = Role.MODERATOR, site: str = SITE) -> str:
        token = people.create_user(desk, name, site, role, "test").token
        assert token
        return f"/sign-in/{token}"

    return made


@pytest.fixture
def person(app: Flask, desk: Desk, invite: Callable[..., str]) -> NewPerson:
    """Make a person with one role on each of the sites, signed in."""

    def new(name: str = "ann", role: Role = Role.MODERATOR, sites: tuple[str, ...] = (SITE,)) -> Person:
        link = invite(name, role, sites[0])
        signed_in = Person(app.test_client(), name)
        assert signed_in.post(link).status_code == 303
        for site in sites[1:]:
            people.create_user(desk, name, site, role, "test")
        return signed_in

    return new


@pytest.fixture
def moderator(person: NewPerson) -> Person:
    return person("ann", Role.MODERATOR)


@pytest.fixture
def lead(person: NewPerson) -> Person:
    return person("lea", Role.LEAD)


@pytest.fixture
def admin(person: NewPerson) -> Person:
    return person("ada", Role.ADMIN)


def with_settings(desk: Desk, **more: object) -> Person:
    """Return a browser at the same Parley with other settings."""
    settings = desk.settings.model_copy(update=more)
    return Person(build(Desk(desk.store, desk.scorer, settings)).test_client())


def words(response: TestResponse) -> str:
    """Return what a person reads on a page."""
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(unescape(text).split())
