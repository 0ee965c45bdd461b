"""Leads settle disagreements by keyboard; the pages around looks keep the WCAG rules and log nothing."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.moderation import looks, policy, review
from service.moderation.desk import Desk
from service.moderation.submit import submit_batch
from service.people import Role
from service.shares import LookShares
from service.tenancy import Threshold
from service.values import Choice, Comment, Decision, State
from tests.browser.conftest import SITE, SignIn, Submit
from tests.browser.test_accessibility import check, dressed
from tests.web.comments import comment
from tests.web.test_looks_among_cards import ANN, BOB

NARROW_AND_WIDE = ["light", "dark", "narrow"]


@pytest.fixture
def differing(desk: Desk) -> None:
    """Have Ann and Bob differ on two comments, and Bob with automation on forty others."""
    policy.replace(desk, SITE, {"insult": Threshold(0.5, 0.9)}, (), "test", looks=LookShares(1.0, 1.0, 1.0))
    desk.scorer.says(insult=0.7)
    ids = ["c-1", "c-2"]
    submit_batch(desk, SITE, [Comment(one, f"You again, and {one} at length. " * 9) for one in ids])
    token = review.claim(desk, SITE, ANN).token
    review.decide(desk, SITE, ANN, token, [Decision(one, Choice.REJECT, "insult") for one in ids])
    looks.take(desk, SITE, BOB, 2)
    looks.answer(desk, SITE, BOB, [Decision(one, Choice.APPROVE) for one in ids])
    desk.scorer.says(insult=0.95)
    audits = [f"a-{number}" for number in range(40)]
    submit_batch(desk, SITE, [Comment(one, "You there.") for one in audits])
    looks.take(desk, SITE, BOB, len(audits))
    looks.answer(desk, SITE, BOB, [Decision(one, Choice.REJECT) for one in audits])


def kept_as(page: Page, name: str) -> None:
    """Leave a picture where PARLEY_SHOTS says, to be looked at."""
    if folder := os.environ.get("PARLEY_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("dress", NARROW_AND_WIDE)
def test_a_lead_settles_disagreements_by_keyboard(signed_in: SignIn, desk: Desk, differing: None, dress: str) -> None:
    page = dressed(signed_in, dress)
    page.goto("/review")
    page.get_by_role("link", name="Admin", exact=True).click()
    page.get_by_role("link", name="Quality").click()
    expect(page.get_by_role("heading", name="2 disagreements need a last word")).to_be_visible()
    check(page)
    kept_as(page, f"quality-{dress}")
    page.locator("[data-keys]").first.focus()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="1 disagreement needs a last word")).to_be_visible()
    expect(page.locator("[data-keys]").first).to_be_focused()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Nothing to settle")).to_be_visible()
    check(page)
    assert {one.state for one in desk.store.browse.many(SITE, ["c-1"]).values()} == {State.APPROVED}
    assert {one.state for one in desk.store.browse.many(SITE, ["c-2"]).values()} == {State.REJECTED}
    assert page.said == []  # type: ignore[attr-defined]


def test_looks_are_decided_and_undone_by_keys_like_all_cards(signed_in: SignIn, desk: Desk, submit: Submit) -> None:
    policy.replace(desk, SITE, {"insult": Threshold(0.5, 0.9)}, (), "test", looks=LookShares(1.0, 1.0, 1.0))
    submit(*map(comment, (2, 3)))
    token = review.claim(desk, SITE, BOB).token
    review.decide(desk, SITE, BOB, token, [Decision("c-2", Choice.APPROVE)])
    review.release(desk, SITE, BOB, token)
    desk.store.looks.bring(SITE, ANN, 1, 600_000, "a-claim", datetime.now(UTC))
    page = dressed(signed_in, "light")
    page.goto("/review")
    card = page.locator("#card-c-2")
    expect(card).to_be_focused()
    page.wait_for_timeout(350)
    page.keyboard.press("a")
    expect(page.locator(".last")).to_contain_text("Last: approved c-2")
    expect(card).to_have_count(0)
    page.keyboard.press("z")
    expect(card).to_be_focused()
    kept_as(page, "look")
    assert page.said == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("dress", NARROW_AND_WIDE)
def test_moderators_read_what_was_escalated(signed_in: SignIn, desk: Desk, submit: Submit, dress: str) -> None:
    submit(comment(1))
    token = review.claim(desk, SITE, BOB).token
    review.decide(desk, SITE, BOB, token, [Decision("c-1", Choice.ESCALATE, note="Is this a quotation?")])
    page = dressed(signed_in, dress, Role.MODERATOR)
    page.goto("/review")
    page.get_by_role("link", name="Escalated").click()
    expect(page.get_by_text("Leads decide what was escalated.")).to_be_visible()
    check(page)
    kept_as(page, f"escalated-{dress}")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("this is remark number 1")).to_be_visible()
    check(page)
    kept_as(page, f"escalated-search-{dress}")
    assert page.said == []  # type: ignore[attr-defined]
