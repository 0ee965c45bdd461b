"""A store on the test server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from service.settings import Settings
from service.store.connect import Store, connect
from tests.store.server import Server


@pytest.fixture
def store(raw: redis.Redis, settings: Settings) -> Iterator[Store]:
    connected = connect(settings)
    yield connected
    connected.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Start a server of this test's own."""
    own = Server(tmp_path)
    yield own
    own.kill()
