"""The review page without any script: every button is a form, every answer a page."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import redis
from werkzeug.test import TestResponse

from service.app import build
from service.moderation import review
from service.moderation.desk import Desk
from service.moderation.second.adviser import ModelAdviser
from service.people import Role
from service.values import Article, Author, Choice, Comment, Decision, Reason, Second, State, Verdict
from tests.fakes import FakeSecond
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, NewPerson, Person, words

ANN, BOB = "user:ann", "user:bob"
Submit = Callable[..., None]


@pytest.fixture
def submit(desk: Desk) -> Submit:
    def queued(*comments: Comment, **scores: float) -> None:
        scored = scores or {"insult": 0.62}
        desk.store.comments.submit(SITE, [(one, assessment(**scored)) for one in comments])

    return queued


@pytest.fixture
def three(submit: Submit) -> None:
    submit(*map(comment, (1, 2, 3)))


def fields(response: TestResponse, action: str, holds: str = "") -> dict[str, str]:
    """Return the hidden fields of the first form with this action that holds a text."""
    for form in re.findall(r"<form[^>]*>.*?</form>", response.get_data(as_text=True), re.DOTALL):
        if f'action="{action}"' in form and holds in unescape(form):
            found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
            return {name: unescape(value) for name, value in found}
    raise AssertionError(f"no form {action} with {holds!r}")


def taken(person: Person) -> TestResponse:
    """Take the next comments, and return the page with them."""
    page = person.get("/review")
    response = person.post("/review/take", fields(page, "/review/take"))
    assert response.status_code == 303
    return person.get(response.location)


def press(person: Person, page: TestResponse, one: str, decision: str, **more: str) -> TestResponse:
    form = fields(page, "/review/decide", f" {one}")
    return person.post("/review/decide", {**form, "decision": decision, **more})


def state(desk: Desk, one: str = "c-1") -> State:
    kept = desk.store.comments.get(SITE, one)
    assert kept
    return kept.state


def test_looking_takes_nothing(moderator: Person, desk: Desk, three: None) -> None:
    page = moderator.get("/review")
    assert "3 comments wait." in words(page)
    assert state(desk) == State.WAITING
    assert page.headers["Cache-Control"] == "no-store"


def test_taking_shows_the_cards_of_the_own_claim(moderator: Person, desk: Desk, three: None) -> None:
    page = taken(moderator)
    assert re.findall(r'data-id="([^"]+)"', page.get_data(as_text=True)) == ["c-1", "c-2", "c-3"]
    assert "3 are yours until" in words(page)
    assert state(desk) == State.CLAIMED


def test_taking_twice_by_the_same_form_takes_once(moderator: Person, submit: Submit, desk: Desk) -> None:
    submit(*map(comment, range(25)))
    form = fields(moderator.get("/review"), "/review/take")
    for _ in range(2):
        moderator.post("/review/take", form)
    assert desk.store.browse.colleagues(SITE) == {ANN: 10}


def test_nobody_holds_more_than_was_chosen(moderator: Person, submit: Submit, desk: Desk) -> None:
    submit(*map(comment, range(25)))
    taken(moderator)
    moderator.post("/review/take", {"site": SITE, "queue": "main", "operation": "another"})
    assert desk.store.browse.colleagues(SITE) == {ANN: 10}


def test_each_queue_has_a_hand_of_its_own(moderator: Person, submit: Submit, desk: Desk) -> None:
    submit(*map(comment, range(10)))
    page = moderator.get(press(moderator, taken(moderator), "c-1", "reject").location)
    desk.store.comments.appeal(SITE, "c-1", "Please look again.", "platform")
    submit(comment(20))
    moderator.post("/review/take", fields(page, "/review/take"))
    assert moderator.post("/review/take", {"queue": "appeals", "operation": "x"}).status_code == 303
    assert desk.store.browse.colleagues(SITE) == {ANN: 10}  # never the appeal against the own decision
    desk.store.comments.submit(SITE, [(comment(30), assessment(Verdict.APPROVE))])
    desk.store.comments.appeal(SITE, "c-30", "Too kind.", "platform")
    moderator.post("/review/take", {"queue": "appeals", "operation": "y"})
    assert desk.store.browse.colleagues(SITE) == {ANN: 11}


@pytest.mark.parametrize(
    ("button", "expected"), [("approve", State.APPROVED), ("reject", State.REJECTED), ("escalate", State.WAITING)]
)
def test_every_button_decides(moderator: Person, desk: Desk, three: None, button: str, expected: State) -> None:
    response = press(moderator, taken(moderator), "c-1", button, reason="insult", note="as ever")
    assert response.status_code == 303
    kept = desk.store.comments.get(SITE, "c-1")
    assert kept
    assert kept.decided
    assert (kept.state, kept.decided.by, kept.decided.note) == (expected, ANN, "as ever")
    assert kept.decided.reason == ("insult" if button == "reject" else None)


def test_skipping_gives_the_comment_to_others(moderator: Person, desk: Desk, three: None) -> None:
    press(moderator, taken(moderator), "c-1", "skip")
    assert state(desk) == State.WAITING
    assert "c-1" not in [kept.comment.id for kept in review.claim(desk, SITE, ANN).comments]


def test_the_last_decision_stands_with_its_undo(moderator: Person, desk: Desk, three: None) -> None:
    response = press(moderator, taken(moderator), "c-1", "reject", reason="off_topic")
    page = moderator.get(response.location)
    assert "Last: rejected c-1 (off topic) Undo" in words(page)
    assert "2 left of 3" in words(page)
    assert "You decided 1 today" in words(page)
    undone = moderator.post("/review/undo", fields(page, "/review/undo"))
    assert undone.status_code == 303
    assert state(desk) == State.CLAIMED  # in front of its reviewer again
    assert 'data-id="c-1"' in moderator.get(undone.location).get_data(as_text=True)


def test_undoing_twice_says_that_nothing_was_undone(moderator: Person, three: None) -> None:
    page = moderator.get(press(moderator, taken(moderator), "c-1", "approve").location)
    form = fields(page, "/review/undo")
    moderator.post("/review/undo", form)
    again = moderator.post("/review/undo", form)
    assert again.status_code == 409
    assert "Nothing was undone" in words(again)


def test_many_selected_are_one_step_with_one_undo(moderator: Person, desk: Desk, three: None) -> None:
    page = taken(moderator)
    cards = re.findall(r'name="card" value="(\S+ c-[12])"', page.get_data(as_text=True))
    bulk = {**fields(page, "/review/decide", "With the selected"), "card": sorted(set(cards)), "decision": "reject"}
    page = moderator.get(moderator.post("/review/decide", bulk).location)
    assert "Last: rejected 2 comments" in words(page)
    assert [state(desk, one) for one in ("c-1", "c-2", "c-3")] == [State.REJECTED, State.REJECTED, State.CLAIMED]
    moderator.post("/review/undo", fields(page, "/review/undo"))
    assert [state(desk, one) for one in ("c-1", "c-2")] == [State.WAITING, State.WAITING]


def test_a_late_decision_is_told_who_was_faster(moderator: Person, person: NewPerson, desk: Desk, three: None) -> None:
    page, form = taken(moderator), {}
    form = fields(page, "/review/decide", " c-1")
    for claim in desk.store.browse.hand(SITE, ANN):
        review.release(desk, SITE, ANN, claim.token)
    bob = person("bob")
    press(bob, taken(bob), "c-1", "approve")
    late = moderator.post("/review/decide", {**form, "decision": "reject"})
    assert late.status_code == 409
    assert re.search(r"bob approved c-1 at \d\d:\d\d UTC; your decision came too late\.", words(late))
    assert state(desk) == State.APPROVED


def test_a_claim_that_ended_is_told_as_such(moderator: Person, desk: Desk, three: None) -> None:
    form = fields(taken(moderator), "/review/decide", " c-1")
    for claim in desk.store.browse.hand(SITE, ANN):
        review.release(desk, SITE, ANN, claim.token)
    late = moderator.post("/review/decide", {**form, "decision": "reject"})
    assert "Your claim on c-1 had ended, so it waits again" in words(late)


def test_everything_can_be_given_back(moderator: Person, desk: Desk, three: None) -> None:
    form = fields(taken(moderator), "/review/give-back")
    assert moderator.post("/review/give-back", form).status_code == 303
    assert state(desk) == State.WAITING


def test_a_colleagues_claims_are_shown(moderator: Person, person: NewPerson, three: None) -> None:
    taken(moderator)
    assert "ann has 3" in words(person("bob").get("/review"))


def test_keeping_starts_the_lease_anew_and_leaving_shortens_it(moderator: Person, desk: Desk, three: None) -> None:
    taken(moderator)
    [claim] = desk.store.browse.hand(SITE, ANN)
    form = {"site": SITE, "queue": "main", "claim": [claim.token, "nothing"]}
    assert moderator.post("/review/leave", form).status_code == 204
    assert _lease(desk) <= timedelta(seconds=45)
    kept = moderator.post("/review/keep", form, headers={"Accept": "application/json"}).get_json()
    assert kept["until"]["nothing"] is None
    assert _lease(desk) > timedelta(seconds=290)
    assert kept["until"][claim.token] == int(desk.store.browse.hand(SITE, ANN)[0].expires_at.timestamp() * 1000)
    moderator.post("/review/leave", form)
    assert moderator.post("/review/keep", {"site": SITE}).status_code == 303
    assert _lease(desk) > timedelta(seconds=290)


def _lease(desk: Desk) -> timedelta:
    return desk.store.browse.hand(SITE, ANN)[0].expires_at - datetime.now(UTC)


def test_counts_are_asked_often_and_answered_with_nothing_new(moderator: Person, submit: Submit, three: None) -> None:
    first = moderator.get("/review/counts")
    assert first.get_json() == {"waiting": {"main": 3, "escalated": 0, "appeals": 0}}
    again = moderator.get("/review/counts", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    submit(comment(4))
    assert moderator.get("/review/counts", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_card_tells_what_a_person_needs(moderator: Person, desk: Desk, submit: Submit) -> None:
    author = Author(id="u-7", name="Jonas K.")
    for number in range(3):
        earlier = Comment(f"e-{number}", "Earlier.", author)
        desk.store.comments.submit(SITE, [(earlier, assessment())])
    claim = review.claim(desk, SITE, BOB)
    choices = (Choice.APPROVE, Choice.APPROVE, Choice.REJECT)
    decisions = [Decision(kept.comment.id, choice) for kept, choice in zip(claim.comments, choices, strict=True)]
    review.decide(desk, SITE, BOB, claim.token, decisions)
    desk.store.comments.submit(SITE, [(Comment("p-1", "The bridge is older."), assessment())])
    article = Article(url="https://news.example/a?b=1&c=2", title="A bridge <reopens>")
    submit(Comment("c-1", "You fool https://evil.example/x", author, article, parent_id="p-1"), insult=0.62)
    page = taken(moderator)
    card = page.get_data(as_text=True).split('id="card-c-1"')[1].split("</article>")[0]
    shown = words(page)
    assert "Jonas K. 2 of 3 approved" in shown
    assert 'href="https://news.example/a?b=1&amp;c=2"' in card
    assert "A bridge &lt;reopens&gt;" in card
    assert 'href="https://evil.example' not in card
    assert "In answer to Nobody named The bridge is older." in shown
    assert "Model Insult is likely 0.62, limit 0.20" in shown
    assert "Model base-1, policy 3" in shown


def test_an_address_of_an_article_that_is_no_web_address_is_no_link(moderator: Person, submit: Submit) -> None:
    submit(Comment("c-1", "Hm.", article=Article(url="javascript:alert(1)", title="A bridge")))
    assert "javascript:" not in taken(moderator).get_data(as_text=True)


def test_hidden_characters_are_shown_with_a_legend(moderator: Person, submit: Submit) -> None:
    submit(comment(1, "Buy w\u200batches \u202enow"))
    shown = words(taken(moderator))
    assert "Buy w ZWSP atches RLO now" in shown
    assert "Hidden characters: ZWSP zero width space, RLO right-to-left override" in shown


def test_markup_in_a_comment_stays_text(moderator: Person, submit: Submit) -> None:
    submit(comment(1, "<script>alert(1)</script><img src=x onerror=alert(2)>", author=Author(name="<b>Eve</b>")))
    page = taken(moderator).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;b&gt;Eve" in page


def test_a_severe_text_is_folded(moderator: Person, submit: Submit) -> None:
    submit(comment(1), severe_toxicity=0.3)
    page = taken(moderator).get_data(as_text=True)
    assert re.search(r'<details class="veil"><summary[^>]*>This text may be hard to read', page)


def test_a_long_text_is_folded(moderator: Person, submit: Submit) -> None:
    submit(comment(1, "Words and words. " * 1200))
    assert "Show all 20,400 characters" in words(taken(moderator))


def test_why_conversation_and_history_are_pages_of_their_own(moderator: Person, submit: Submit, desk: Desk) -> None:
    submit(comment(1, "The first."), comment(2, "The second.", parent_id="c-1", author=Author(id="u-1", name="Ann")))
    for path, expected in (
        ("why", "Without this"),
        ("conversation", "The first."),
        ("history", "The first."),
    ):
        page = moderator.get(f"/review/c-2/{path}")
        assert page.status_code == 200
        assert expected in words(page), path
        part = moderator.get(f"/review/c-2/{path}", headers={"Accept": "application/json"}).get_json()
        assert part["html"]
        assert "<html" not in part["html"]
    assert moderator.get("/review/c-9/why").status_code == 404


def test_an_explanation_marks_words_and_tells_the_score_without_them(moderator: Person, submit: Submit) -> None:
    submit(comment(1, "You fool."))
    page = moderator.get("/review/c-1/why")
    assert '<mark class="mark mark-4" title="+1.50; without this: 0.20">You fool.</mark>' in page.get_data(as_text=True)
    assert "Insult is likely 0.50" in words(page)
    assert "Explained by model fake-1; the score was made by base-1" in words(page)


def test_where_a_second_opinion_spoke_it_explains_and_the_page_says_so(desk: Desk, invite: Callable[..., str]) -> None:
    both = replace(desk, adviser=ModelAdviser(FakeSecond))
    person = Person(build(both).test_client())
    person.post(invite("bob"))
    reasons = (Reason("score", "…", "insult", 0.62, 0.2), Reason("score", "…", "spam", 0.4, 0.15))
    found = assessment(insult=0.62, spam=0.4)
    found = replace(found, reasons=reasons, second=Second("second-fake", {"insult": 0.3}))
    desk.store.comments.submit(SITE, [(comment(1, "You utter fool."), found)])
    page = person.get("/review/c-1/why")
    assert "Insult is very likely 0.80 Second opinion: the sentence was read as a whole." in words(page)
    assert words(page).count("Second opinion:") == 1
    assert '<mark class="mark mark-4" title="+2.00; without this: 0.10">You utt</mark>' in page.get_data(as_text=True)
    assert "made by base-1; second opinion by second-fake" in words(page)


def test_a_card_says_which_reasons_are_a_second_opinion(moderator: Person, desk: Desk) -> None:
    reasons = (Reason("score", "…", "insult", 0.62, 0.2), Reason("score", "…", "spam", 0.4, 0.15))
    found = replace(assessment(insult=0.62, spam=0.4), reasons=reasons, second=Second("second-1", {"insult": 0.3}))
    desk.store.comments.submit(SITE, [(comment(1, "You utter fool."), found)])
    card = words(taken(moderator))
    assert "Second opinion Insult is likely 0.62, limit 0.20" in card
    assert "Model Spam is possible 0.40, limit 0.15" in card
    assert "Model base-1, second opinion by second-1, policy" in card


def test_a_card_that_waits_for_a_second_opinion_says_so_and_that_can_be_no_wrong_reason(
    moderator: Person, desk: Desk
) -> None:
    waits = Reason("second_opinion", "Waits for a second opinion.")
    desk.store.comments.submit(SITE, [(comment(1, "You fool."), replace(assessment(), reasons=(waits,)))])
    page = taken(moderator)
    assert "Second opinion Waits for a second opinion." in words(page)
    assert "/review/dispute" not in page.get_data(as_text=True)


def test_where_the_second_model_is_gone_the_first_explains(moderator: Person, desk: Desk) -> None:
    found = replace(assessment(insult=0.62), second=Second("second-fake", {"insult": 0.3}))
    desk.store.comments.submit(SITE, [(comment(1, "You fool."), found)])
    shown = words(moderator.get("/review/c-1/why"))
    assert "Insult is likely 0.50 You fool." in shown
    assert "Second opinion:" not in shown


def test_earlier_versions_stand_in_the_history(moderator: Person, submit: Submit, desk: Desk) -> None:
    submit(comment(1, "You idiots."))
    desk.store.comments.edit(SITE, comment(1, "You people."), assessment(insult=0.4))
    assert "You idiots." in words(moderator.get("/review/c-1/history"))
    assert "Edited" in words(taken(moderator))


def test_a_wrong_reason_is_kept_for_training(moderator: Person, desk: Desk, three: None) -> None:
    form = fields(taken(moderator), "/review/dispute", "c-1")
    assert moderator.post("/review/dispute", form).status_code == 303
    label = desk.store.labels.get(SITE, "c-1")
    assert label
    assert label.disputed == ("insult",)
    assert moderator.post("/review/dispute", {**form, "attribute": "spam"}).status_code == 400


def test_leads_alone_take_what_was_escalated(moderator: Person, lead: Person, desk: Desk, three: None) -> None:
    press(moderator, taken(moderator), "c-1", "escalate", note="Is this a quotation?")
    assert moderator.post("/review/take", {"queue": "escalated", "operation": "x"}).status_code == 403
    page = lead.get("/review?queue=escalated")
    form = fields(page, "/review/take")
    page = lead.get(lead.post("/review/take", form).location)
    assert "Note with the escalation: Is this a quotation?" in words(page)
    assert 'value="escalate"' not in page.get_data(as_text=True)


def test_an_appeal_shows_what_was_decided_and_why_the_author_objects(
    lead: Person, person: NewPerson, desk: Desk, three: None
) -> None:
    bob = person("bob")
    press(bob, taken(bob), "c-1", "reject", reason="insult")
    desk.store.comments.appeal(SITE, "c-1", "It was a quotation.", "platform")
    form = {"site": SITE, "queue": "appeals", "operation": "x"}
    shown = words(lead.get(lead.post("/review/take", form).location))
    assert "The appeal says: It was a quotation." in shown
    assert "Rejected before by bob : Insult" in shown


def test_another_sites_comments_stay_unseen(person: NewPerson, desk: Desk, three: None) -> None:
    eve = person("eve", Role.ADMIN, (OTHER_SITE,))
    assert eve.get(f"/review?site={SITE}").status_code == 404
    for path in ("why", "conversation", "history"):
        assert eve.get(f"/review/c-1/{path}").status_code == 404
        assert eve.get(f"/review/c-1/{path}?site={SITE}").status_code == 404
    assert eve.post("/review/take", {"site": SITE, "operation": "x"}).status_code == 404
    assert "c-1" not in words(eve.get("/review/search?q=remark"))
    assert eve.get("/review/counts").get_json()["waiting"]["main"] == 0
    assert state(desk) == State.WAITING


def test_a_claim_of_a_colleague_decides_nothing(moderator: Person, person: NewPerson, desk: Desk, three: None) -> None:
    form = fields(taken(moderator), "/review/decide", " c-1")
    bob = person("bob")
    assert bob.post("/review/decide", {**form, "decision": "approve"}).status_code == 409
    assert bob.post("/review/decide", {**form, "decision": "skip"}).status_code == 303
    assert state(desk) == State.CLAIMED


PATHS = ("take", "keep", "leave", "give-back", "decide", "undo", "dispute", "search", "settings")


@pytest.mark.parametrize("path", PATHS)
def test_no_other_sites_page_can_press_a_button(moderator: Person, path: str) -> None:
    refused = moderator.post(f"/review/{path}", {"operation": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_nobody_gets_in_without_signing_in(stranger: Person, path: str) -> None:
    refused = stranger.post(f"/review/{path}", {"operation": "x"})
    assert refused.status_code == 303
    assert refused.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "form",
    [
        {"operation": "x"},
        {"operation": "x", "card": "no-space", "decision": "approve"},
        {"operation": "x", "card": "token c-1", "decision": "burn"},
        {"operation": "x", "card": ["token c-1", "token c-2"], "decision": "approve", "campaign": "1"},
        {"operation": "", "card": "token c-1", "decision": "approve"},
        {"operation": "x", "card": "token c-1", "decision": "reject", "note": "n" * 1001},
    ],
)
def test_a_form_that_no_page_of_ours_sends_is_refused(moderator: Person, form: dict[str, Any]) -> None:
    assert moderator.post("/review/decide", form).status_code == 400


def test_a_queue_that_there_is_not_is_not_found(moderator: Person) -> None:
    assert moderator.get("/review?queue=secret").status_code == 404


def test_who_works_on_two_sites_can_change_between_them(person: NewPerson, desk: Desk) -> None:
    both = person("ann", Role.MODERATOR, (SITE, OTHER_SITE))
    page = both.get(f"/review?site={OTHER_SITE}").get_data(as_text=True)
    assert f'href="/review?site={SITE}"' in page
    assert both.get(f"/review?site={OTHER_SITE}").status_code == 200


def test_exposure_is_counted_per_shift(moderator: Person, submit: Submit, raw: redis.Redis) -> None:
    submit(comment(1), severe_toxicity=0.3)
    submit(comment(2))
    page = taken(moderator)
    for one in ("c-1", "c-2"):
        press(moderator, page, one, "reject")
    assert "1 severe" in words(moderator.get("/review"))


def test_the_script_gets_the_same_parts_as_json(moderator: Person, three: None) -> None:
    page = taken(moderator)
    form = fields(page, "/review/decide", " c-1")
    told = moderator.post("/review/decide", {**form, "decision": "approve"}, headers={"Accept": "application/json"})
    assert told.status_code == 200
    assert "Last: approved" in told.get_json()["bar"]
    again = moderator.post("/review/decide", {**form, "decision": "approve"}, headers={"Accept": "application/json"})
    assert again.status_code == 200  # the same operation, once
    other = {**form, "operation": "another", "decision": "approve"}
    lost = moderator.post("/review/decide", other, headers={"Accept": "application/json"})
    assert lost.status_code == 409
    assert lost.get_json()["lost"] == ["c-1"]


def test_a_whole_page_weighs_at_most_80_kilobytes(moderator: Person, submit: Submit) -> None:
    dice = random.Random(1)  # words that hardly repeat: harder to compress than what people write
    texts = (" ".join(f"{dice.randrange(36**5):x}" for _ in range(100)) for _ in range(30))
    submit(*(comment(number, text) for number, text in enumerate(texts)))
    taken(moderator)
    page = moderator.get("/review", headers={"Accept-Encoding": "gzip"})
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', taken(moderator).get_data(as_text=True))
    files = [moderator.get(path, headers={"Accept-Encoding": "gzip"}) for path in parts]
    assert len(files) >= 4
    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in (page, *files))
    weight = sum(len(answer.get_data()) for answer in (page, *files))
    assert weight <= 80_000
