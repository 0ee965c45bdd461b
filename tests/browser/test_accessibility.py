"""Every page keeps the rules of WCAG 2.2 AA that a program can check, in every dress, and logs nothing."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from service.moderation.desk import Desk
from service.people import Role
from service.values import Author, Verdict
from tests.browser.conftest import SITE, SignIn, Submit
from tests.web.comments import assessment, comment

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
TEXTS = (
    "You are a fool, and everyone here can see it.",
    "Buy w\u200batches at \u202ebest.example\u202c now",
    "Դուք բոլորդ սուտ եք խոսում։",
    "أنت كاذب، وهذا الجسر لن يفتح أبدا.",
    "Donaudampfschifffahrtsgesellschaft" * 12,
    "It goes on and on. " * 1000,
    "👨\u200d👩\u200d👧 🤡 lol",
)
DRESSES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 740}},
    "forced colours": {"forced_colors": "active"},
    "right to left": {},
    "large text": {"viewport": {"width": 640, "height": 600}},
}


@pytest.fixture
def filled(desk: Desk, submit: Submit) -> None:
    desk.store.comments.submit(SITE, [(comment(90, "Earlier.", author=Author(id="u-1")), assessment(Verdict.APPROVE))])
    submit(comment(80), severe_toxicity=0.4)
    for number, text in enumerate(TEXTS, start=21):
        parent = "c-90" if number % 2 else None
        submit(comment(number, text, author=Author(id="u-1", name="Jonas K."), parent_id=parent), insult=0.5, spam=0.3)
    submit(*map(comment, range(40, 50)))


def dressed(signed_in: SignIn, dress: str, role: Role = Role.LEAD) -> Page:
    page = signed_in("ann", role, **DRESSES[dress])
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective))"
    )
    if dress == "right to left":
        page.add_init_script(
            "document.addEventListener('DOMContentLoaded', () => document.documentElement.dir = 'rtl')"
        )
    if dress == "large text":
        page.add_init_script(
            "document.addEventListener('DOMContentLoaded', () => {"
            "const own = new CSSStyleSheet(); own.replaceSync('html { font-size: 200% }');"
            "document.adoptedStyleSheets = [own]; })"
        )
    return page


def check(page: Page, part: str | None = None) -> None:
    found = Axe().run(page, part, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "the page scrolls sideways"


@pytest.mark.parametrize("dress", DRESSES)
def test_the_review_page_has_no_violation(signed_in: SignIn, filled: None, desk: Desk, dress: str) -> None:
    size = 10 if dress in ("light", "narrow") else 5
    desk.store.preferences.save("ann", {"size": str(size)})
    page = dressed(signed_in, dress)
    page.goto("/review")
    page.keyboard.press("t")
    expect(page.locator(".comment")).to_have_count(size)
    page.wait_for_timeout(350)
    page.keyboard.press("s")
    page.wait_for_timeout(350)
    page.keyboard.press("w")
    expect(page.locator(".panel mark").first).to_be_visible()
    for key in ("n", "Escape", "x", "r", "1"):
        page.keyboard.press(key)
    check(page)
    page.keyboard.press("Enter")
    expect(page.locator(".last")).to_be_visible()
    page.locator(".lately > summary").click()
    check(page, ".last")
    assert page.said == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("dress", ["light", "dark", "narrow"])
def test_the_other_pages_have_no_violation(signed_in: SignIn, filled: None, dress: str) -> None:
    page = dressed(signed_in, dress)
    for path in (
        "/review/search?attribute=insult&low=0.2",
        "/review/search?q=nothing-like-this",
        "/review/settings",
        "/review/c-21/why",
        "/review/c-21/conversation",
        "/review/c-21/history",
        "/account",
    ):
        page.goto(path)
        check(page)
    assert page.said == []  # type: ignore[attr-defined]


def test_the_empty_queue_has_no_violation(signed_in: SignIn, desk: Desk) -> None:
    page = dressed(signed_in, "light")
    page.goto("/review")
    expect(page.get_by_text("All quiet.")).to_be_visible()
    check(page)


def test_the_keys_dialog_has_no_violation(signed_in: SignIn, filled: None) -> None:
    page = dressed(signed_in, "light")
    page.goto("/review")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page)
