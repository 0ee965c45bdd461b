"""Campaigns over HTTP: one card, one decision, one undo, and later ones that follow."""

import pytest

from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE

TEXT = "I was sceptical at first, but this {} method paid my rent within three weeks, write to me and I will tell you."
WORDS = ("new", "new", "new", "secret")


@pytest.fixture
def flood(platform, scorer):
    """Let a campaign of four come in."""
    scorer.says(spam=0.5)
    for number, word in enumerate(WORDS):
        platform.post("/v1/comments", {"id": f"s{number}", "text": TEXT.format(word)})


@pytest.fixture
def claimed(flood, moderator):
    """Return a claim that asked for campaigns."""
    return moderator.post("/v1/claims", {"campaigns": True}).get_json()


def rejecting(claim, **more):
    return {"claim": claim["token"], "id": "s0", "decision": "reject", "reason": "spam", **more}


def state(platform, comment_id):
    return platform.get(f"/v1/comments/{comment_id}").get_json()["state"]


def test_a_claim_can_ask_for_campaigns(claimed):
    assert [comment["id"] for comment in claimed["comments"]] == ["s0"]
    (campaign,) = claimed["campaigns"]
    assert (campaign["id"], campaign["size"], campaign["differing"]) == ("s0", 4, 1)
    assert set(campaign["copies"]) == {"s1", "s2", "s3"}
    (variant,) = campaign["variants"]
    assert variant["id"] == "s3"
    assert "".join(part["text"] for part in variant["parts"]) == TEXT.format("secret")
    assert [part["text"] for part in variant["parts"] if not part["same"]] == ["secret "]


def test_a_claim_that_does_not_ask_gets_every_comment(flood, moderator):
    claim = moderator.post("/v1/claims", {}).get_json()

    assert (len(claim["comments"]), claim["campaigns"]) == (4, None)


def test_a_decision_is_for_all_but_those_left_out(claimed, moderator, platform):
    response = moderator.post("/v1/campaigns", rejecting(claimed, leave_out=["s3"]))

    assert response.status_code == 200
    settled = response.get_json()
    assert (settled["decided"], settled["complete"], settled["follow_until"]) == (3, True, None)
    assert [state(platform, f"s{number}") for number in range(4)] == ["rejected"] * 3 + ["claimed"]


def test_later_ones_follow_and_the_answer_says_whom(claimed, moderator, platform):
    settled = moderator.post("/v1/campaigns", rejecting(claimed, follow_hours=24)).get_json()
    late = platform.post("/v1/comments", {"id": "late", "text": TEXT.format("new")}).get_json()

    assert settled["follow_until"]
    assert late["verdict"] == "reject"
    assert late["reasons"][0]["code"] == "campaign"
    assert late["reasons"][0]["text"].startswith("Like s0, rejected by key:")
    (event,) = moderator.get("/v1/comments/late/trace").get_json()["events"]
    assert (event["type"], event["detail"]["verdict"], event["detail"]["like"]) == ("received", "reject", "s0")


def test_one_undo_takes_all_back(claimed, moderator, platform):
    settled = moderator.post("/v1/campaigns", rejecting(claimed, follow_hours=24)).get_json()
    platform.post("/v1/comments", {"id": "late", "text": TEXT.format("new")})

    undone = moderator.delete(f"/v1/campaigns/{settled['operation']}")

    assert undone.get_json() == {"undone": 5}
    assert {state(platform, one) for one in ("s0", "s3", "late")} == {"waiting"}


def test_a_repeated_decision_answers_as_the_first(claimed, moderator):
    named = {"headers": {"Idempotency-Key": "all-1"}}
    first = moderator.post("/v1/campaigns", rejecting(claimed, follow_hours=1), **named).get_json()
    again = moderator.post("/v1/campaigns", rejecting(claimed, follow_hours=1), **named).get_json()

    assert (again["operation"], again["follow_until"]) == (first["operation"], first["follow_until"])


def test_a_colleague_neither_decides_nor_undoes_it(claimed, moderator, caller, problem):
    colleague, admin = caller(Scope.REVIEW), caller(Scope.ADMIN)
    problem(colleague.post("/v1/campaigns", rejecting(claimed)), 409, "claim-lost")
    operation = moderator.post("/v1/campaigns", rejecting(claimed)).get_json()["operation"]

    problem(colleague.delete(f"/v1/campaigns/{operation}"), 409, "conflict")
    problem(colleague.delete(f"/v1/campaigns/{operation}?anyone=true"), 403, "not-allowed")
    stranger = caller(Scope.REVIEW, Scope.ADMIN, site=OTHER_SITE)
    problem(stranger.delete(f"/v1/campaigns/{operation}?anyone=true"), 404, "not-found")
    assert admin.delete(f"/v1/campaigns/{operation}?anyone=true").get_json() == {"undone": 4}


@pytest.mark.parametrize("hours", [0, 169, "24"])
def test_following_has_its_bounds(claimed, moderator, problem, hours):
    problem(moderator.post("/v1/campaigns", rejecting(claimed, follow_hours=hours)), 422, "invalid-body")
