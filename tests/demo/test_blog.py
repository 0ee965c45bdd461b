"""The example blog: an ordinary client of the API, on which nothing a reader wrote is lost."""

import re
from datetime import UTC, datetime

import orjson
import pytest

from service.demo.blog import build
from service.demo.parley import Parley
from service.demo.postman import Postman
from service.demo.shelf import Comment, News, Standing
from service.moderation import review
from service.values import Decision
from service.workers.webhook import sign

TEXT = "My family <b>lives</b> there."


def post(reader, text=TEXT, **more):
    return reader.post("/comments", data={"name": "Nare", "text": text, **more})


def page_after(reader, answer):
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return reader.get(answer.headers["Location"]).get_data(as_text=True)


def decide(desk, choice):
    claim = review.claim(desk, "demo", "user:ann")
    [kept] = claim.comments
    review.decide(desk, "demo", "user:ann", claim.token, [Decision(kept.comment.id, choice, "insult")])
    return desk.store.comments.get("demo", kept.comment.id)


def told(reader, folder, comment_id, state, version, statement=None, secret=None):
    """Send what Parley's deliverer would send."""
    data = {"id": comment_id, "state": state, "version": version, "statement": statement}
    body = orjson.dumps({"type": f"comment.{state}", "data": data})
    headers = sign(secret or (folder / "webhook.secret").read_text().strip(), "m-1", body, datetime.now(UTC))
    return reader.post("/parley", data=body, headers=headers).status_code


def test_an_empty_thread_counts_nothing(reader):
    page = reader.get("/").get_data(as_text=True)
    assert "Post a comment · 0 comments" in page
    assert 300 <= len(re.sub(r"<[^>]+>", " ", page.partition("<article>")[2].partition("</article>")[0]).split()) <= 500


def test_a_comment_that_passes_appears(reader):
    page = page_after(reader, post(reader))
    assert "Your comment is published." in page
    assert "Post a comment · 1 comment<" in page
    assert "My family &lt;b&gt;lives&lt;/b&gt; there." in reader.get("/").get_data(as_text=True)


def test_a_doubtful_one_is_seen_by_its_author_alone(reader, scorer):
    scorer.says(insult=0.7)
    page = page_after(reader, post(reader))
    assert "Your comment is being looked at." in page
    assert "/status/" in page
    assert "My family" not in reader.get("/").get_data(as_text=True)


def test_a_word_comes_before_a_comment_that_would_be_declined(reader, scorer, desk, shelf):
    scorer.says(insult=0.99)
    answer = post(reader)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "This may be declined because it reads as an insult." in page
    assert "My family" in page
    assert not shelf.standing(Standing.UNSENT)
    assert "received" not in [event.type for event in desk.store.events.read("demo")[0]]
    page = page_after(reader, post(reader, anyway="1"))
    assert "Your comment was declined. The comment reads as an insult." in page
    assert "how to object" in page


def test_parleys_word_updates_the_thread(reader, scorer, shelf, desk, folder):
    scorer.says(insult=0.7)
    post(reader)
    kept = decide(desk, "approve")
    assert told(reader, folder, kept.comment.id, "approved", kept.version) == 204
    assert "Post a comment · 1 comment<" in reader.get("/").get_data(as_text=True)
    assert told(reader, folder, kept.comment.id, "waiting", kept.version - 1) == 204  # came late: it is old news
    assert shelf.find(kept.comment.id).standing is Standing.PUBLISHED


def test_a_rejection_brings_its_reason(reader, scorer, shelf, desk, folder):
    scorer.says(insult=0.7)
    page_after(reader, post(reader))
    [waiting] = shelf.standing(Standing.WAITING)
    statement = {"incompatible_content_explanation": "A person judged that the comment reads as an insult."}
    assert told(reader, folder, waiting.id, "rejected", 3, statement) == 204
    page = reader.get(f"/?yours={waiting.receipt}").get_data(as_text=True)
    assert "A person judged that the comment reads as an insult." in page


