"""The author's link: one comment, its state, its reasons, one objection."""

import re

import pytest

from service.moderation import feedback, review, status, submit
from service.values import Author, Comment, Decision
from tests.web.conftest import OTHER_SITE, SITE

TEXT = "A remark of <b>mine</b>."


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def sent(desk, scorer):
    """Submit a comment that scores as told and return the path of its status link."""

    def send(comment_id: str = "c-1", site: str = SITE, **scores: float) -> str:
        scorer.says(**scores)
        submit.submit(desk, site, Comment(comment_id, TEXT, Author(name="Nare")))
        return f"/status/{status.token_of(desk.store, site, comment_id)}"

    return send


def decide(desk, decision: str, queue: str = "main", reviewer: str = "user:ann") -> None:
    claim = review.claim(desk, SITE, reviewer, queue)
    note = "a note for colleagues"
    [outcome] = review.decide(desk, SITE, reviewer, claim.token, [Decision("c-1", decision, "insult", note)])
    assert outcome.outcome == "done"


def heading(answer) -> str:
    assert answer.status_code in (200, 422), answer.data
    [found] = re.findall(r"<h1>(.*?)</h1>", answer.get_data(as_text=True))
    return found


@pytest.mark.parametrize(
    ("scores", "title"),
    [
        ({}, "Your comment is published"),
        ({"insult": 0.7}, "Your comment is being looked at"),
        ({"insult": 0.99}, "Your comment was declined"),
    ],
)
def test_the_page_says_how_the_comment_stands(client, sent, scores, title):
    assert heading(client.get(sent(**scores))) == title


def test_an_erased_comment_leaves_a_page_that_says_so_and_holds_nothing(client, desk, sent):
    path = sent(insult=0.99)
    assert desk.store.comments.erase(SITE, "c-1")
    page = client.get(path)
    assert heading(page) == "Nothing is kept of this comment"
    assert b"remark" not in page.data


def test_a_declined_author_sees_the_reason_and_never_the_person(client, desk, sent):
    path = sent(insult=0.7)
    decide(desk, "reject")
    page = client.get(path).get_data(as_text=True)
    assert "reads as an insult" in page
    assert "A person decided." in page
    assert "user:ann" not in page
    assert "colleagues" not in page
    assert "A remark of &lt;b&gt;mine&lt;/b&gt;." in page


def test_an_objection_goes_back_to_review_once(client, desk, sent):
    path = sent(insult=0.7)
    decide(desk, "reject")
    answer = client.post(path, data={"note": "It was irony."})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert heading(client.get(path)) == "Your objection is being looked at"
    assert desk.store.comments.get(SITE, "c-1").appeal_note == "It was irony."
    assert client.post(path, data={"note": "Sent twice."}).status_code == 303
    decide(desk, "reject", "appeals", "user:bob")
    page = client.get(path).get_data(as_text=True)
    assert "<form" not in page
    assert "You have objected once" in page
    assert client.post(path, data={"note": "Again."}).status_code == 409
    assert desk.store.events.of_comment(SITE, "c-1")[-1].type == "rejected"


def test_the_audit_log_says_that_the_author_objected(client, desk, sent):
    client.post(sent(insult=0.99), data={"note": "It was irony."})
    last = desk.store.events.of_comment(SITE, "c-1")[-1]
    assert (last.type, last.by) == ("appealed", "author")


def test_an_objection_that_the_platform_passed_on_counts_as_the_one(client, desk, sent):
    path = sent(insult=0.99)
    feedback.appeal(desk, SITE, "c-1", None, "key:k_1")
    decide(desk, "reject", "appeals")
    assert "<form" not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("scores", [{}, {"insult": 0.7}])
def test_only_what_was_declined_can_be_objected_to(client, sent, scores):
    path = sent(**scores)
    assert "<form" not in client.get(path).get_data(as_text=True)
    assert client.post(path, data={"note": "Why?"}).status_code == 409


@pytest.mark.parametrize(("note", "says"), [("  ", "in a few words"), ("x" * 1001, "1000 characters")])
def test_an_objection_needs_some_words_and_not_too_many(client, desk, sent, note, says):
    path = sent(insult=0.99)
    answer = client.post(path, data={"note": note})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in page
    assert 'aria-describedby="problem"' in page
    assert [event.type for event in desk.store.events.of_comment(SITE, "c-1")] == ["received"]


def test_a_changed_token_opens_nothing(client, sent):
    path = sent(insult=0.99)
    sent("c-2")
    for wrong in (path[:-1] + "2", path.replace(SITE, OTHER_SITE), "/status/x", f"/status/.{SITE}.c-1", path + "%00"):
        answer = client.get(wrong)
        assert answer.status_code == 404, wrong
        assert answer.content_type.startswith("text/html")
    mark = path.removeprefix("/status/").split(".")[0]
    flipped = ("B" if mark[0] == "A" else "A") + mark[1:]
    assert client.get(path.replace(mark, flipped)).status_code == 404


def test_a_link_of_one_site_does_not_open_the_same_id_of_another(client, sent, desk):
    sent(site=OTHER_SITE)
    path = sent(insult=0.99)
    forged = path.replace(f".{SITE}.", f".{OTHER_SITE}.")
    assert client.get(forged).status_code == 404


def test_the_page_runs_no_script_and_tells_nobody_where_one_came_from(client, sent):
    headers = client.get(sent()).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers


def test_the_statement_comes_as_a_text(client, sent):
    answer = client.get(f"{sent(insult=0.99)}/statement.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.get_data(as_text=True).startswith("STATEMENT OF REASONS")
    assert client.get(f"{sent('c-2')}/statement.txt").status_code == 404


def test_the_answer_to_a_comment_carries_its_link(app, desk, sent):
    sent(insult=0.99)
    link = status.link(desk.store, desk.settings.model_copy(update={"public_url": "https://p.example/"}), SITE, "c-1")
    assert link.startswith("https://p.example/status/")
    assert app.test_client().get(link.removeprefix("https://p.example")).status_code == 200


def test_while_the_store_is_away_the_page_says_so(client, sent, desk, monkeypatch):
    path = sent()
    monkeypatch.setattr(desk.store.connection, "_url", "unix:///nowhere")
    desk.store.close()
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert b"<h1>The store does not answer</h1>" in answer.data
