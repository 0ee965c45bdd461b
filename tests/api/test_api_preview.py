"""What a draft would have done with past comments, over HTTP; nothing of it is kept."""

import pytest

from service.moderation.policy import DEFAULT_POLICY

BUDGET = {"wrong_rejections": 0.005, "published_abuse": 0.02}
WORDS = {"name": "No casinos", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"}


@pytest.fixture
def past(platform, scorer):
    """Three comments that were approved, and one under review."""
    for comment_id, text in (("c1", "Hello."), ("c2", "Thank you."), ("c3", "The casino.")):
        platform.post("/v1/comments", {"id": comment_id, "text": text})
    scorer.says(insult=0.5)
    platform.post("/v1/comments", {"id": "c4", "text": "You again."})


def test_a_word_list_is_tried_on_past_comments(admin, past):
    found = admin.post("/v1/policy/preview", {"rules": [WORDS]}).get_json()
    assert found["replay"]["before"] == {"approve": 3, "review": 1, "reject": 0}
    assert found["replay"]["after"] == {"approve": 2, "review": 1, "reject": 1}
    assert found["replay"]["changed"] == [{"id": "c3", "before": "approve", "after": "reject"}]
    assert admin.get("/v1/policy").get_json()["version"] == 0


def test_thresholds_are_tried_and_the_load_is_told(admin, past):
    thresholds = {"insult": {"review": 0.001, "reject": 0.9}}
    replay = admin.post("/v1/policy/preview", {"thresholds": thresholds}).get_json()["replay"]
    assert replay["after"] == {"approve": 0, "review": 4, "reject": 0}
    assert replay["changed_count"] == 3
    assert (replay["load_before"]["comments_per_day"], replay["load_after"]["comments_per_day"]) == (1, 4)
    assert replay["load_after"]["hours_per_day"] == pytest.approx(4 * 28 / 3600, abs=0.005)


def test_nothing_is_kept_of_a_text_that_is_tried(admin, scorer, raw):
    scorer.says(insult=0.5)
    keys = set(raw.keys())
    found = admin.post("/v1/policy/preview", {"text": "A casino again.", "rules": [WORDS]}).get_json()
    assert found["text"]["verdict"] == "reject"
    assert found["text"]["reasons"][0]["code"] == "rule_words"
    assert (found["replay"], found["proposal"]) == (None, None)
    assert set(raw.keys()) == keys


def test_without_decisions_a_budget_changes_nothing_and_says_what_is_missing(admin, past):
    found = admin.post("/v1/policy/preview", {"error_budget": BUDGET}).get_json()
    proposal = found["proposal"]
    assert proposal["enough"] is False
    assert proposal["thresholds"]["spam"]["reject"] == DEFAULT_POLICY.thresholds["spam"].reject
    rejections = proposal["overall"]["wrong_rejections"]
    assert (rejections["rows"], rejections["share"], rejections["upper"]) == (0, None, 1.0)
    assert rejections["missing"] == 598  # 0 of 598 wrong says: at most 1 in 200
    assert any("598 more rejected comments" in sentence for sentence in proposal["sentences"])
    assert found["replay"]["comments"] == 4


def test_a_budget_and_thresholds_of_ones_own_are_shown_side_by_side(admin, past):
    thresholds = {"insult": {"review": 0.001, "reject": 0.9}}
    found = admin.post("/v1/policy/preview", {"error_budget": BUDGET, "thresholds": thresholds}).get_json()
    assert found["thresholds"]["insult"]["review"] == 0.001
    assert found["proposal"]["thresholds"]["insult"]["review"] == DEFAULT_POLICY.thresholds["insult"].review
    assert found["replay"]["after"]["review"] == 4


def test_an_empty_draft_is_the_policy_in_force(admin, past):
    found = admin.post("/v1/policy/preview", {}).get_json()
    assert found["replay"]["before"] == found["replay"]["after"]
    assert found["replay"]["changed_count"] == 0


def test_an_unknown_model_is_a_404(admin, problem):
    problem(admin.post("/v1/policy/preview", {"model": "base-9.9"}), 404, "not-found")


def test_only_an_admin_may_try(moderator, problem):
    problem(moderator.post("/v1/policy/preview", {}), 403, "not-allowed")
