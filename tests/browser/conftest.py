"""The pages in a real browser, served by gunicorn around a real store."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page

from service.moderation import people, policy, sign_in, tenants
from service.moderation.desk import Desk
from service.people import Role
from service.settings import Settings
from service.shares import NO_LOOKS
from service.store.connect import connect
from service.values import Comment
from tests.conftest import SECRET
from tests.fakes import FakeScorer
from tests.web.comments import assessment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
SITE = "gazette"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTS_WITHIN_SECONDS = 40

SignIn = Callable[..., Page]
Submit = Callable[..., None]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: `apt install chromium`")
    return {"executable_path": CHROMIUM, "args": list(SWITCHES)}


@pytest.fixture(scope="module")
def address(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start gunicorn as `parley serve` does, once for each file; a longer life would be seen in others' stores."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "REDIS_URL": redis_url,
        "PARLEY_SECRET": SECRET,
        "PARLEY_PORT": str(port),
        "PARLEY_WEB_WORKERS": "1",
        "PARLEY_DATA": str(tmp_path_factory.mktemp("data")),
        "PARLEY_DELIVERY_DELAY_SECONDS": "0",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:service.workers.gunicorn_conf",
        "service.app:create_app()",
    ]
    with (tmp_path_factory.mktemp("log") / "gunicorn.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_it_answers(url: str) -> None:
    ends_at = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends_at:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("gunicorn did not start")


@pytest.fixture
def desk(raw: redis.Redis, settings: Settings) -> Iterator[Desk]:
    """Stand beside the service, on the same store."""
    desk = Desk(connect(settings), FakeScorer(), settings)
    tenants.create_site(desk, SITE, "test", "The Gazette")
    policy.replace(desk, SITE, policy.DEFAULT_POLICY.thresholds, (), "test", looks=NO_LOOKS)  # no card is blind
    yield desk
    desk.store.close()


@pytest.fixture
def submit(desk: Desk) -> Submit:
    """Put comments into the queue, in this order."""

    def queued(*comments: Comment, **scores: float) -> None:
        assessed = [(comment, assessment(**(scores or {"insult": 0.62}))) for comment in comments]
        desk.store.comments.submit(SITE, assessed)

    return queued


@pytest.fixture
def signed_in(browser: Browser, address: str, desk: Desk) -> Iterator[SignIn]:
    """Open a browser for a person, signed in; what its pages log is collected in `page.said`."""
    contexts: list[BrowserContext] = []

    def opened(name: str = "ann", role: Role = Role.MODERATOR, **options: Any) -> Page:
        token = people.create_user(desk, name, SITE, role, "test").token
        assert token
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        context.add_cookies([{"name": "parley", "value": sign_in.by_link(desk, token), "url": address}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.said = said  # type: ignore[attr-defined]
        return page

    yield opened
    for context in contexts:
        context.close()
