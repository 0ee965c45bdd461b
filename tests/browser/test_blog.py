"""The example blog and the status page in a real browser, beside the real service."""

import re

import pytest
from playwright.sync_api import expect

from tests.faults.running import eventually

pytest_plugins = ["tests.browser.blog"]

LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 740}},
    "right to left": {"locale": "ar"},
    "forced colours": {"forced_colors": "active"},
}


def write(page, text: str, name: str = "Nare") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Post the comment").click()


def turned(page, look: str) -> None:
    if look == "right to left":
        page.evaluate("document.documentElement.dir = 'rtl'")


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_comment_waits_for_a_person_and_is_then_read_by_all(town, visitor):
    author = visitor(town.blog).page
    write(author, "I say this hesitantly: let them talk.")
    expect(author.get_by_text("Your comment is being looked at.")).to_be_visible()
    comment_id = author.url.partition("#")[2]
    author.get_by_role("link", name="See how it stands").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Your comment is being looked at")
    other = visitor(town.blog).page
    expect(other.get_by_text("hesitantly: let them talk")).to_have_count(0)

    town.decide(comment_id, "approve")

    def is_shown() -> bool:
        other.reload()
        return other.get_by_text("hesitantly: let them talk").count() == 1

    eventually(is_shown)
    author.reload()
    expect(author.get_by_role("heading", level=1)).to_have_text("Your comment is published")


def test_a_word_comes_first_then_a_reason_then_an_objection_that_succeeds(town, visitor):
    author = visitor(town.blog)
    page = author.page
    write(page, "This is a forbiddenword, and I mean it well.")
    expect(page.get_by_role("alert")).to_contain_text("This may be declined because it matches")
    assert author.has_no_barrier()
    page.get_by_role("button", name="Post anyway").click()
    expect(page.get_by_text("Your comment was declined.")).to_be_visible()
    comment_id = page.url.partition("#")[2]
    page.get_by_role("link", name="Why, and how to object").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment was declined")
    assert author.has_no_barrier()
    page.get_by_label("What should the other person know?").fill("It is the name of my village.")
    page.get_by_role("button", name="Object to the decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your objection is being looked at")
    town.decide(comment_id, "approve")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")


def test_all_of_it_works_without_a_script(town, visitor):
    page = visitor(town.blog, java_script_enabled=False).page
    write(page, "A quiet remark without any script.")
    expect(page.get_by_text("Your comment is published.")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_blog_has_no_barrier(town, visitor, look):
    reader = visitor(town.blog, **LOOKS[look])
    turned(reader.page, look)
    assert reader.has_no_barrier()
    assert fits(reader.page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_status_page_has_no_barrier(town, visitor, look):
    sent = town.api.post("/v1/comments", json={"id": f"s-{look.replace(' ', '-')}", "text": "A forbiddenword."}).json()
    author = visitor(town.parley + sent["status_url"], **LOOKS[look])
    turned(author.page, look)
    expect(author.page.get_by_role("heading", level=1)).to_have_text("Your comment was declined")
    assert author.has_no_barrier()
    assert fits(author.page)


def test_a_broken_link_is_told_calmly(town, visitor):
    author = visitor(town.blog)
    answer = author.page.goto(f"{town.parley}/status/{'A' * 20}.demo.demo-001")
    assert answer.status == 404
    expect(author.page.get_by_text(re.compile("not one of ours"))).to_be_visible()
    assert author.has_no_barrier()
    author.complaints.clear()  # the browser notes the 404 itself
