"""Claims and decisions over HTTP, as a moderator's tool uses them."""

import pytest

from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE


def decisions(token, **choices):
    return {"claim": token, "decisions": [{"id": name, "decision": choice} for name, choice in choices.items()]}


@pytest.fixture
def claimed(waiting, moderator):
    """Return the token of a claim on c1 and c2."""
    waiting("c1", "c2")
    return moderator.post("/v1/claims", {"limit": 2}).get_json()["token"]


def test_the_queues_are_counted(moderator, waiting):
    waiting("c1", "c2", "c3")
    moderator.post("/v1/claims", {"limit": 1})

    queues = moderator.get("/v1/queues").get_json()["queues"]

    assert [queue["name"] for queue in queues] == ["main", "escalated", "appeals"]
    assert (queues[0]["waiting"], queues[0]["claimed"]) == (2, 1)
    assert queues[0]["oldest_seconds"] >= 0
    assert queues[1]["oldest_seconds"] is None


def test_a_claim_brings_comments_with_all_a_reviewer_needs(moderator, waiting):
    waiting("c1")

    response = moderator.post("/v1/claims", {"lease_seconds": 60})

    assert response.status_code == 201
    claim = response.get_json()
    assert {"token", "queue", "reviewer", "expires_at", "comments", "campaigns"} == set(claim)
    assert claim["campaigns"] is None
    [comment] = claim["comments"]
    assert (comment["id"], comment["text"], comment["state"]) == ("c1", "You again.", "claimed")
    assert comment["claimed_by"] == claim["reviewer"]
    assert comment["reasons"][0]["attribute"] == "insult"


def test_nobody_else_is_offered_claimed_comments(moderator, caller, claimed):
    assert caller(Scope.REVIEW).post("/v1/claims", {}).get_json()["comments"] == []


def test_a_claim_of_nothing_is_an_empty_claim(moderator):
    response = moderator.post("/v1/claims", {})

    assert (response.status_code, response.get_json()["comments"]) == (201, [])


def test_a_repeated_claim_gives_the_same_comments(moderator, waiting):
    waiting("c1", "c2", "c3")
    named = {"headers": {"Idempotency-Key": "try-1"}}

    first = moderator.post("/v1/claims", {"limit": 2}, **named).get_json()
    again = moderator.post("/v1/claims", {"limit": 2}, **named).get_json()

    assert again["token"] == first["token"]
    assert {comment["id"] for comment in again["comments"]} == {comment["id"] for comment in first["comments"]}


def test_an_idempotency_key_belongs_to_its_reviewer(moderator, caller, waiting):
    waiting("c1", "c2")
    named = {"headers": {"Idempotency-Key": "try-1"}}

    mine = moderator.post("/v1/claims", {"limit": 1}, **named).get_json()
    theirs = caller(Scope.REVIEW).post("/v1/claims", {"limit": 1}, **named).get_json()

    assert mine["token"] != theirs["token"]
    assert mine["comments"][0]["id"] != theirs["comments"][0]["id"]


def test_an_unknown_queue_is_not_found(moderator, problem):
    problem(moderator.post("/v1/claims", {"queue": "nowhere"}), 404, "not-found")


def test_a_claim_can_be_extended(moderator, claimed):
    response = moderator.patch(f"/v1/claims/{claimed}", {"lease_seconds": 7200})

    assert response.status_code == 200
    assert len(response.get_json()["comments"]) == 2


def test_a_claim_that_is_over_cannot_be_extended(moderator, claimed, problem):
    moderator.delete(f"/v1/claims/{claimed}")

    problem(moderator.patch(f"/v1/claims/{claimed}", {}), 409, "claim-lost")
    problem(moderator.patch("/v1/claims/unknown", {}), 409, "claim-lost")


def test_somebody_elses_claim_cannot_be_extended_or_released(caller, claimed, problem):
    other = caller(Scope.REVIEW)

    problem(other.patch(f"/v1/claims/{claimed}", {}), 409, "claim-lost")
    assert other.delete(f"/v1/claims/{claimed}").get_json() == {"released": 0}


def test_a_whole_claim_goes_back(moderator, claimed):
    assert moderator.delete(f"/v1/claims/{claimed}").get_json() == {"released": 2}
    assert moderator.get("/v1/queues").get_json()["queues"][0]["waiting"] == 2


def test_named_comments_go_back_and_are_skipped(moderator, claimed):
    response = moderator.delete(f"/v1/claims/{claimed}?ids=c1&skip=true")

    assert response.get_json() == {"released": 1}
    assert moderator.post("/v1/claims", {}).get_json()["comments"] == []  # c1 is skipped, c2 still claimed


def test_a_decision_takes_effect(moderator, platform, claimed):
    response = moderator.post("/v1/decisions", decisions(claimed, c1="approve", c2="reject"))

    assert response.status_code == 200
    results = response.get_json()["decisions"]
    assert [(result["id"], result["outcome"], result["state"], result["decision"]) for result in results] == [
        ("c1", "done", "approved", "approve"),
        ("c2", "done", "rejected", "reject"),
    ]
    assert all(result["version"] == 3 and result["by"].startswith("key:") and result["at"] for result in results)
    assert platform.get("/v1/comments/c2").get_json()["state"] == "rejected"


