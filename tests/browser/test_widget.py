"""The widget on another site's page, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_blog import LOOKS, fits, turned

pytest_plugins = ["tests.browser.blog"]


@pytest.fixture
def widget(town, visitor):
    """Open the blog's page with the widget, once its thread is there."""

    def opened(**options):
        reader = visitor(f"{town.blog}/widget", **options)
        expect(reader.page.get_by_role("heading", name="Post a comment ·")).to_be_visible()
        return reader

    return opened


def write(page, text: str, label: str = "Your comment", button: str = "Post the comment") -> None:
    page.get_by_label("Your name").last.fill("Nare")
    page.get_by_label(label).fill(text)
    page.get_by_role("button", name=button).click()


def own_ids(page) -> list[str]:
    kept = page.evaluate("JSON.parse(localStorage.getItem('parley:demo:talks-day-two') ?? '[]')")
    return [token.split(".", 2)[2] for token in kept]


def test_a_comment_appears_at_once_and_has_the_focus(widget):
    page = widget().page
    write(page, "A remark by the widget.")
    item = page.get_by_role("listitem").filter(has_text="A remark by the widget.")
    expect(item).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Your comment is published.")
    assert own_ids(page) == []
    page.reload()
    expect(page.get_by_text("A remark by the widget.")).to_have_count(0)  # it is the newest, so on a later page
    while page.get_by_role("button", name="Show more comments").is_visible():
        before = page.get_by_role("listitem").count()
        page.get_by_role("button", name="Show more comments").click()
        expect(page.get_by_role("listitem").nth(before)).to_be_attached()
    expect(page.get_by_text("A remark by the widget.")).to_be_visible()


def test_a_waiting_comment_is_known_after_a_reload_until_a_person_decided(town, widget):
    reader = widget()
    page = reader.page
    write(page, "I say this hesitantly, by the widget.")
    expect(page.get_by_text("Your comment is being looked at.").first).to_be_visible()
    assert reader.has_no_barrier()
    page.reload()
    item = page.get_by_role("listitem").filter(has_text="hesitantly, by the widget")
    expect(item.get_by_role("link", name="Follow it on its own page")).to_be_visible()
    [comment_id] = own_ids(page)
    town.decide(comment_id, "reject")
    page.reload()
    expect(item).to_contain_text("Your comment was declined. A person judged that")
    assert item.get_by_role("link").get_attribute("href").startswith(f"{town.parley}/status/")


def test_the_word_before_comes_once_and_may_be_passed_over_by_keyboard(widget):
    reader = widget()
    page = reader.page
    write(page, "A forbiddenword by the widget.")
    expect(page.get_by_role("alert").filter(has_text="This may be declined because")).to_be_visible()
    expect(page.get_by_role("button", name="Change it")).to_be_focused()
    assert reader.has_no_barrier()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your comment")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" Truly.")
    page.get_by_role("button", name="Post the comment").click()
    page.get_by_role("button", name="Post anyway").click()
    item = page.get_by_role("listitem").filter(has_text="Truly.")
    expect(item).to_contain_text("Your comment was declined because it matches one of the site's own rules.")


def test_an_answer_stands_below_what_it_answers(widget):
    page = widget().page
    marta = page.get_by_role("listitem").filter(has_text="Explosions killed six")
    button = marta.get_by_role("button", name="Answer Marta")
    button.click()
    expect(marta.get_by_label("Your answer")).to_be_focused()
    marta.get_by_role("button", name="Cancel").click()
    expect(button).to_be_focused()
    button.click()
    marta.get_by_label("Your name").fill("Nare")
    marta.get_by_label("Your answer").fill("We will.")
    marta.get_by_role("button", name="Post the answer").click()
    expect(marta.get_by_role("list", name="Answers to Marta")).to_contain_text("We will.")


def test_what_is_missing_is_said_and_gets_the_focus(widget):
    reader = widget()
    reader.page.get_by_role("button", name="Post the comment").click()
    expect(reader.page.get_by_role("alert").filter(has_text="Please give a name.")).to_be_visible()
    expect(reader.page.get_by_label("Your name")).to_be_focused()
    assert reader.has_no_barrier()


def test_it_sets_no_cookie(widget):
    page = widget().page
    write(page, "Hesitantly, without a cookie.")
    expect(page.get_by_text("Your comment is being looked at.").first).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_widget_has_no_barrier(widget, look):
    reader = widget(**LOOKS[look])
    turned(reader.page, look)
    reader.page.get_by_role("button", name="Answer Marta").first.click()
    assert reader.has_no_barrier()
    assert fits(reader.page)


def test_on_a_page_that_the_site_did_not_allow_it_shows_nothing(town, visitor, elsewhere):
    script = f'<script src="{town.parley}/widget.js" data-site="demo" data-article="talks-day-two" async></script>'
    with elsewhere(f'<!doctype html><html lang="en"><title>Elsewhere</title>{script}') as address:
        reader = visitor(address)
        expect(reader.page.get_by_role("status")).to_have_text("The comments cannot be shown right now.")
    expect(reader.page.get_by_role("listitem")).to_have_count(0)
    assert any("blocked by CORS policy" in complaint for complaint in reader.complaints)
    reader.complaints.clear()
