"""A moderator's work by keyboard alone, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from service.moderation import review
from service.moderation.desk import Desk
from service.people import Role
from service.values import State
from tests.browser.conftest import SITE, SignIn, Submit
from tests.web.comments import comment

LOOK_MS = 320  # a card decides nothing before it was in front of its reader this long


@pytest.fixture
def page(signed_in: SignIn, submit: Submit) -> Page:
    """Ann with ten of fifteen comments in front of her."""
    submit(*map(comment, range(11, 26)))
    opened = signed_in("ann")
    opened.goto("/review")
    opened.keyboard.press("t")
    expect(opened.locator(".comment")).to_have_count(10)
    return opened


def press(page: Page, *keys: str) -> None:
    page.wait_for_timeout(LOOK_MS)
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.closest('.comment')?.dataset.id ?? document.activeElement.id")
    return found


def bar(page: Page, words: str) -> None:
    expect(page.locator("#bar")).to_contain_text(words)


def state(desk: Desk, one: str) -> State:
    return desk.store.browse.many(SITE, [one])[one].state


def test_taking_puts_the_first_card_in_focus(page: Page) -> None:
    assert focused(page) == "c-11"
    expect(page.locator("#lease")).to_have_text(re.compile(r"10 yours for (5:00|4:5\d)"))


def test_one_key_decides_one_comment_and_the_next_has_the_focus(page: Page, desk: Desk) -> None:
    press(page, "a")
    assert focused(page) == "c-12"  # before any answer
    bar(page, "Last: approved c-11")
    assert state(desk, "c-11") == State.APPROVED
    expect(page.locator("#said")).to_have_text("Approved. 9 left here.")


def test_a_rejection_takes_a_reason_by_its_digit(page: Page, desk: Desk) -> None:
    press(page, "r", "2", "Enter")
    assert focused(page) == "c-12"
    bar(page, "Last: rejected c-11 (insult)")
    kept = desk.store.comments.get(SITE, "c-11")
    assert kept
    assert kept.decided
    assert kept.decided.reason == "insult"


def test_escape_leaves_the_reasons_and_nothing_is_decided(page: Page, desk: Desk) -> None:
    press(page, "r", "3", "Escape")
    expect(page.locator(".reject[open]")).to_have_count(0)
    assert focused(page) == "c-11"
    assert state(desk, "c-11") == State.CLAIMED


def test_undo_brings_the_card_back_in_front(page: Page, desk: Desk) -> None:
    press(page, "a")
    bar(page, "Last: approved c-11")
    press(page, "z")
    expect(page.locator(".comment").first).to_have_attribute("data-id", "c-11")
    expect(page.locator("#card-c-11")).to_be_focused()
    assert state(desk, "c-11") == State.CLAIMED
    press(page, "r", "Enter")
    bar(page, "Last: rejected c-11")


def test_skipping_and_escalating_go_on_to_the_next(page: Page, desk: Desk) -> None:
    press(page, "s")
    assert focused(page) == "c-12"
    press(page, "e")
    assert focused(page) == "c-13"
    bar(page, "Last: escalated c-12")
    assert (state(desk, "c-11"), state(desk, "c-12")) == (State.WAITING, State.WAITING)


def test_next_and_previous_move_without_deciding(page: Page) -> None:
    press(page, "j", "j")
    assert focused(page) == "c-13"
    press(page, "k")
    assert focused(page) == "c-12"


def test_selected_ones_are_decided_together_and_undone_together(page: Page, desk: Desk) -> None:
    press(page, "x", "j", "x", "j", "x")
    expect(page.locator("[data-selected=Reject]")).to_contain_text("Reject 3")
    press(page, "Shift+R")
    bar(page, "Last: rejected 3 comments")
    press(page, "x", "j", "x")
    press(page, "Shift+A")
    bar(page, "Last: approved 2 comments")
    press(page, "z")
    bar(page, "Last: rejected 3 comments")  # a step of its own
    assert [state(desk, f"c-{number}") for number in (11, 12, 13)] == [State.REJECTED] * 3
    press(page, "z")
    expect(page.locator("#said")).to_have_text("3 decisions undone; the comments wait again.")
    assert [state(desk, f"c-{number}") for number in (11, 12, 13)] == [State.WAITING] * 3


def test_details_open_in_the_card_and_close_again(page: Page) -> None:
    press(page, "w")
    expect(page.locator("#card-c-11 .panel mark").first).to_be_visible()
    press(page, "c")
    expect(page.locator("#card-c-11 .panel")).to_contain_text("It stands under the article itself")
    press(page, "h")
    expect(page.locator("#card-c-11 .panel")).to_contain_text("remark number 14")
    press(page, "Escape")
    expect(page.locator("#card-c-11 .panel")).to_be_hidden()
    assert focused(page) == "c-11"


def test_a_note_is_typed_without_pressing_any_button(page: Page, desk: Desk) -> None:
    press(page, "n")
    page.keyboard.type("a rash remark, see")
    page.keyboard.press("Escape")
    assert state(desk, "c-11") == State.CLAIMED
    press(page, "e")
    bar(page, "Last: escalated c-11")
    kept = desk.store.comments.get(SITE, "c-11")
    assert kept
    assert kept.escalation_note == "a rash remark, see"


def test_no_key_works_with_a_modifier_on_repeat_or_at_once(page: Page, desk: Desk) -> None:
    page.wait_for_timeout(LOOK_MS)
    for modifier in ("Control", "Alt", "Meta"):
        page.keyboard.press(f"{modifier}+e")
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', repeat: true, bubbles: true}))"
    )
    assert focused(page) == "c-11"
    page.keyboard.press("a")
    page.keyboard.press("a")  # c-12 has been there for a moment only
    bar(page, "Last: approved c-11")
    assert focused(page) == "c-12"
    assert state(desk, "c-12") == State.CLAIMED


def test_a_keyboard_for_another_script_works_by_the_keys_place(page: Page) -> None:
    page.wait_for_timeout(LOOK_MS)
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ա', code: 'KeyA', bubbles: true}))"
    )
    bar(page, "Last: approved c-11")


def test_the_keys_are_listed_on_request(page: Page) -> None:
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Escalate")
    page.keyboard.press("a")  # nothing behind the dialog hears it
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    assert page.locator(".comment").count() == 10


def test_search_is_a_key_away_and_takes_what_is_typed(page: Page) -> None:
    press(page, "/")
    page.keyboard.type("remark number 24")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/review/search\?.*q=remark\+number\+24"))
    expect(page.locator(".matches li")).to_have_count(1)


def test_a_whole_queue_is_emptied_by_keyboard(page: Page, desk: Desk) -> None:
    for number in range(15):
        press(page, *(("a",) if number % 2 else ("r", "1", "Enter")))
    expect(page.get_by_text("All quiet.")).to_be_visible()
    assert focused(page) == "empty"
    bar(page, "You decided 15 today")
    assert desk.store.browse.sizes(SITE) == {"main": 0, "escalated": 0, "appeals": 0}
    assert len({state(desk, f"c-{number}") for number in range(11, 26)} - {State.APPROVED, State.REJECTED}) == 0
    assert page.said == []  # type: ignore[attr-defined]


def test_new_comments_are_counted_and_the_list_stays(page: Page, submit: Submit) -> None:
    before = page.locator(".comment").evaluate_all("cards => cards.map((card) => card.dataset.id)")
    submit(*map(comment, range(50, 53)))
    expect(page.locator("#new")).to_have_text("3 new", timeout=9000)
    assert page.locator(".comment").evaluate_all("cards => cards.map((card) => card.dataset.id)") == before
    expect(page.locator('[data-count="main"]')).to_have_text("8")


def test_a_refused_decision_brings_the_card_back(page: Page, desk: Desk) -> None:
    page.route("**/review/decide", lambda route: route.abort())
    press(page, "a")
    expect(page.locator("#card-c-11")).to_contain_text("This did not reach Parley; it is still yours.")
    assert focused(page) == "c-12"
    page.unroute("**/review/decide")
    press(page, "k")
    assert focused(page) == "c-11"
    press(page, "a")
    bar(page, "Last: approved c-11")


def test_a_late_decision_tells_who_was_faster(page: Page, desk: Desk, signed_in: SignIn) -> None:
    page.route("**/review/keep", lambda route: route.abort())  # her page does not hear of it
    [claim] = desk.store.browse.hand(SITE, "user:ann")
    review.release(desk, SITE, "user:ann", claim.token)
    bob = signed_in("bob")
    bob.goto("/review")
    bob.keyboard.press("t")
    expect(bob.locator(".comment")).to_have_count(10)
    press(bob, "a")
    bar(bob, "Last: approved c-11")
    press(page, "r", "Enter")
    expect(page.locator("#notices")).to_contain_text("bob approved c-11")
    assert page.locator("#card-c-11").count() == 0


def test_two_moderators_never_see_the_same_comment(signed_in: SignIn, submit: Submit) -> None:
    submit(*map(comment, range(11, 41)))
    seen: list[set[str]] = []
    for name in ("ann", "bob"):
        opened = signed_in(name)
        opened.goto("/review")
        opened.keyboard.press("t")
        expect(opened.locator(".comment")).to_have_count(10)
        seen.append(set(opened.locator(".comment").evaluate_all("cards => cards.map((card) => card.dataset.id)")))
    assert not seen[0] & seen[1]
    bar(opened, "ann has 10")


def test_a_reload_keeps_the_claim_and_leaving_shortens_it(page: Page, desk: Desk) -> None:
    page.reload()
    expect(page.locator(".comment")).to_have_count(10)
    expect(page.locator("#lease")).to_have_text(re.compile(r"10 yours for (5:00|4:5\d)"))
    page.goto("about:blank")
    page.wait_for_timeout(300)
    [claim] = desk.store.browse.hand(SITE, "user:ann")
    left = claim.expires_at.timestamp() - page.evaluate("Date.now()") / 1000
    assert 30 < left <= 45


def test_what_was_lost_meanwhile_leaves_the_page(page: Page, desk: Desk) -> None:
    [claim] = desk.store.browse.hand(SITE, "user:ann")
    review.release(desk, SITE, "user:ann", claim.token)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(page.locator(".comment")).to_have_count(0)
    expect(page.locator("#notices")).to_contain_text("they wait again for everybody")


def test_a_severe_text_opens_by_its_key(signed_in: SignIn, submit: Submit) -> None:
    submit(comment(11), severe_toxicity=0.4)
    page = signed_in("ann")
    page.goto("/review")
    page.keyboard.press("t")
    text = page.locator("#card-c-11 .text")
    expect(page.locator("#card-c-11")).to_be_focused()
    expect(text).to_be_hidden()
    press(page, "o")
    expect(text).to_be_visible()


def test_a_wrong_reason_is_noted_without_leaving(page: Page, desk: Desk) -> None:
    page.locator("#card-c-11").get_by_role("button", name="Insult is a wrong reason").click()
    expect(page.locator("#card-c-11 .reasons")).to_contain_text("Noted: wrong reason.")
    label = desk.store.labels.get(SITE, "c-11")
    assert label
    assert label.disputed == ("insult",)


def test_changed_keys_work_and_keys_can_be_off(page: Page, desk: Desk) -> None:
    page.goto("/review/settings")
    page.get_by_label("Approve", exact=True).fill("y")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.goto("/review")
    press(page, "a", "y")
    bar(page, "Last: approved c-11")
    page.goto("/review/settings")
    page.get_by_label("One key for each action").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto("/review")
    press(page, "y", "s", "e")
    assert state(desk, "c-12") == State.CLAIMED


def test_everything_works_without_javascript(signed_in: SignIn, submit: Submit, desk: Desk) -> None:
    submit(*map(comment, range(11, 14)))
    page = signed_in("ann", Role.MODERATOR, java_script_enabled=False)
    page.goto("/review")
    page.get_by_role("button", name="Take the next 10").click()
    card = page.locator("#card-c-11")
    card.locator(".reject > summary").click()
    card.get_by_label("Threat").check()
    card.get_by_role("button", name="Reject").last.click()
    bar(page, "Last: rejected c-11 (threat)")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#card-c-11")).to_be_visible()
    page.locator("#card-c-12").get_by_role("link", name="Why").click()
    expect(page.get_by_role("heading", name="Why it is here")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()
    page.locator("#card-c-12").get_by_role("button", name="Approve").click()
    bar(page, "Last: approved c-12")
    assert (state(desk, "c-11"), state(desk, "c-12")) == (State.CLAIMED, State.APPROVED)
