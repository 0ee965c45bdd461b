"""A site's policy over HTTP: read, replaced, never overwritten unseen."""

import pytest

from service.moderation.policy import DEFAULT_POLICY
from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE

STRICT = {"thresholds": {"spam": {"review": 0.1, "reject": 0.2}}}
RULE = {"name": "No casinos", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"}


def test_a_new_site_has_the_built_in_policy(admin):
    response = admin.get("/v1/policy")

    assert response.get_json()["version"] == 0
    assert response.headers["ETag"] == '"0"'
    assert response.get_json()["thresholds"]["spam"]["review"] == DEFAULT_POLICY.thresholds["spam"].review


def test_a_new_policy_judges_and_is_named_in_verdicts(admin, platform, scorer):
    scorer.says(spam=0.3)

    answer = admin.put("/v1/policy", {**STRICT, "rules": [RULE]})

    assert answer.status_code == 200
    assert (answer.get_json()["version"], answer.headers["ETag"]) == (1, '"1"')
    assert answer.get_json()["created_by"].startswith("key:")
    verdict = platform.post("/v1/comments", {"id": "c1", "text": "Hello."}).get_json()
    assert (verdict["verdict"], verdict["policy"]) == ("reject", 1)
    verdict = platform.post("/v1/comments", {"id": "c2", "text": "The casino."}).get_json()
    assert verdict["reasons"][0]["code"] == "rule_words"


def test_a_text_that_comes_again_and_again_meets_its_rule(admin, platform):
    rule = {"name": "Thrice", "field": "repeats", "match": "at_least", "values": ["3"], "verdict": "reject"}
    admin.put("/v1/policy", {"thresholds": {}, "rules": [rule]})

    def send(comment_id: str, text: str = "Look at  my page.") -> dict:
        return platform.post("/v1/comments", {"id": comment_id, "text": text}).get_json()

    assert [send("c1")["verdict"], send("c1")["verdict"]] == ["approve", "approve"]
    assert send("c2", "look at my PAGE.")["verdict"] == "approve"  # the second, for the same comment counts once
    assert (send("c3")["verdict"], send("c4")["reasons"][0]["code"]) == ("reject", "rule_repeated")
    assert send("c5", "Look at the bridge.")["verdict"] == "approve"


def test_in_a_batch_each_text_counts(admin, platform):
    rule = {"name": "Twice", "field": "repeats", "match": "at_least", "values": ["2"], "verdict": "review"}
    admin.put("/v1/policy", {"thresholds": {}, "rules": [rule]})
    comments = [{"id": f"c{n}", "text": text} for n, text in enumerate(("Same.", "Other.", "Same."))]
    found = platform.post("/v1/comments/batch", {"comments": comments}).get_json()["comments"]
    assert [entry["comment"]["verdict"] for entry in found] == ["approve", "approve", "review"]


def test_a_policy_that_moved_on_is_not_overwritten(admin, problem):
    admin.put("/v1/policy", STRICT, headers={"If-Match": '"0"'})

    problem(admin.put("/v1/policy", {"thresholds": {}}, headers={"If-Match": '"0"'}), 412, "policy-moved")
    problem(admin.put("/v1/policy", {"thresholds": {}, "expected_version": 0}), 409, "conflict")

    assert admin.get("/v1/policy").get_json()["version"] == 1
    assert admin.put("/v1/policy", STRICT, headers={"If-Match": '"1"'}).status_code == 200
    assert admin.put("/v1/policy", {**STRICT, "expected_version": 2}).status_code == 200
    assert admin.put("/v1/policy", STRICT, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize("tag", ['W/"0"', '"x"', '"99999999999999999999"'])
def test_an_if_match_that_is_no_version_is_a_400(admin, problem, tag):
    problem(admin.put("/v1/policy", STRICT, headers={"If-Match": tag}), 400, "bad-input")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "thresholds"),
        ({"thresholds": {"spam": {"review": 0.9, "reject": 0.1}}}, "thresholds.spam"),
        ({"thresholds": {"spam": {"review": -1, "reject": 0.1}}}, "thresholds.spam.review"),
        ({"thresholds": {"kindness": {"review": 0.1, "reject": 0.2}}}, "thresholds.kindness"),
        ({"thresholds": {}, "rules": [{**RULE, "match": "at_least"}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "field": "links", "match": "at_least"}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "field": "repeats"}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "field": "mood"}]}, "rules.0.field"),
        ({"thresholds": {}, "rules": [{**RULE, "values": []}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "match": "pattern", "values": ["(casino"]}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "field": "author.ip", "match": "network"}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "field": "honeypot", "match": "filled"}]}, "rules.0"),
        ({"thresholds": {}, "rules": [{**RULE, "values": [""]}]}, "rules.0.values.0"),
    ],
)
def test_a_policy_that_cannot_work_is_a_422(admin, problem, body, field):
    found = problem(admin.put("/v1/policy", body), 422, "invalid-body")

    assert found["errors"][0]["field"] == field
    assert admin.get("/v1/policy").get_json()["version"] == 0


def test_not_a_number_is_no_threshold(admin, problem):
    body = '{"thresholds": {"spam": {"review": NaN, "reject": Infinity}}}'

    problem(admin.put("/v1/policy", data=body, content_type="application/json"), 422, "invalid-body")


def test_a_policy_is_its_sites_alone(admin, caller):
    admin.put("/v1/policy", STRICT)

    assert caller(Scope.ADMIN, site=OTHER_SITE).get("/v1/policy").get_json()["version"] == 0


def test_a_budget_is_kept_with_the_policy_and_shown(admin):
    budget = {"wrong_rejections": 0.005, "published_abuse": 0.02}
    answer = admin.put("/v1/policy", {**STRICT, "error_budget": budget, "asks": 0.05}).get_json()
    assert (answer["error_budget"], answer["asks"]) == (budget, 0.05)
    assert admin.get("/v1/policy").get_json()["error_budget"] == budget


def test_without_thresholds_they_follow_from_the_budget(admin):
    budget = {"wrong_rejections": 0.005, "published_abuse": 0.02}
    answer = admin.put("/v1/policy", {"error_budget": budget}).get_json()
    # nobody decided anything yet, so nothing can be proved and the limits stay
    assert answer["thresholds"]["spam"]["reject"] == DEFAULT_POLICY.thresholds["spam"].reject
    assert answer["version"] == 1


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, "1 in 200"])
def test_a_budget_is_a_share_between_none_and_all(admin, problem, share):
    body = {"error_budget": {"wrong_rejections": share, "published_abuse": 0.02}}
    found = problem(admin.put("/v1/policy", body), 422, "invalid-body")
    assert found["errors"][0]["field"] == "error_budget.wrong_rejections"
