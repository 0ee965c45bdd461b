"""Comments over HTTP: what a platform sends and what it gets back."""

import pytest

from service.errors import StoreUnavailable
from service.moderation.policy import DEFAULT_POLICY
from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE, SITE

COMMENT = {"id": "c-1", "text": "My family lives there."}
FULL = {
    **COMMENT,
    "author": {
        "id": "u-1",
        "name": "Nare",
        "email": "n@example.org",
        "url": "",
        "ip": "203.0.113.7",
        "user_agent": "x",
    },
    "article": {"id": "a-1", "url": "https://news.example/a-1", "title": "Six die"},
    "parent_id": "c-0",
    "created_at": "2026-11-22T18:05:00+04:00",
}


def test_a_comment_is_answered_with_its_verdict_and_where_it_is_kept(platform):
    response = platform.post("/v1/comments", COMMENT)

    assert response.status_code == 201
    assert response.headers["Location"] == "/v1/comments/c-1"
    assert response.content_type == "application/json"
    answer = response.get_json()
    assert list(answer) == [
        "id",
        "verdict",
        "scores",
        "reasons",
        "model",
        "second_opinion",
        "policy",
        "received_at",
        "status_url",
    ]
    assert (answer["id"], answer["verdict"], answer["reasons"]) == ("c-1", "approve", [])
    assert (answer["model"], answer["second_opinion"], answer["policy"]) == ("fake-1", None, 0)
    assert answer["scores"]["spam"] == pytest.approx(0.01)
    assert answer["received_at"].endswith("Z")


def test_a_reason_names_attribute_score_and_threshold(platform, scorer):
    scorer.says(insult=0.7)

    [reason] = platform.post("/v1/comments", COMMENT).get_json()["reasons"]

    limit = DEFAULT_POLICY.thresholds["insult"].review
    assert {"code", "attribute", "score", "threshold", "text", "model"} == set(reason)
    assert reason["model"] == "fake-1"
    assert (reason["code"], reason["attribute"], reason["score"], reason["threshold"]) == (
        "score",
        "insult",
        0.7,
        limit,
    )


def test_a_score_is_judged_as_it_is_shown(platform, scorer):
    limit = DEFAULT_POLICY.thresholds["insult"].review
    scorer.says(insult=limit - 0.00001)

    answer = platform.post("/v1/comments", COMMENT).get_json()

    assert (answer["scores"]["insult"], answer["verdict"]) == (limit, "review")


def test_the_same_comment_again_gets_the_first_answer(platform, scorer):
    first = platform.post("/v1/comments", COMMENT)
    scorer.says(insult=0.99)

    again = platform.post("/v1/comments", COMMENT)

    assert again.status_code == 200
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == "/v1/comments/c-1"


def test_the_same_id_with_another_body_is_a_conflict(platform, problem):
    platform.post("/v1/comments", COMMENT)

    response = platform.post("/v1/comments", {**COMMENT, "text": "Something else."})

    problem(response, 409, "comment-conflict")
    assert response.headers["Location"] == "/v1/comments/c-1"
    assert platform.get("/v1/comments/c-1").get_json()["text"] == COMMENT["text"]


def test_everything_that_was_sent_is_kept(platform):
    assert platform.post("/v1/comments", FULL).status_code == 201

    kept = platform.get("/v1/comments/c-1").get_json()

    assert kept["author"] == {**FULL["author"], "url": None}
    assert kept["article"] == FULL["article"]
    assert (kept["parent_id"], kept["created_at"]) == ("c-0", "2026-11-22T14:05:00Z")
    assert (kept["state"], kept["version"], kept["edits"]) == ("approved", 1, 0)


@pytest.mark.parametrize("comment_id", ["batch", "a:b~c@d+e=f-g.h", "0", "_" + "x" * 127])
def test_any_allowed_id_can_be_found_at_its_location(platform, comment_id):
    response = platform.post("/v1/comments", {**COMMENT, "id": comment_id})

    assert platform.get(response.headers["Location"]).get_json()["id"] == comment_id


def test_who_fills_in_a_hidden_field_is_rejected(platform):
    answer = platform.post("/v1/comments", {**COMMENT, "honeypot": "https://shop.example"}).get_json()

    assert (answer["verdict"], answer["reasons"][0]["code"]) == ("reject", "rule_honeypot")
    assert platform.post("/v1/comments", {**COMMENT, "honeypot": ""}).status_code == 409


