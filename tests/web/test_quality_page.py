"""`/admin/quality`: findings with their numbers, and disagreements that a lead settles with one key."""

import re

import pytest

from service.moderation import looks, policy, review
from service.moderation.submit import submit_batch
from service.people import Role
from service.shares import LookShares
from service.tenancy import Threshold
from service.values import Author, Choice, Comment, Decision, State
from tests.web.conftest import OTHER_SITE, SITE, words

PAGE = "/admin/quality"
LIMITS = {"insult": Threshold(0.5, 0.9)}


@pytest.fixture
def look(desk, scorer):
    """Have automation settle comments, and somebody look at them."""
    policy.replace(desk, SITE, LIMITS, (), "test", looks=LookShares(1.0, 1.0, 1.0))

    def looked(score: float, answer: Choice, *ids: str, text: str = "You again.") -> None:
        scorer.says(insult=score)
        submit_batch(desk, SITE, [Comment(one, text, Author(id="7")) for one in ids])
        looks.take(desk, SITE, "user:bob", len(ids))
        outcomes = looks.answer(desk, SITE, "user:bob", [Decision(one, answer, "insult") for one in ids])
        assert {outcome.outcome for outcome in outcomes} == {"done"}

    return looked


@pytest.fixture
def differing(desk, scorer, look):
    """Have Ann and Bob differ on comments."""

    def made(*ids: str) -> None:
        scorer.says(insult=0.7)
        submit_batch(desk, SITE, [Comment(one, "You <b>again</b>.") for one in ids])
        token = review.claim(desk, SITE, "user:ann").token
        review.decide(desk, SITE, "user:ann", token, [Decision(one, Choice.REJECT, "insult") for one in ids])
        looks.take(desk, SITE, "user:bob", len(ids))
        looks.answer(desk, SITE, "user:bob", [Decision(one, Choice.APPROVE) for one in ids])

    return made


def many(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def state(desk, comment_id: str = "c-1", site: str = SITE) -> State:
    return desk.store.comments.get(site, comment_id).state


def form_in(page) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.get_data(as_text=True)))


def test_a_quiet_site_says_that_nothing_can_be_said_yet(lead):
    page = words(lead.get(PAGE))
    assert "How often automation wrongly rejects: not enough looks yet (n = 0)" in page
    assert "How people agree: not enough looks yet (n = 0)" in page
    assert "Nothing to settle" in page
    assert "0 comments are still to be looked at" in page


def test_the_findings_are_the_headings_and_the_numbers_are_in_tables(lead, look):
    look(0.95, Choice.APPROVE, *many("wrong", 3))
    look(0.95, Choice.REJECT, *many("right", 37))
    look(0.1, Choice.APPROVE, *many("good", 57))
    look(0.1, Choice.REJECT, *many("bad", 3))
    page = words(lead.get(PAGE))
    assert "Automation wrongly rejects 5.0 % (1.7–13.7 %) of good comments; 60 looked at" in page
    assert "Automation wrongly publishes 7.5 % (2.6–19.9 %) of bad comments; 40 looked at" in page
    assert "Rejections: of a good comment 7.5 % (2.6–19.9 %) 40" in page


def test_agreement_is_told_by_person_and_by_reason(lead, differing):
    for batch in range(4):
        differing(*many(f"c{batch}", 10))
    page = words(lead.get(PAGE))
    assert "Two people agree on 0.0 % of comments; 40 looked at twice" in page
    assert "ann 0.0 % not defined: somebody only ever said the same 40 40 0" in page
    assert "insult 0.0 %" in page


def test_a_lead_reads_who_said_what_and_settles_it(lead, desk, differing):
    differing("c-1", "c-2")
    page = lead.get(PAGE)
    assert "2 disagreements need a last word" in words(page)
    assert "ann : reject (insult) · bob : approve" in words(page)
    assert "You &lt;b&gt;again&lt;/b&gt;." in page.get_data(as_text=True)
    settled = lead.post(PAGE, {"site": SITE, "id": "c-1", "decision": "approve", "operation": "once"})
    assert (settled.status_code, settled.headers["Location"]) == (
        303,
        f"/admin/quality?site={SITE}&settled=yes",
    )
    assert state(desk) == State.APPROVED
    after = lead.get(settled.headers["Location"])
    assert "Settled." in words(after)
    assert "1 disagreement needs a last word" in words(after)
    assert "autofocus" in after.get_data(as_text=True)


def test_every_button_has_its_key_and_works_as_the_page_sends_it(lead, desk, differing):
    differing("c-1")
    page = lead.get(PAGE)
    assert re.findall(r'value="(\w+)" data-key="(\w)"', page.get_data(as_text=True)) == [
        ("approve", "a"),
        ("reject", "r"),
    ]
    form = form_in(page)
    assert [lead.post(PAGE, {**form, "decision": "reject"}).status_code for _ in range(2)] == [303, 303]
    assert state(desk) == State.REJECTED


def test_what_another_lead_settled_is_said_so(lead, desk, differing):
    differing("c-1")
    looks.settle(desk, SITE, "user:ada", Decision("c-1", Choice.APPROVE))
    late = lead.post(PAGE, {"site": SITE, "id": "c-1", "decision": "reject"})
    assert late.status_code == 409
    assert "There is no disagreement on this comment (any more)." in words(late)
    assert state(desk) == State.APPROVED


@pytest.mark.parametrize("decision", ["", "delete"])
def test_a_last_word_must_be_one(lead, differing, decision):
    differing("c-1")
    assert lead.post(PAGE, {"site": SITE, "id": "c-1", "decision": decision}).status_code == 422


def test_doubt_is_no_last_word(lead, differing):
    differing("c-1")
    assert lead.post(PAGE, {"site": SITE, "id": "c-1", "decision": "escalate"}).status_code == 409


def test_the_page_is_not_for_moderators(moderator, desk, differing):
    differing("c-1")
    assert moderator.get(PAGE).status_code == 403
    assert moderator.post(PAGE, {"site": SITE, "id": "c-1", "decision": "approve"}).status_code == 403
    assert state(desk) == State.REJECTED


def test_a_lead_of_another_site_sees_and_settles_nothing(person, desk, differing):
    differing("c-1")
    stranger = person("zoe", Role.LEAD, (OTHER_SITE,))
    assert "c-1" not in stranger.get(PAGE).get_data(as_text=True)
    assert stranger.get(f"{PAGE}?site={SITE}").status_code == 404
    assert stranger.post(PAGE, {"site": SITE, "id": "c-1", "decision": "approve"}).status_code == 404
    assert stranger.post(PAGE, {"id": "c-1", "decision": "approve"}).status_code == 404
    assert state(desk) == State.REJECTED


def test_another_sites_page_cannot_settle(lead, desk, differing):
    differing("c-1")
    form = {"site": SITE, "id": "c-1", "decision": "approve"}
    assert lead.post(PAGE, form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert state(desk) == State.REJECTED


def test_nothing_on_the_page_is_inline(lead, differing):
    differing("c-1")
    text = lead.get(PAGE).get_data(as_text=True)
    assert not re.search(r"\son\w+=|style=|<script(?![^>]* src=)", text)
    [script] = re.findall(r'<script type="module" src="([^"]+)"', text)
    with lead.get(script) as found:
        assert found.status_code == 200
