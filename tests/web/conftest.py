"""The pages around a real store and a scorer that says what the test wants."""

import pytest
import redis
from flask import Flask

from service.app import build
from service.moderation import tenants
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from tests.fakes import FakeScorer

SITE, OTHER_SITE = "gazette", "courier"


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
