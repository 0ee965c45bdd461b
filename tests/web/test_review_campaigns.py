"""Nearly the same comment many times is one card on the review page: shown, decided, left out and undone as one."""

import re

import pytest
import redis
from werkzeug.test import TestResponse

from service.moderation import campaigns, shift
from service.moderation.desk import Desk
from service.store.names import Names
from service.values import Comment, State
from tests.store.replay import audit
from tests.web.comments import assessment, comment
from tests.web.conftest import SITE, NewPerson, Person, words
from tests.web.test_review_page import fields, taken

ANN = "user:ann"
TEXT = "I was sceptical at first, but this {} method paid my rent within three weeks, write to me and I will tell you."
JSON = {"Accept": "application/json"}


@pytest.fixture
def flood(desk: Desk) -> list[str]:
    """Send twelve of a kind, one of them in other words, and an ordinary comment."""
    ids = [f"a-{number}" for number in range(12)]
    texts = [TEXT.format("secret" if one == "a-7" else "new") for one in ids]
    send(desk, *(Comment(one, text) for one, text in zip(ids, texts, strict=True)), comment(1))
    return ids


def send(desk: Desk, *comments: Comment) -> None:
    desk.store.comments.submit(SITE, [(one, assessment(spam=0.52)) for one in comments])


def press(person: Person, page: TestResponse, decision: str, **more: object) -> TestResponse:
    headers = more.pop("headers", {})
    form = {**fields(page, "/review/decide", " a-0"), "campaign": "1", "decision": decision, **more}
    return person.post("/review/decide", form, headers=headers)


def states(desk: Desk, ids: list[str]) -> set[State]:
    return {kept.state for kept in desk.store.comments.several(SITE, ids) if kept}


def shown_ids(page: TestResponse) -> list[str]:
    return re.findall(r'data-id="([^"]+)"', page.get_data(as_text=True))


def test_a_campaign_is_one_card(moderator: Person, desk: Desk, flood: list[str]) -> None:
    page = taken(moderator)
    assert shown_ids(page) == ["a-0", "c-1"]
    assert "12 like this , 1 differs. What you decide is for all of them." in words(page)
    assert "Approve all" in words(page)
    assert "2 are yours until" in words(page)
    assert states(desk, flood) == {State.CLAIMED}


def test_what_differs_is_marked_and_the_rest_is_not(moderator: Person, flood: list[str]) -> None:
    page = taken(moderator).get_data(as_text=True)
    assert re.findall(r'<mark class="mark mark-2">([^<]*)</mark>', page) == ["secret "]
    assert 'name="leave_out" value="a-7"' in page


def test_a_text_in_a_preview_stays_text(moderator: Person, desk: Desk) -> None:
    send(desk, Comment("a-0", TEXT.format("new")), Comment("a-1", TEXT.format("<b>new</b>")))
    page = taken(moderator).get_data(as_text=True)
    assert "&lt;b&gt;new&lt;/b&gt; </mark>" in page
    assert "<b>new" not in page


def test_one_button_decides_all_and_one_undo_takes_all_back(moderator: Person, desk: Desk, flood: list[str]) -> None:
    page = moderator.get(press(moderator, taken(moderator), "reject", reason="spam").location)
    assert states(desk, flood) == {State.REJECTED}
    assert "Last: rejected 12 comments (spam) Undo" in words(page)
    assert "You decided 1 today" in words(page)
    assert shown_ids(page) == ["c-1"]
    moderator.post("/review/undo", fields(page, "/review/undo"))
    assert states(desk, flood) == {State.WAITING}
    assert "Last:" not in words(moderator.get("/review"))
    assert audit(desk.store, SITE) == []


def test_the_script_hears_how_many_were_undone(moderator: Person, flood: list[str]) -> None:
    page = moderator.get(press(moderator, taken(moderator), "approve").location)
    told = moderator.post("/review/undo", fields(page, "/review/undo"), headers=JSON).get_json()
    assert told["message"] == "12 decisions undone; the comments wait again."