def test_an_unsigned_word_is_not_believed(reader, folder, shelf, scorer):
    scorer.says(insult=0.7)
    post(reader)
    [waiting] = shelf.standing(Standing.WAITING)
    assert told(reader, folder, waiting.id, "approved", 9, secret="whsec_" + "A" * 32) == 401
    assert reader.post("/parley", data=b"{}").status_code == 401
    assert shelf.find(waiting.id).standing is Standing.WAITING


def test_a_word_of_an_unknown_comment_or_kind_is_taken_and_changes_nothing(reader, folder):
    assert told(reader, folder, "w-elsewhere", "approved", 2) == 204
    assert told(reader, folder, "w-elsewhere", "sung", 2) == 204


def test_while_parley_is_away_a_comment_is_kept_and_sent_again(shelf, folder, postman, desk):
    nowhere = Parley("http://127.0.0.1:9", folder)
    away = build(shelf, nowhere, Postman(shelf, nowhere, "http://blog.example/")).test_client()
    page = page_after(away, post(away))
    nowhere.close()
    assert "your comment is kept and will be sent again" in page
    [unsent] = shelf.standing(Standing.UNSENT)
    assert postman.round() == 1
    assert shelf.find(unsent.id).standing is Standing.PUBLISHED
    assert desk.store.comments.get("demo", unsent.id).comment.text == TEXT
    assert postman.round() == 0


def test_a_comment_that_parley_got_twice_is_one(shelf, postman, desk):
    comment = shelf.put("Nare", TEXT, None)
    postman.bring(comment)
    postman.bring(comment)
    events = [event.type for event in desk.store.events.of_comment("demo", comment.id)]
    assert events == ["received"]


def test_what_is_unknown_is_asked_for(shelf, postman, desk, scorer):
    known = Comment("demo-x", "Nare", TEXT, None, datetime.now(UTC), Standing.UNKNOWN)
    shelf.fill([known])
    assert postman.round() == 0  # Parley has not got it yet
    postman.bring(known)
    shelf.note("demo-x", News(Standing.UNKNOWN, 1))
    assert postman.round() == 1
    assert shelf.find("demo-x").standing is Standing.PUBLISHED


def test_without_its_key_the_blog_waits(shelf, address, tmp_path):
    bare = Parley(address, tmp_path)
    assert Postman(shelf, bare, "http://blog.example/").bring(shelf.put("Nare", TEXT, None)).standing is Standing.UNSENT
    bare.close()


@pytest.mark.parametrize(
    ("form", "says"),
    [({"name": " ", "text": "Text."}, "give a name"), ({"name": "Nare", "text": "\x00 "}, "write something")],
)
def test_a_missing_field_is_named(reader, form, says):
    answer = reader.post("/comments", data=form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert says in page
    assert 'aria-invalid="true"' in page


def test_an_answer_stands_below_the_comment_it_answers(reader, shelf):
    post(reader)
    [parent] = shelf.standing(Standing.PUBLISHED)
    assert "You answer <bdi>Nare</bdi>" in reader.get(f"/?answers={parent.id}").get_data(as_text=True)
    post(reader, "I hear you.", answers=parent.id)
    post(reader, "To nobody.", answers="b-unknown")
    page = reader.get("/").get_data(as_text=True)
    below = page.partition('aria-label="Answers to Nare"')[2].partition("</ol>")[0]
    assert "I hear you." in below
    assert "To nobody." not in below


def test_a_page_runs_no_script_but_the_widgets(reader, parley):
    assert "script-src" not in reader.get("/").headers["Content-Security-Policy"]
    widget = reader.get("/widget")
    assert f"script-src {parley.address}; connect-src {parley.address}" in widget.headers["Content-Security-Policy"]
    assert f'<script src="{parley.address}/widget.js"' in widget.get_data(as_text=True)
    for path in ("/", "/widget"):
        assert "Set-Cookie" not in reader.get(path).headers
