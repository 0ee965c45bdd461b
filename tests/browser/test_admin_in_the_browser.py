"""An admin's pages keep the WCAG rules in every dress, are worked by keyboard, and need no script."""

from collections.abc import Iterable

import pytest
from playwright.sync_api import expect

from service.learning import JobState
from service.moderation import feedback, policy
from service.moderation.desk import Desk
from service.people import Role
from service.values import Opinion
from tests.browser.conftest import SITE, SignIn, Submit
from tests.browser.test_accessibility import check, dressed
from tests.browser.test_quality_in_the_browser import kept_as
from tests.web.comments import comment
from tests.web.reports import site_model, trained

PAGES = {
    "overview": "/admin",
    "models": "/admin/models",
    "report": "/admin/models/base-2.1",
    "policy": "/admin/policy",
    "labels": "/admin/labels",
    "keys": "/admin/keys",
    "deliveries": "/admin/deliveries",
    "log": "/admin/log",
    "people": "/admin/people",
}

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RICHEST = ("report", "policy")


@pytest.fixture
def busy(desk: Desk, submit: Submit) -> None:
    """Have a site with comments, labels, a webhook that does not hear, and two models, one of them in use."""
    desk.store.sites.set_webhook(SITE, "https://news.example/hooks/parley", "whsec_dGVzdA==", "test")
    submit(comment(1, "You\u200b fool, this is remark number 1 of many."), *map(comment, range(2, 8)))
    for number in range(2, 6):
        feedback.feedback(desk, SITE, f"c-{number}", Opinion.FINE, "key:k")
    desk.store.keys.create(SITE, ["submit", "review"], "the blog", "user:ada")
    trained(desk, SITE, site_model("base-2.1", base="base-2"))
    desk.store.models.promote(SITE, "base-2.1", "user:ada")
    trained(desk, SITE, site_model("base-2.2", passed=False, base="base-2"))


@pytest.mark.parametrize(
    ("dress", "names"),
    [("light", PAGES), ("narrow", PAGES), ("dark", RICHEST), ("forced colours", RICHEST[:1]), ("large text", RICHEST)],
)
def test_no_page_has_a_violation(signed_in: SignIn, busy: None, dress: str, names: Iterable[str]) -> None:
    page = dressed(signed_in, dress, Role.ADMIN)
    for name in names:
        page.goto(PAGES[name])
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        if dress != "narrow" or name in RICHEST:
            check(page)
        assert page.evaluate(WIDER) <= 0, f"{name} scrolls sideways"
        kept_as(page, f"{name}-{dress.replace(' ', '-')}")
    assert page.said == []  # type: ignore[attr-defined]


def test_the_page_follows_a_retraining_and_keeps_the_focus(signed_in: SignIn, busy: None, desk: Desk) -> None:
    page = dressed(signed_in, "light", Role.ADMIN)
    page.goto("/admin/models")
    page.get_by_role("button", name="Retrain").press("Enter")
    expect(page.get_by_text("waits for a worker")).to_be_visible()
    _, token = desk.store.jobs.take("w-1")  # type: ignore[misc]
    page.get_by_role("button", name="Cancel it").focus()
    desk.store.jobs.beat(SITE, token, "measuring", 0.9)
    expect(page.get_by_text("The retraining is under way: measuring.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0.9")
    expect(page.get_by_role("button", name="Cancel it")).to_be_focused()
    desk.store.jobs.end(SITE, token, JobState.FAILED, problem="There are 4 labels; 40 are needed.")
    expect(page.get_by_text("There are 4 labels; 40 are needed.")).to_be_visible()
    expect(page.get_by_role("button", name="Retrain")).to_be_visible()
    assert page.said == []  # type: ignore[attr-defined]


def test_nothing_needs_a_script(signed_in: SignIn, busy: None, desk: Desk) -> None:
    page = signed_in("ann", Role.ADMIN, java_script_enabled=False)
    page.goto("/admin/models")
    page.get_by_role("button", name="Retrain").click()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("The retraining is cancelled")).to_be_visible()
    page.get_by_role("button", name="Roll back to base-2, the base").click()
    expect(page.get_by_text("The model before is in use again.")).to_be_visible()
    assert desk.store.models.standing(SITE).champion is None


def test_the_preview_follows_what_is_typed_and_a_slider_and_saves_nothing(
    signed_in: SignIn, busy: None, desk: Desk
) -> None:
    desk.store.models.roll_back(SITE, "test")  # to a model that can score
    page = dressed(signed_in, "light", Role.ADMIN)
    page.goto("/admin/policy")
    page.get_by_role("group", name="Toxicity", exact=True).get_by_label("Review from", exact=True).fill("0")
    preview = page.get_by_role("heading", name="past comments would be judged otherwise")
    expect(preview).to_be_visible()
    slider = page.get_by_role("slider", name="Toxicity: Review from, slider", exact=True)
    slider.focus()
    slider.press("ArrowRight")
    expect(
        page.get_by_role("group", name="Toxicity", exact=True).get_by_label("Review from", exact=True)
    ).to_have_value("0.005")
    check(page)
    kept_as(page, "policy-preview")
    before = policy.current(desk, SITE).version
    page.get_by_role("button", name=f"Save as version {before + 1}").press("Enter")
    expect(page.get_by_text("Saved. It judges from the next second on.")).to_be_visible()
    assert desk.store.policies.get(SITE, before + 1).thresholds["toxicity"].review == 0.005  # type: ignore[union-attr]
    assert page.said == []  # type: ignore[attr-defined]
