"""The real service with its example blog, a moderator over the API, and a browser that minds what it reports.

A plugin for the tests beside it (`pytest_plugins`), so that its fixtures stand beside those of other pages.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from werkzeug.serving import make_server

from tests.faults.running import COMMAND, ROOT, Service, eventually, free_port

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What is decided follows from words, so that these tests do not depend on a model.
WAITS, DECLINED = "hesitantly", "forbiddenword"
POLICY = {
    "thresholds": {},
    "rules": [
        {"name": "Hesitation", "field": "text", "match": "contains", "values": [WAITS], "verdict": "review"},
        {"name": "Forbidden", "field": "text", "match": "contains", "values": [DECLINED], "verdict": "reject"},
    ],
}


class WithBlog(Service):
    """A service that was started with `--demo`."""

    def launch(self) -> None:
        with self._file("out").open("ab") as out, self._file("log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--demo"], cwd=ROOT, env=self._environment(), stdout=out, stderr=log, start_new_session=True
            )


@dataclass
class Town:
    """Where the blog and Parley are, and a moderator's hands."""

    blog: str
    parley: str
    api: httpx.Client

    def decide(self, comment_id: str, decision: str) -> None:
        """Decide one comment as a moderator would, and give back what else was claimed."""
        for queue in ("main", "appeals"):
            claim = self.api.post("/v1/claims", json={"limit": 100, "queue": queue}).json()
            if comment_id in [comment["id"] for comment in claim["comments"]]:
                entry = {"id": comment_id, "decision": decision, "reason": "off_topic"}
                answer = self.api.post("/v1/decisions", json={"claim": claim["token"], "decisions": [entry]})
                assert answer.json()["decisions"][0]["outcome"] == "done"
            self.api.delete(f"/v1/claims/{claim['token']}")


@dataclass
class Visitor:
    """A page, and what its browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def has_no_barrier(self) -> bool:
        """Check the page against WCAG 2.2 AA."""
        found = Axe().run(self.page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
        return True


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    blog_port = free_port()
    service = WithBlog(tmp_path_factory.mktemp("town") / "data")
    service.settings = {
        "PARLEY_DEMO_PORT": str(blog_port),
        "PARLEY_DELIVERY_DELAY_SECONDS": "0",
        "PARLEY_WIDGET_RATE": "1000/minute",
        "PARLEY_WEB_WORKERS": "1",
    }
    service.start()
    parley = f"http://127.0.0.1:{service.port}"
    headers = {"Authorization": f"Bearer {service.key()}"}
    with httpx.Client(base_url=parley, headers=headers, trust_env=False, timeout=10) as api:
        assert api.put("/v1/policy", json=POLICY).status_code == 200
        town = Town(f"http://127.0.0.1:{blog_port}", parley, api)
        eventually(lambda: "· 0 comments" not in httpx.get(town.blog, trust_env=False).text)
        yield town
    service.stop()
    service.clear_away()


@pytest.fixture
def elsewhere() -> Callable[[str], AbstractContextManager[str]]:
    """Serve a page of another origin."""

    @contextmanager
    def served(page: str) -> Iterator[str]:
        def answer(_environ: object, start: Callable[..., object]) -> list[bytes]:
            start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [page.encode()]

        server = make_server("127.0.0.1", 0, answer, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.port}/"
        server.shutdown()
        thread.join()
        server.server_close()

    return served


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a page in a fresh browser profile; at the end nothing may have been complained about."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def opened(address: str, **options: object) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1000, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(context.new_page())
        visitor.page.on("console", lambda said: said.type == "error" and visitor.complaints.append(said.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        visitor.page.goto(address)
        return visitor

    yield opened
    for context in contexts:
        context.close()
    assert [one.complaints for one in visitors if one.complaints] == []
