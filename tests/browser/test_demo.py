"""Somebody who has never seen Parley starts the demo, follows the printed link and empties the queue by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faults.running import ROOT, WithBlog, eventually, free_port

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1100, "height": 760}
MOST_PRESSES = 200


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WithBlog]:
    """The demo as it comes, with the model that ships."""
    service = WithBlog(tmp_path_factory.mktemp("demo") / "data")
    service.settings = {"PARLEY_DEMO_PORT": str(free_port()), "PARLEY_WEB_WORKERS": "1"}
    service.start()
    yield service
    service.stop()
    service.clear_away()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE)
    yield context.new_page()
    context.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest, tmp_path: Path):
    """Take a picture for the README; it is kept there when the tests are run with `--pictures`."""

    def take(page: Page, name: str) -> None:
        folder = PICTURES if request.config.getoption("--pictures") else tmp_path
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / name)
        assert (folder / name).stat().st_size > 20_000, "the page is nearly empty"
        assert (PICTURES / name).is_file(), "run: pytest tests/browser/test_demo.py --pictures"

    return take


def printed(service: WithBlog, word: str) -> str:
    found = re.search(rf"^{word} +(\S+)$", service.printed, re.MULTILINE)
    assert found, service.printed
    return found[1]


def tab_to(page: Page, name: str) -> None:
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by keyboard")


def test_the_demo_queue_is_emptied_from_the_printed_link_with_the_keyboard_alone(demo, page, picture):
    page.goto(printed(demo, "Review"))
    tab_to(page, "Sign in as admin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Set a password")).to_be_visible()
    tab_to(page, "Review")
    page.keyboard.press("Enter")
    expect(page.get_by_text("comments wait.")).to_be_visible()

    page.keyboard.press("t")
    expect(page.locator(".comment").first).to_be_focused()
    page.wait_for_timeout(400)
    picture(page, "review.png")
    for press in range(MOST_PRESSES):
        if page.get_by_text("Nothing waits").is_visible():
            break
        if page.locator(".comment").count():
            _decide(page, reject=press % 3 == 0)
        else:
            page.wait_for_timeout(100)

    expect(page.get_by_text("Nothing waits")).to_be_visible()
    assert int(re.search(r"You decided (\d+)", page.locator("#bar").inner_text())[1]) > 20


def _decide(page: Page, reject: bool) -> None:
    """Press what a person would, when the card has been there long enough to be read."""
    page.wait_for_timeout(320)
    if reject:
        for key in ("r", "1", "Enter"):
            page.keyboard.press(key)
    else:
        page.keyboard.press("a")


def test_the_blog_shows_the_day(demo, page, picture):
    blog = printed(demo, "Blog")
    page.goto(blog)

    def is_told() -> bool:
        page.reload()
        return re.search(r"Post a comment · \d{2,} comments", page.content()) is not None

    eventually(is_told)
    box = page.get_by_role("heading", name=re.compile("Post a comment"))
    box.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 24)")
    picture(page, "blog.png")