def test_a_comment_goes_to_review_when_the_scorer_fails(platform, scorer):
    scorer.fails(RuntimeError("broken"))

    response = platform.post("/v1/comments", COMMENT)

    assert response.status_code == 201
    answer = response.get_json()
    assert (answer["verdict"], answer["scores"]) == ("review", {})
    assert [reason["code"] for reason in answer["reasons"]] == ["scorer_failed"]
    assert platform.get("/v1/comments/c-1").get_json()["state"] == "waiting"


def test_a_batch_answers_each_member_in_order(platform):
    platform.post("/v1/comments", COMMENT)
    members = [
        {"id": "c-2", "text": "New."},
        COMMENT,
        {**COMMENT, "text": "Changed."},
        {"id": "c 3", "text": "Bad id."},
        {"id": "c-4", "text": "Fine.", "colour": "red"},
        "not a comment",
        {"id": "c-5", "text": "Last."},
    ]

    response = platform.post("/v1/comments/batch", {"comments": members})

    entries = response.get_json()["comments"]
    assert [entry["status"] for entry in entries] == [201, 200, 409, 422, 422, 422, 201]
    assert [entry["index"] for entry in entries] == list(range(7))
    assert entries[2]["problem"]["code"] == "comment-conflict"
    assert [error["field"] for error in entries[3]["problem"]["errors"]] == ["id"]
    assert [error["field"] for error in entries[4]["problem"]["errors"]] == ["colour"]
    assert entries[6]["comment"]["verdict"] == "approve"
    assert platform.get("/v1/comments/c-5").status_code == 200


def test_an_id_twice_in_a_batch_is_taken_once(platform):
    members = [{"id": "c-1", "text": "One."}, {"id": "c-1", "text": "One."}, {"id": "c-1", "text": "Two."}]

    entries = platform.post("/v1/comments/batch", {"comments": members}).get_json()["comments"]

    assert [entry["status"] for entry in entries] == [201, 200, 409]
    assert platform.get("/v1/comments/c-1").get_json()["text"] == "One."


def test_half_an_emoji_in_a_batch_does_not_sink_the_others(platform):
    body = rb'{"comments": [{"id": "c-1", "text": "cut \ud83d"}, {"id": "c-2", "text": "whole \ud83d\ude00"}]}'

    response = platform.post("/v1/comments/batch", data=body, content_type="application/json")

    entries = response.get_json()["comments"]
    assert [entry["status"] for entry in entries] == [422, 201]
    assert entries[0]["problem"]["errors"][0]["field"] == "text"
    assert platform.get("/v1/comments/c-2").get_json()["text"] == "whole 😀"


@pytest.mark.parametrize(
    "body", [{"comments": []}, {"comments": [COMMENT] * 1001}, {}, [], {"comments": [COMMENT], "more": 1}]
)
def test_a_batch_of_the_wrong_shape_is_refused_whole(platform, problem, raw, body):
    problem(platform.post("/v1/comments/batch", body), 422, "invalid-body")
    assert not raw.exists(f"p:{{{SITE}}}:c:c-1")


def test_a_full_batch_is_taken(platform):
    members = [{"id": f"c-{i}", "text": "Many of us."} for i in range(1000)]

    entries = platform.post("/v1/comments/batch", {"comments": members}).get_json()["comments"]

    assert {entry["status"] for entry in entries} == {201}


def test_an_unknown_comment_is_not_found(platform, moderator, problem):
    problem(platform.get("/v1/comments/c-9"), 404, "not-found")
    problem(platform.put("/v1/comments/c-9", {"text": "New."}), 404, "not-found")
    problem(platform.delete("/v1/comments/c-9"), 404, "not-found")
    problem(platform.post("/v1/comments/c-9/feedback", {"opinion": "spam"}), 404, "not-found")
    problem(platform.post("/v1/comments/c-9/appeal", {}), 404, "not-found")
    problem(moderator.get("/v1/comments/c-9/trace"), 404, "not-found")


def test_a_trace_tells_every_step(platform, moderator, waiting):
    waiting("c-1")
    token = moderator.post("/v1/claims", {}).get_json()["token"]
    moderator.post("/v1/decisions", {"claim": token, "decisions": [{"id": "c-1", "decision": "approve"}]})

    story = moderator.get("/v1/comments/c-1/trace").get_json()

    assert [event["type"] for event in story["events"]] == ["received", "claimed", "approved"]
    assert [event["version"] for event in story["events"]] == [1, 2, 3]
    assert story["comment"]["decided"]["decision"] == "approve"
    assert story["earlier"] == []