def test_the_ticked_ones_stay_as_cards_of_their_own(moderator: Person, desk: Desk, flood: list[str]) -> None:
    answer = press(moderator, taken(moderator), "reject", leave_out="a-7", headers=JSON).get_json()
    [card] = answer["cards"]
    assert 'data-id="a-7"' in card
    assert "like this" not in card
    assert states(desk, ["a-7"]) == {State.CLAIMED}
    assert states(desk, [one for one in flood if one != "a-7"]) == {State.REJECTED}
    assert sorted(shown_ids(moderator.get("/review"))) == ["a-7", "c-1"]
    assert audit(desk.store, SITE) == []


@pytest.mark.parametrize(("more", "expected"), [({"follow": "24"}, State.REJECTED), ({}, State.WAITING)])
def test_later_ones_follow_where_the_box_is_ticked(
    moderator: Person, desk: Desk, flood: list[str], more: dict[str, str], expected: State
) -> None:
    page = moderator.get(press(moderator, taken(moderator), "reject", **more).location)
    send(desk, Comment("late", TEXT.format("new")))
    assert states(desk, ["late"]) == {expected}
    assert len(campaigns.following(desk, SITE)) == len(more)
    moderator.post("/review/undo", fields(page, "/review/undo"))
    assert states(desk, ["late"]) == {State.WAITING}
    assert campaigns.following(desk, SITE) == []


def test_a_selection_takes_whole_campaigns_and_is_one_step(moderator: Person, desk: Desk, flood: list[str]) -> None:
    page = taken(moderator)
    chosen = sorted(set(re.findall(r'name="card" value="(\S+ \S+)"', page.get_data(as_text=True))))
    form = fields(page, "/review/decide", "With the selected")
    page = moderator.get(moderator.post("/review/decide", {**form, "card": chosen, "decision": "reject"}).location)
    assert states(desk, [*flood, "c-1"]) == {State.REJECTED}
    moderator.post("/review/undo", fields(page, "/review/undo"))
    assert states(desk, [*flood, "c-1"]) == {State.WAITING}
    assert audit(desk.store, SITE) == []


def test_a_skipped_campaign_goes_back_as_a_whole(moderator: Person, desk: Desk, flood: list[str]) -> None:
    press(moderator, taken(moderator), "skip")
    assert states(desk, flood) == {State.WAITING}


def test_a_late_decision_on_a_campaign_is_told_who_was_faster(
    moderator: Person, person: NewPerson, desk: Desk, flood: list[str]
) -> None:
    page = taken(moderator)
    moderator.post("/review/give-back", {"site": SITE, "queue": "main"})
    bob = person("bob")
    press(bob, taken(bob), "approve")
    late = press(moderator, page, "reject")
    assert late.status_code == 409
    assert "bob approved a-0" in words(late)
    assert states(desk, flood) == {State.APPROVED}


def test_the_same_form_twice_decides_once(moderator: Person, desk: Desk, flood: list[str]) -> None:
    page = taken(moderator)
    assert [press(moderator, page, "reject").status_code for _ in range(2)] == [303, 303]
    assert shift.today(desk, SITE, ANN) == 1
    assert audit(desk.store, SITE) == []


def test_a_severe_campaign_is_one_exposure(moderator: Person, desk: Desk, raw: redis.Redis) -> None:
    twins = [Comment(f"a-{number}", TEXT.format("new")) for number in range(4)]
    desk.store.comments.submit(SITE, [(one, assessment(severe_toxicity=0.3)) for one in twins])
    press(moderator, taken(moderator), "reject")
    assert "1 severe" in words(moderator.get("/review"))


def test_no_lot_is_drawn_among_the_copies(moderator: Person, desk: Desk, raw: redis.Redis) -> None:
    twins = [Comment(f"a-{number}", TEXT.format("new")) for number in range(200)]
    send(desk, *twins)
    press(moderator, taken(moderator), "reject")
    assert set(raw.zrange(Names(SITE).looks, 0, -1)) <= {"a-0"}
