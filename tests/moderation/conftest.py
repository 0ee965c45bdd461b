"""A desk around a real store and a scorer that says what the test wants."""

from collections.abc import Iterator

import pytest
import redis

from service.moderation import tenants
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from tests.fakes import FakeScorer


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def desk(raw: redis.Redis, settings: Settings, scorer: FakeScorer) -> Iterator[Desk]:
    desk = Desk(connect(settings), scorer, settings)
    tenants.create_site(desk, "gazette", "test")
    yield desk
    desk.store.close()
