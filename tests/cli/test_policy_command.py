"""A policy's error budget on the command line, and a draft that is tried before it is set."""

import json

import pytest

BUDGET = {"wrong_rejections": 0.005, "published_abuse": 0.02}
WORDS = {"name": "No casinos", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"}


@pytest.fixture
def courier(parley) -> str:
    parley("sites", "create", "courier")
    return "courier"


def test_what_is_shown_can_be_set_again(parley, courier):
    body = {"error_budget": BUDGET, "thresholds": {"spam": {"review": 0.1, "reject": 0.9}}, "asks": 0.05}
    assert parley("policy", "set", courier, "-", stdin=json.dumps(body).encode()).stdout == "1\n"
    shown = parley("policy", "show", courier).stdout
    assert json.loads(shown)["error_budget"] == BUDGET
    assert parley("policy", "set", courier, "-", stdin=shown.encode()).stdout == "2\n"
    again = json.loads(parley("policy", "show", courier).stdout)
    assert (again["error_budget"], again["asks"]) == (BUDGET, 0.05)


def test_a_budget_alone_is_enough(parley, courier):
    assert parley("policy", "set", courier, "-", stdin=json.dumps({"error_budget": BUDGET}).encode()).exit_code == 0
    assert "spam" in json.loads(parley("policy", "show", courier).stdout)["thresholds"]


def test_a_text_is_tried_by_a_draft(parley, courier):
    draft = json.dumps({"rules": [WORDS], "text": "The casino is open."}).encode()
    found = json.loads(parley("policy", "preview", courier, "-", stdin=draft).stdout)
    assert found["text"]["verdict"] == "reject"
    assert json.loads(parley("policy", "show", courier).stdout)["version"] == 0


def test_a_budget_is_tried_on_past_comments(parley, courier):
    draft = json.dumps({"error_budget": BUDGET}).encode()
    found = json.loads(parley("policy", "preview", courier, "-", stdin=draft).stdout)
    assert found["replay"]["comments"] == 0
    assert found["proposal"]["overall"]["wrong_rejections"]["missing"] == 598


def test_a_draft_that_cannot_be_is_told(parley, courier):
    result = parley("policy", "preview", courier, "-", stdin=b'{"error_budget": {"wrong_rejections": 2}}')
    assert result.exit_code == 1
    assert "error_budget.wrong_rejections" in result.stderr


def test_an_unknown_model_is_told(parley, courier):
    result = parley("policy", "preview", courier, "-", stdin=b'{"model": "base-0.1"}')
    assert result.exit_code == 1
    assert "There is no model 'base-0.1'" in result.stderr


def test_a_policy_for_texts_without_a_site_needs_thresholds(parley, tmp_path):
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"error_budget": BUDGET}))
    result = parley("score", "--policy", str(file), stdin=b'{"id": 1, "text": "Hello."}\n')
    assert result.exit_code == 1
    assert "thresholds should be given" in result.stderr