def test_an_edit_is_judged_anew_and_the_earlier_text_kept(platform, moderator, scorer):
    platform.post("/v1/comments", COMMENT)
    scorer.says(threat=0.95)

    response = platform.put("/v1/comments/c-1", {"text": "I will find you."})

    assert (response.status_code, response.get_json()["verdict"]) == (200, "reject")
    story = moderator.get("/v1/comments/c-1/trace").get_json()
    assert (story["comment"]["text"], story["comment"]["edits"]) == ("I will find you.", 1)
    assert [(old["text"], old["verdict"]) for old in story["earlier"]] == [(COMMENT["text"], "approve")]


def test_an_erased_comment_leaves_no_text_behind(platform, raw):
    platform.post("/v1/comments", FULL)

    assert platform.delete("/v1/comments/c-1").get_json() == {"erased": 1, "labels": 0, "models": []}

    assert platform.get("/v1/comments/c-1").status_code == 404
    assert COMMENT["text"] not in everything(raw)


@pytest.mark.parametrize(
    ("author", "named"), [({"id": "u/1 ü"}, "u%2F1%20%C3%BC"), ({"email": "N@Example.org"}, "n@example.org")]
)
def test_an_author_is_erased_with_all_comments(platform, admin, author, named):
    for i in range(3):
        platform.post("/v1/comments", {"id": f"c-{i}", "text": "Mine.", "author": author})
    platform.post("/v1/comments", {"id": "c-other", "text": "Theirs.", "author": {"id": "u-2"}})

    response = admin.delete(f"/v1/authors/{named}")

    assert response.get_json() == {"erased": 3, "labels": 0, "models": []}
    assert platform.get("/v1/comments/c-0").status_code == 404
    assert platform.get("/v1/comments/c-other").status_code == 200


def test_feedback_settles_a_waiting_comment(platform, waiting):
    waiting("c-1")

    response = platform.post("/v1/comments/c-1/feedback", {"opinion": "spam"})

    assert response.get_json()["outcome"] == "done"
    assert platform.get("/v1/comments/c-1").get_json()["state"] == "rejected"


def test_an_appeal_brings_a_comment_back_to_review(platform, moderator, scorer):
    scorer.says(insult=0.99)
    platform.post("/v1/comments", COMMENT)

    response = platform.post("/v1/comments/c-1/appeal", {"note": "I sell nothing."})

    assert (response.status_code, response.get_json()["state"]) == (200, "waiting")
    [comment] = moderator.post("/v1/claims", {"queue": "appeals"}).get_json()["comments"]
    assert (comment["id"], comment["appeal_note"]) == ("c-1", "I sell nothing.")


def test_a_waiting_comment_cannot_be_appealed(platform, waiting, problem):
    waiting("c-1")

    problem(platform.post("/v1/comments/c-1/appeal", {}), 409, "conflict")


def test_a_key_sees_nothing_of_another_site(platform, caller, problem, raw):
    platform.post("/v1/comments", FULL)
    stranger = caller(Scope.SUBMIT, Scope.REVIEW, Scope.ADMIN, site=OTHER_SITE)
    before = raw.hgetall(f"p:{{{SITE}}}:c:c-1")

    problem(stranger.get("/v1/comments/c-1"), 404, "not-found")
    problem(stranger.get("/v1/comments/c-1/trace"), 404, "not-found")
    problem(stranger.put("/v1/comments/c-1", {"text": "Changed."}), 404, "not-found")
    problem(stranger.delete("/v1/comments/c-1"), 404, "not-found")
    problem(stranger.post("/v1/comments/c-1/appeal", {}), 404, "not-found")
    assert stranger.delete("/v1/authors/u-1").get_json()["erased"] == 0
    assert [event["type"] for event in stranger.get("/v1/events").get_json()["events"] if event["comment"]] == []
    assert raw.hgetall(f"p:{{{SITE}}}:c:c-1") == before


def test_the_store_away_in_the_middle_is_a_503(platform, desk, monkeypatch, problem):
    def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr("service.store.comments.Comments.submit_each", away)

    response = platform.post("/v1/comments", COMMENT)

    problem(response, 503, "store-unavailable")
    assert int(response.headers["Retry-After"]) > 0


def everything(raw) -> str:
    """Return all that Redis holds, as one string."""
    readers = {"hash": raw.hgetall, "string": raw.get, "set": raw.smembers, "list": lambda k: raw.lrange(k, 0, -1)}
    readers |= {"zset": lambda k: raw.zrange(k, 0, -1), "stream": raw.xrange}
    return "".join(f"{key} {readers[raw.type(key)](key)}" for key in raw.scan_iter())
