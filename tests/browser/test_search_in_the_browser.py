"""Search and bulk with the script: the count follows the ticks, and a range is drawn over the bars."""

import re

import pytest
from playwright.sync_api import Page, expect

from service.moderation.desk import Desk
from service.values import State
from tests.browser.conftest import SITE, SignIn
from tests.web.comments import assessment, comment


@pytest.fixture
def page(signed_in: SignIn, desk: Desk) -> Page:
    scored = [(comment(number), assessment(insult=number / 10 + 0.05)) for number in range(10)]
    desk.store.comments.submit(SITE, scored)
    opened = signed_in("ann")
    opened.goto("/review/search?attribute=insult")
    return opened


def test_the_count_follows_the_ticks_and_is_what_happens(page: Page, desk: Desk) -> None:
    reject = page.get_by_role("button", name=re.compile("^Reject"))
    expect(reject).to_have_text("Reject 0")
    expect(reject).to_be_disabled()
    for one in ("c-1", "c-2", "c-3"):
        page.locator(f'[name=id][value="{one}"]').check()
    page.locator('[name=id][value="c-2"]').uncheck()
    expect(reject).to_have_text("Reject 2")
    reject.click()
    expect(page.locator("#bar")).to_contain_text("Last: rejected 2 comments")
    kept = desk.store.browse.many(SITE, ["c-1", "c-2", "c-3"])
    assert [one.state for one in kept.values()] == [State.REJECTED, State.WAITING, State.REJECTED]


def test_a_range_is_drawn_over_the_bars(page: Page) -> None:
    box = page.locator(".histogram svg").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.42, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.73, middle)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"low=0\.40&high=0\.75"))
    expect(page.locator(".matches li")).to_have_count(4)
    expect(page.get_by_role("button", name="Reject 4")).to_be_enabled()
