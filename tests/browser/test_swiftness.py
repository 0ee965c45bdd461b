"""The next card has the focus, and is painted, long before any answer: with ten thousand comments waiting."""

import statistics

from playwright.sync_api import expect

from tests.browser.conftest import SignIn, Submit
from tests.web.comments import comment

WAITING = 10_000
PRESSES = 12
MOST_MS = 200
MEASURE = """
window.took = [];
let pressed = 0;
document.addEventListener("keydown", () => (pressed = performance.now()), true);
document.addEventListener("focusin", (event) => {
  if (!pressed || !event.target.matches(".comment")) return;
  const began = pressed;
  pressed = 0;
  requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - began)));
});
"""


def test_from_a_key_to_the_next_card_it_takes_less_than_a_fifth_of_a_second(signed_in: SignIn, submit: Submit) -> None:
    for start in range(0, WAITING, 1000):
        submit(*map(comment, range(start, start + 1000)))
    page = signed_in("ann")
    page.goto("/review")
    page.keyboard.press("t")
    expect(page.locator(".comment")).to_have_count(10)
    page.evaluate(MEASURE)
    for _ in range(PRESSES):
        page.wait_for_timeout(320)
        page.keyboard.press("a")
    page.wait_for_timeout(320)
    took = page.evaluate("window.took")
    assert len(took) == PRESSES
    assert statistics.quantiles(took, n=20)[-1] < MOST_MS
    expect(page.locator("#bar")).to_contain_text(f"You decided {PRESSES} today")
