"""The quality of a site over HTTP, in numbers and in a sentence; and how much is looked at, by the policy."""

import pytest

from service.moderation import looks
from service.tenancy import Scope
from service.values import Choice, Decision
from tests.api.conftest import OTHER_SITE, SITE

EVERYTHING = {"decisions": 1.0, "approvals": 1.0, "rejections": 1.0}
POLICY = {"thresholds": {"insult": {"review": 0.5, "reject": 0.9}}, "looks": EVERYTHING}


@pytest.fixture
def look(admin, platform, scorer, desk):
    assert admin.put("/v1/policy", POLICY).status_code == 200

    def looked(score: float, answer: Choice, count: int) -> None:
        scorer.says(insult=score)
        ids = [f"c-{score}-{answer}-{number}" for number in range(count)]
        platform.post("/v1/comments/batch", {"comments": [{"id": one, "text": "You again."} for one in ids]})
        looks.take(desk, SITE, "user:bob", count)
        looks.answer(desk, SITE, "user:bob", [Decision(one, answer) for one in ids])

    return looked


def test_of_too_few_looks_nothing_is_said(admin, look):
    look(0.95, Choice.APPROVE, 7)
    found = admin.get("/v1/quality").get_json()
    assert found["automation"]["looked"] == 7
    assert found["automation"]["wrong_rejections"] == {"share": None, "low": None, "high": None, "n": 7}
    assert "not enough looks yet (n = 0)" in found["automation"]["finding"]
    assert found["people"]["agreement"] == {
        "observed": None,
        "kappa": None,
        "low": None,
        "high": None,
        "method": None,
        "n": 0,
    }


def test_error_rates_come_with_interval_and_number(admin, look):
    look(0.95, Choice.APPROVE, 3)
    look(0.95, Choice.REJECT, 37)
    look(0.1, Choice.APPROVE, 57)
    found = admin.get("/v1/quality").get_json()["automation"]
    rate = found["false_reject"]
    assert (rate["share"], rate["n"]) == (pytest.approx(3 / 60), 60)
    assert rate["low"] < 0.05 < rate["high"]
    assert found["finding"].startswith("Automation wrongly rejects 5.0 % (1.7–13.7 %) of good comments; 60 looked at.")


def test_agreement_and_disagreements_are_listed(admin, desk, waiting, moderator, look):
    waiting("c-1", "c-2")
    token = moderator.post("/v1/claims", {"reviewer": "ann"}).get_json()["token"]
    decisions = [{"id": one, "decision": "reject", "reason": "insult"} for one in ("c-1", "c-2")]
    moderator.post("/v1/decisions", {"claim": token, "reviewer": "ann", "decisions": decisions})
    looks.take(desk, SITE, "user:bob", 2)
    looks.answer(desk, SITE, "user:bob", [Decision("c-1", Choice.APPROVE), Decision("c-2", Choice.REJECT, "insult")])
    found = admin.get("/v1/quality").get_json()
    assert [one["reviewer"].rpartition("/")[2] for one in found["people"]["reviewers"]] == ["ann", "user:bob"]
    assert [(one["differed"], one["agreement"]["n"]) for one in found["people"]["reviewers"]] == [(1, 2), (1, 2)]
    assert [one["reason"] for one in found["people"]["reasons"]] == ["insult"]
    assert (found["waiting"], found["differing"]) == (0, 1)
    [differing] = found["disagreements"]
    assert (differing["id"], differing["look"], differing["first"], differing["answer"]) == (
        "c-1",
        "second",
        "reject",
        "approve",
    )
    assert "You again" not in str(found)


@pytest.mark.parametrize("days", ["1", "365"])
def test_the_time_looked_back_can_be_said(admin, look, days):
    look(0.95, Choice.APPROVE, 2)
    assert admin.get(f"/v1/quality?days={days}").get_json()["automation"]["looked"] == 2


@pytest.mark.parametrize("days", ["0", "366", "many"])
def test_a_time_out_of_range_is_refused(admin, problem, days):
    problem(admin.get(f"/v1/quality?days={days}"), 422, "invalid-body")


@pytest.mark.parametrize("scope", [Scope.SUBMIT, Scope.REVIEW])
def test_it_is_for_admins(caller, problem, scope):
    problem(caller(scope).get("/v1/quality"), 403, "not-allowed")


def test_another_site_has_its_own(caller, look):
    look(0.95, Choice.APPROVE, 2)
    assert caller(Scope.ADMIN, site=OTHER_SITE).get("/v1/quality").get_json()["automation"]["looked"] == 0


def test_the_policy_says_how_much_is_looked_at(admin):
    before = admin.get("/v1/policy").get_json()["looks"]
    assert before == {"decisions": 0.02, "approvals": 0.005, "rejections": 0.02}
    replaced = admin.put("/v1/policy", {**POLICY, "looks": {"approvals": 0}}).get_json()["looks"]
    assert replaced == {"decisions": 0.02, "approvals": 0, "rejections": 0.02}
    assert admin.get("/v1/policy").get_json()["looks"] == replaced


@pytest.mark.parametrize("share", [-0.1, 1.1, "0.5"])
def test_a_share_is_a_probability(admin, problem, share):
    problem(admin.put("/v1/policy", {**POLICY, "looks": {"decisions": share}}), 422, "invalid-body")


def test_a_comment_is_drawn_in_the_same_round_trip(admin, platform, scorer, raw, look):
    scorer.says(insult=0.1)
    platform.post("/v1/comments", {"id": "warm", "text": "Key and policy are fetched."})
    before = int(raw.info("stats")["total_reads_processed"])
    platform.post("/v1/comments", {"id": "c-1", "text": "This one is drawn."})
    assert int(raw.info("stats")["total_reads_processed"]) - before == 2  # one of them is ours, to ask
    assert raw.zcard("p:{gazette}:looks") == 2
