"""A blind look cannot be told from an ordinary card, neither on the page nor by what comes of it."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from service.looks import LookKind
from service.moderation import looks, policy, review
from service.moderation.desk import Desk
from service.moderation.submit import submit_batch
from service.people import Role
from service.shares import LookShares
from service.tenancy import Threshold
from service.values import Author, Choice, Comment, Decision, State
from tests.fakes import FakeScorer
from tests.web.conftest import SITE, NewPerson, Person, words
from tests.web.test_review_page import fields, press, state, taken

LIMITS = {"insult": Threshold(0.5, 0.9)}
APPROVED, WAITING, REJECTED = 0.1, 0.7, 0.95
ANN, BOB = "user:ann", "user:bob"
AS_JSON = {"Accept": "application/json"}
Send = Callable[..., None]


@pytest.fixture(autouse=True)
def _every_place_is_a_looks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    policy.replace(desk, SITE, LIMITS, (), "test", looks=LookShares(1.0, 1.0, 1.0))
    monkeypatch.setattr(looks, "LOOK_SHARE", 1.0)


@pytest.fixture
def send(desk: Desk, scorer: FakeScorer) -> Send:
    def submit(score: float, *ids: str) -> None:
        scorer.says(insult=score)
        submit_batch(desk, SITE, [Comment(one, "You again.", Author(id=one, name="Eve")) for one in ids])

    return submit


@pytest.fixture
def blind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show all cards blind."""
    monkeypatch.setattr(looks, "BLIND_SHARE", 1.0)


def decided_by_bob(desk: Desk, choice: Choice, *ids: str) -> None:
    token = review.claim(desk, SITE, BOB).token
    review.decide(desk, SITE, BOB, token, [Decision(one, choice, "insult", "a note") for one in ids])
    review.release(desk, SITE, BOB, token)


def shown(page: str) -> list[str]:
    return re.findall(r'data-id="([^"]+)"', page)


def card(page: str, one: str) -> str:
    """Return a card's HTML with what must differ taken out: its id and the names of its forms."""
    [html] = re.findall(rf'<article class="card comment[^>]*id="card-{one}".*?</article>', page, re.DOTALL)
    html = re.sub(r'name="operation" value="[^"]*"', "", html)
    return html.replace(one, "ID")


def test_an_audited_comment_is_the_same_html_as_a_blind_card(moderator: Person, send: Send, blind: None) -> None:
    send(REJECTED, "look")
    send(WAITING, "ordinary")
    page = taken(moderator).get_data(as_text=True)
    assert sorted(shown(page)) == ["look", "ordinary"]
    assert card(page, "look") == card(page, "ordinary")


def test_a_second_look_is_the_same_html_as_an_ordinary_card(moderator: Person, desk: Desk, send: Send) -> None:
    send(WAITING, "look")
    decided_by_bob(desk, Choice.REJECT, "look")
    send(WAITING, "ordinary")
    page = taken(moderator).get_data(as_text=True)
    assert sorted(shown(page)) == ["look", "ordinary"]
    assert card(page, "look") == card(page, "ordinary")


def test_looks_count_as_cards_in_the_hand_and_in_what_is_left(moderator: Person, send: Send) -> None:
    send(APPROVED, "look-1", "look-2")
    send(WAITING, *(f"c-{number}" for number in range(12)))
    page = taken(moderator)
    assert len(shown(page.get_data(as_text=True))) == 10
    assert "10 are yours" in words(page)
    assert "14 left" in words(page)
    moderator.post("/review/take", fields(page, "/review/take"))
    assert shown(moderator.get("/review").get_data(as_text=True)) == shown(page.get_data(as_text=True))


def test_the_script_gets_looks_among_new_cards(moderator: Person, send: Send) -> None:
    send(APPROVED, "look")
    send(WAITING, "c-1", "c-2")
    form = fields(moderator.get("/review"), "/review/take")
    told = moderator.post("/review/take", form, headers=AS_JSON).get_json()
    assert sorted(shown("".join(told["cards"]))) == ["c-1", "c-2", "look"]
    assert len(set(re.findall(r'data-claim="([^"]+)"', "".join(told["cards"])))) == 1


