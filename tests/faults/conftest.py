"""A service for a test of its own, and one that is shared by those that leave it well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.running import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "data")
    yield service
    service.clear_away()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run all the time; who uses it must leave it ready."""
    service = Service(tmp_path_factory.mktemp("shared") / "data")
    service.start()
    yield service
    service.stop()
    service.clear_away()