def test_reason_and_note_are_kept(moderator, claimed):
    entry = {"id": "c1", "decision": "reject", "reason": "insult", "note": "Third time."}
    moderator.post("/v1/decisions", {"claim": claimed, "decisions": [entry]})

    decided = moderator.get("/v1/comments/c1").get_json()["decided"]

    assert (decided["decision"], decided["reason"], decided["note"]) == ("reject", "insult", "Third time.")


def test_an_escalated_comment_waits_in_the_escalated_queue(moderator, claimed):
    moderator.post("/v1/decisions", decisions(claimed, c1="escalate"))

    [comment] = moderator.post("/v1/claims", {"queue": "escalated"}).get_json()["comments"]

    assert comment["id"] == "c1"


def test_a_repeated_decision_answers_as_the_first(moderator, claimed):
    named = {"headers": {"Idempotency-Key": "decide-1"}}
    first = moderator.post("/v1/decisions", decisions(claimed, c1="approve"), **named).get_json()

    again = moderator.post("/v1/decisions", decisions(claimed, c1="approve"), **named)

    assert again.status_code == 200
    assert [result["outcome"] for result in again.get_json()["decisions"]] == ["repeated"]
    assert again.get_json()["decisions"][0]["version"] == first["decisions"][0]["version"]


def test_decisions_that_all_come_too_late_are_a_conflict_that_says_who_was_first(moderator, claimed, problem):
    moderator.post("/v1/decisions", decisions(claimed, c1="approve"))

    found = problem(moderator.post("/v1/decisions", decisions(claimed, c1="reject", c9="reject")), 409, "claim-lost")

    late, unknown = found["decisions"]
    assert (late["outcome"], late["state"], late["decision"]) == ("lost", "approved", None)
    assert late["by"].startswith("key:")
    assert late["at"].endswith("Z")
    assert (unknown["id"], unknown["outcome"]) == ("c9", "not_found")


def test_one_lost_decision_does_not_hold_up_the_others(moderator, claimed):
    moderator.delete(f"/v1/claims/{claimed}?ids=c1")

    response = moderator.post("/v1/decisions", decisions(claimed, c1="reject", c2="reject"))

    assert response.status_code == 200
    assert [result["outcome"] for result in response.get_json()["decisions"]] == ["lost", "done"]


def test_the_same_decision_twice_in_a_request_counts_once(moderator, claimed):
    body = decisions(claimed, c1="approve")
    body["decisions"] *= 2

    assert len(moderator.post("/v1/decisions", body).get_json()["decisions"]) == 1


def test_a_decision_can_be_undone_by_its_maker(moderator, claimed):
    moderator.post("/v1/decisions", decisions(claimed, c1="reject"))

    response = moderator.delete("/v1/decisions/c1")

    assert (response.status_code, response.get_json()["state"]) == (200, "waiting")


def test_somebody_elses_decision_stays_unless_an_admin_undoes_it(moderator, caller, claimed, problem):
    moderator.post("/v1/decisions", decisions(claimed, c1="reject"))
    colleague = caller(Scope.REVIEW)

    problem(colleague.delete("/v1/decisions/c1"), 409, "conflict")
    problem(colleague.delete("/v1/decisions/c1?anyone=true"), 403, "not-allowed")
    assert caller(Scope.ADMIN).delete("/v1/decisions/c1?anyone=true").get_json()["state"] == "waiting"


def test_what_nobody_decided_cannot_be_undone(moderator, waiting, problem):
    waiting("c1")

    problem(moderator.delete("/v1/decisions/c1"), 409, "conflict")
    problem(moderator.delete("/v1/decisions/c9"), 404, "not-found")


def test_one_key_can_serve_several_reviewers(moderator, waiting, problem):
    waiting("c1")
    claim = moderator.post("/v1/claims", {"reviewer": "nare"}).get_json()
    assert claim["reviewer"].endswith("/nare")
    body = decisions(claim["token"], c1="approve")

    problem(moderator.post("/v1/decisions", {**body, "reviewer": "aram"}), 409, "claim-lost")
    done = moderator.post("/v1/decisions", {**body, "reviewer": "nare"}).get_json()

    assert done["decisions"][0]["by"] == claim["reviewer"]
    problem(moderator.delete("/v1/decisions/c1?reviewer=aram"), 409, "conflict")
    assert moderator.delete("/v1/decisions/c1?reviewer=nare").status_code == 200


def test_a_token_of_another_site_decides_nothing(caller, claimed, platform, problem):
    stranger = caller(Scope.REVIEW, Scope.ADMIN, site=OTHER_SITE)

    found = problem(stranger.post("/v1/decisions", decisions(claimed, c1="reject")), 409, "claim-lost")
    assert found["decisions"][0]["outcome"] == "not_found"
    problem(stranger.delete("/v1/decisions/c1?anyone=true"), 404, "not-found")
    assert stranger.delete(f"/v1/claims/{claimed}").get_json() == {"released": 0}
    assert platform.get("/v1/comments/c1").get_json()["state"] == "claimed"
