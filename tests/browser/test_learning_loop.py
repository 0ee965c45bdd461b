"""The whole loop from the browser, on the demo as it comes: labels, retraining, report, promotion, and back."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import check
from tests.browser.test_demo import printed
from tests.browser.test_quality_in_the_browser import kept_as
from tests.faults.running import WithBlog, free_port

MOST_SECONDS = 120
TEXT = "Another teapot general with a map. Ask my aunt."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WithBlog]:
    service = WithBlog(tmp_path_factory.mktemp("loop") / "data")
    service.settings = {"PARLEY_DEMO_PORT": str(free_port()), "PARLEY_WEB_WORKERS": "2"}
    service.start()
    yield service
    service.stop()
    service.clear_away()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 760})
    yield context.new_page()
    context.close()


def scored(demo: WithBlog) -> tuple[str, float]:
    """Ask the API which model scores a text, and how insulting it is found."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{demo.port}/v1/scores",
        json.dumps({"text": TEXT}).encode(),
        {"Authorization": f"Bearer {demo.key()}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        told = json.load(answer)
    return told["model"], told["results"][0]["scores"]["insult"]


@pytest.mark.timeout(200)
def test_the_loop_runs_from_the_browser_in_two_minutes(demo, page):
    page.goto(printed(demo, "Review"))
    began = time.monotonic()
    page.get_by_role("button", name="Sign in as admin").click()
    page.get_by_role("link", name="Admin", exact=True).click()
    page.get_by_role("navigation", name="Admin").get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="In use: base-2, the base")).to_be_visible()
    base, before = scored(demo)

    page.get_by_role("button", name="Retrain").click()
    expect(page.get_by_text("is under way")).to_be_visible(timeout=20_000)
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    kept_as(page, "loop-progress")
    see = page.get_by_role("link", name=re.compile("See the report of"))
    expect(see).to_be_visible(timeout=100_000)
    check(page)
    kept_as(page, "loop-challenger")
    see.click()
    expect(page.get_by_role("heading", name=re.compile("The gate is"))).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(r"The \d+ comments on which they differ most"))).to_be_visible()
    check(page)
    kept_as(page, "loop-report")

    why = page.get_by_label(re.compile("Why promote it nevertheless"))
    if why.count():
        why.fill("The people of this demo are invented.")
    page.get_by_role("button", name=re.compile("^Promote")).click()
    expect(page.get_by_text("It is promoted.")).to_be_visible()
    expect(page.get_by_text("2 of 2 web processes serve it.")).to_be_visible()
    kept_as(page, "loop-promoted")
    model, after = scored(demo)
    assert model.startswith(f"{base}.")
    assert after > before, "it learned nothing from two hundred insults of this kind"

    page.get_by_role("button", name="Roll back to base-2, the base").click()
    expect(page.get_by_role("heading", name="In use: base-2, the base")).to_be_visible()
    expect(page.get_by_text("2 of 2 web processes serve it.")).to_be_visible()
    assert scored(demo) == (base, before)
    assert time.monotonic() - began < MOST_SECONDS