@pytest.mark.parametrize("button", ["approve", "reject", "escalate"])
def test_an_answer_counts_and_stands_among_the_last_decisions(moderator: Person, send: Send, button: str) -> None:
    send(APPROVED, "look")
    send(WAITING, "c-1")
    page = taken(moderator)
    said = []
    for one in ("look", "c-1"):
        after = press(moderator, page, one, button, reason="insult", note="as ever")
        assert after.status_code == 303
        said.append(words(moderator.get(after.location)).split("Last:")[1].split("Undo")[0].replace(one, "ID"))
    assert said[0] == said[1]
    assert "You decided 2 today" in words(moderator.get("/review"))
    lately = words(moderator.get("/review")).split("Your last decisions")[1]
    assert lately.count("as ever") == 2


def test_an_answer_is_kept_for_the_statistics(moderator: Person, desk: Desk, send: Send) -> None:
    send(REJECTED, "look")
    send(WAITING, "c-1")
    press(moderator, taken(moderator), "look", "approve")
    [look] = desk.store.looks.answered(SITE)
    assert (look.comment_id, look.kind, look.by, look.answer) == ("look", LookKind.AUDIT, ANN, Choice.APPROVE)
    assert state(desk, "look") == State.APPROVED


def test_an_answer_undone_lies_in_front_of_its_reviewer_again(moderator: Person, desk: Desk, send: Send) -> None:
    send(REJECTED, "look")
    send(WAITING, "c-1")
    before = taken(moderator)
    page = moderator.get(press(moderator, before, "look", "approve").location)
    assert shown(page.get_data(as_text=True)) == ["c-1"]
    told = moderator.post("/review/undo", fields(page, "/review/undo"), headers=AS_JSON).get_json()
    assert shown("".join(told["cards"])) == ["look"]
    assert told["message"] == "look undone."
    assert "You decided" in told["bar"]
    assert "Last:" not in told["bar"]
    assert state(desk, "look") == State.REJECTED
    assert desk.store.looks.answered(SITE) == []
    again = moderator.get("/review")
    assert sorted(shown(again.get_data(as_text=True))) == ["c-1", "look"]
    assert press(moderator, again, "look", "reject").status_code == 303


def test_one_undo_takes_back_looks_and_decisions_of_one_step(moderator: Person, desk: Desk, send: Send) -> None:
    send(REJECTED, "look")
    send(WAITING, "c-1")
    page = taken(moderator)
    cards = sorted(set(re.findall(r'name="card" value="(\S+ [^"]+)"', page.get_data(as_text=True))))
    bulk = {**fields(page, "/review/decide", "With the selected"), "card": cards, "decision": "approve"}
    page = moderator.get(moderator.post("/review/decide", bulk).location)
    assert "Last: approved 2 comments" in words(page)
    moderator.post("/review/undo", fields(page, "/review/undo"))
    assert [state(desk, one) for one in ("look", "c-1")] == [State.REJECTED, State.WAITING]
    assert "You decided 0 today" in words(moderator.get("/review"))


def test_a_skipped_look_goes_to_others(moderator: Person, person: NewPerson, send: Send) -> None:
    send(APPROVED, "look")
    send(WAITING, "c-1", "c-2")
    page = taken(moderator)
    assert press(moderator, page, "look", "skip").status_code == 303
    assert "look" not in shown(taken(moderator).get_data(as_text=True))
    moderator.post("/review/give-back", fields(page, "/review/give-back"))
    assert "look" in shown(taken(person("bob")).get_data(as_text=True))


