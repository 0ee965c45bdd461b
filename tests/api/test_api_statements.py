"""Statements of reasons over the API: of one comment, and of a time."""

import pytest

from service.moderation.statements import every
from service.values import Scope


@pytest.fixture
def declined(platform, scorer):
    def decline(*ids: str) -> None:
        scorer.says(insult=0.99)
        for comment_id in ids:
            sent = platform.post("/v1/comments", {"id": comment_id, "text": "You again."})
            assert sent.get_json()["verdict"] == "reject"

    return decline


@pytest.fixture
def decide(moderator):
    def decide(comment_id: str, decision: str) -> None:
        token = moderator.post("/v1/claims", {"limit": 1}).get_json()["token"]
        entry = {"id": comment_id, "decision": decision, "reason": "insult"}
        answered = moderator.post("/v1/decisions", {"claim": token, "decisions": [entry]})
        assert answered.get_json()["decisions"][0]["outcome"] == "done"

    return decide


def listed(caller, query=""):
    answer = caller.get(f"/v1/statements{query}")
    assert answer.status_code == 200, answer.data
    return [statement["comment"] for statement in answer.get_json()["statements"]]


def test_the_statement_of_one_comment(platform, declined):
    declined("c-1")
    found = platform.get("/v1/comments/c-1/statement").get_json()
    assert found["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    assert found["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert found["redress"]["url"].startswith("/status/")


def test_it_comes_as_text_where_the_client_asks(platform, declined):
    declined("c-1")
    answer = platform.get("/v1/comments/c-1/statement", headers={"Accept": "text/plain"})
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.get_data(as_text=True).startswith("STATEMENT OF REASONS")


def test_what_is_not_declined_has_none(platform, waiting, problem):
    waiting("c-1")
    problem(platform.get("/v1/comments/c-1/statement"), 404, "not-found")
    problem(platform.get("/v1/comments/c-2/statement"), 404, "not-found")


def test_another_sites_statement_is_not_found(caller, declined, problem):
    declined("c-1")
    foreign = caller(Scope.SUBMIT, Scope.REVIEW, site="courier")
    problem(foreign.get("/v1/comments/c-1/statement"), 404, "not-found")
    assert listed(foreign) == []


def test_the_list_holds_the_rejections_that_stand(moderator, platform, declined, waiting, decide):
    declined("c-1", "c-2")
    waiting("c-3", "c-4")
    decide("c-3", "reject")
    decide("c-4", "approve")
    platform.post("/v1/comments/c-2/appeal", {"note": "Please look again."})
    assert listed(moderator) == ["c-1", "c-3"]
    moderator.delete("/v1/decisions/c-3")
    platform.delete("/v1/comments/c-1")
    assert listed(moderator) == []


def test_the_list_comes_in_pages_that_meet(moderator, declined):
    declined(*(f"c-{number}" for number in range(5)))
    first = moderator.get("/v1/statements?limit=3").get_json()
    second = moderator.get(f"/v1/statements?limit=3&after={first['next']}").get_json()
    ids = [statement["comment"] for statement in first["statements"] + second["statements"]]
    assert ids == [f"c-{number}" for number in range(5)]
    assert second["next"] is None


def test_since_and_until_bound_the_list(moderator, declined):
    declined("c-1")
    assert listed(moderator, "?since=2026-01-01T00:00:00Z") == ["c-1"]
    assert listed(moderator, "?until=2026-01-01T00:00:00Z") == []


def test_approved_comments_fill_no_page(moderator, platform, scorer, desk, declined, monkeypatch):
    monkeypatch.setattr("service.moderation.statements.LINES_AT_ONCE", 3)
    for number in range(7):
        scorer.says()
        platform.post("/v1/comments", {"id": f"ok-{number}", "text": "A quiet remark."})
    declined("c-1")
    assert listed(moderator) == ["c-1"]
    assert [found.comment for found in every(desk, "gazette", None, None)] == ["c-1"]


def test_an_edited_comment_is_stated_anew(platform, moderator, scorer, declined):
    declined("c-1")
    platform.put("/v1/comments/c-1", {"text": "You again, and again."})
    assert listed(moderator) == ["c-1"]
    assert platform.get("/v1/comments/c-1/statement").get_json()["puid"] == "gazette.c-1.2"
