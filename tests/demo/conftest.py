"""The blog beside a real Parley, which a test may take away."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from service.app import build as build_parley
from service.demo.blog import build
from service.demo.parley import Parley
from service.demo.postman import Postman
from service.demo.shelf import Shelf
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from service.workers import demo
from tests.fakes import FakeScorer

BLOG = "http://blog.example"


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def desk(raw: redis.Redis, settings: Settings, scorer: FakeScorer) -> Iterator[Desk]:
    desk = Desk(connect(settings), scorer, settings)
    yield desk
    desk.store.close()


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    demo.furnish(desk, tmp_path / "demo", BLOG)
    return tmp_path / "demo"


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Serve Parley over real HTTP."""
    server = make_server("127.0.0.1", 0, build_parley(desk), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "blog.db")


@pytest.fixture
def parley(address: str, folder: Path) -> Iterator[Parley]:
    parley = Parley(address, folder)
    yield parley
    parley.close()


@pytest.fixture
def postman(shelf: Shelf, parley: Parley) -> Postman:
    return Postman(shelf, parley, f"{BLOG}/")


@pytest.fixture
def reader(shelf: Shelf, parley: Parley, postman: Postman) -> FlaskClient:
    return build(shelf, parley, postman).test_client()