def test_looks_are_given_back_kept_and_left_with_the_others(moderator: Person, desk: Desk, send: Send) -> None:
    send(APPROVED, "look")
    send(WAITING, "c-1")
    page = taken(moderator)
    press(moderator, page, "c-1", "approve")
    [alone] = re.findall(r'data-claim="([^"]+)"', moderator.get("/review").get_data(as_text=True))
    form = {"site": SITE, "queue": "main", "claim": alone}
    assert moderator.post("/review/leave", form).status_code == 204
    left = desk.store.looks.hand(SITE, ANN)[0].until
    until = moderator.post("/review/keep", form, headers=AS_JSON).get_json()["until"][alone]
    assert until > left.timestamp() * 1000 + 200_000
    moderator.post("/review/give-back", fields(page, "/review/give-back"))
    assert desk.store.looks.hand(SITE, ANN) == []
    assert moderator.post("/review/keep", form, headers=AS_JSON).get_json()["until"] == {alone: None}


@pytest.mark.parametrize("detail", ["why", "history"])
def test_nothing_sways_who_looks_blind(moderator: Person, send: Send, blind: None, detail: str) -> None:
    send(REJECTED, "look")
    send(WAITING, "c-1")
    page = taken(moderator).get_data(as_text=True)
    for one in ("look", "c-1"):
        assert f"/review/{one}/{detail}" not in page
        assert moderator.get(f"/review/{one}/{detail}").status_code == 409


def test_the_state_of_a_look_is_nowhere_to_be_read(moderator: Person, desk: Desk, scorer: FakeScorer) -> None:
    scorer.says(insult=WAITING)
    eve = Author(id="7", name="Eve")
    submit_batch(desk, SITE, [Comment("look", "You.", eve)])
    decided_by_bob(desk, Choice.REJECT, "look")
    submit_batch(desk, SITE, [Comment("c-1", "You again.", eve, parent_id="look")])
    page = taken(moderator)
    assert "0 of 1 approved" not in words(page)
    assert words(page).count("no record yet") == 2
    for detail in ("history", "conversation"):
        told = words(moderator.get(f"/review/c-1/{detail}"))
        assert "look" in told
        assert "claimed" in told
        assert "rejected" not in told


def test_a_text_that_is_shown_without_scores_is_folded_as_a_severe_one(
    moderator: Person, send: Send, blind: None
) -> None:
    send(WAITING, "c-1")
    page = taken(moderator).get_data(as_text=True)
    assert re.search(r'<details class="veil"><summary[^>]*>Shown without scores', unescape(page))


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.LEAD, Role.ADMIN])
def test_what_was_escalated_may_be_read_by_all_and_decided_by_leads(
    person: NewPerson, desk: Desk, send: Send, role: Role
) -> None:
    send(WAITING, "c-1")
    token = review.claim(desk, SITE, BOB).token
    review.decide(desk, SITE, BOB, token, [Decision("c-1", Choice.ESCALATE)])
    reader, may = person("rea", role), role is not Role.MODERATOR
    page = reader.get("/review?queue=escalated")
    assert "1 comment waits." in words(page)
    assert ("Leads decide what was escalated." in words(page)) is not may
    search = reader.get("/review/search?queue=escalated")
    assert "You again." in words(search)
    assert ('name="decision"' in search.get_data(as_text=True)) is may
    form = {"queue": "escalated", "operation": "x", "id": "c-1", "decision": "reject"}
    for path in ("/review/take", "/review/search"):
        assert reader.post(path, form).status_code == (303 if may else 403), path
        review.release(desk, SITE, "user:rea", review.once(SITE, "user:rea", "x"))
    assert state(desk) == (State.REJECTED if may else State.WAITING)


@pytest.mark.parametrize(
    ("role", "links"),
    [(Role.MODERATOR, []), (Role.LEAD, ["/admin"]), (Role.ADMIN, ["/admin"])],
)
def test_each_role_is_led_to_its_pages(person: NewPerson, role: Role, links: list[str]) -> None:
    page = person("rea", role).get("/review").get_data(as_text=True)
    assert re.findall(r'href="(/admin[\w/]*)', page) == links
