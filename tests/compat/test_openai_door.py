"""OpenAI's moderations: what is asked, what is answered, and every error in its own words."""

import json
from contextlib import suppress

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from service.compat.door import Refusal
from service.compat.openai import MAX_INPUTS, parse
from service.compat.openai_categories import CATEGORIES, judged, limits_of
from service.moderation.policy import DEFAULT_POLICY
from service.tenancy import Scope
from tests.compat.conftest import error_of

NAMES = {
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
}
NEVER_JUDGED = {
    *("illicit", "illicit/violent", "self-harm", "self-harm/instructions", "self-harm/intent"),
    *("sexual/minors", "violence/graphic"),
}
LIMITS = limits_of(DEFAULT_POLICY.thresholds)
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}


@pytest.fixture
def moderate(client, door_key):
    def post(content, path="/v1/moderations", **more):
        headers = {"Authorization": f"Bearer {door_key}", **more.pop("headers", {})}
        more |= {"data": content} if isinstance(content, bytes) else {"json": content}
        return client.post(path, headers=headers, **more)

    return post


@pytest.mark.parametrize("path", ["/v1/moderations", "/moderations"])
def test_a_string_has_one_result_with_all_thirteen_categories(moderate, path):
    response = moderate({"input": "You fool."}, path)
    found = response.get_json()
    [result] = found["results"]

    assert found["id"].startswith("modr-")
    assert found["model"] == "omni-moderation-latest"
    assert result["flagged"] is False
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(result[part]) == NAMES
    assert response.headers["openai-version"]
    assert response.headers["openai-processing-ms"].isdigit()
    assert response.headers["x-request-id"]


def test_an_array_of_strings_has_one_result_each_in_order(moderate, scorer, monkeypatch):
    monkeypatch.setattr(
        "service.moderation.scoring.score_texts",
        lambda _scorer, texts, _authors: [{"insult": len(text) / 10} for text in texts],
    )
    results = moderate({"input": ["a", "bb", "ccc"]}).get_json()["results"]

    assert [result["category_scores"]["harassment"] for result in results] == [0.1, 0.2, 0.3]


def test_an_array_of_parts_has_one_result_for_all(moderate):
    parts = [{"type": "text", "text": "You"}, {"type": "text", "text": "fool."}, IMAGE]
    [result] = moderate({"input": parts}).get_json()["results"]

    assert {kind for kinds in result["category_applied_input_types"].values() for kind in kinds} == {"text"}


def test_images_alone_are_refused_because_silence_would_mean_safe(moderate):
    fault = error_of(moderate({"input": [IMAGE]}), 400)

    assert (fault["param"], fault["code"]) == ("input", "unsupported_content_type")


def test_what_the_policy_rejects_is_flagged_and_what_it_reviews_is_not(moderate, scorer):
    scorer.says(insult=0.95, identity_attack=0.5)
    [result] = moderate({"input": "You fool."}).get_json()["results"]

    assert result["flagged"] is True
    assert {name for name, flag in result["categories"].items() if flag} == {"harassment"}
    assert result["category_scores"]["hate"] == pytest.approx(0.5)


def test_what_parley_cannot_judge_is_nought_unflagged_and_applied_to_nothing(moderate, scorer):
    scorer.says(**dict.fromkeys(scorer.attributes, 1.0))
    [result] = moderate({"input": "Everything at once."}).get_json()["results"]

    assert {name for name, flag in result["categories"].items() if not flag} == NEVER_JUDGED
    for name in NEVER_JUDGED:
        assert (result["category_scores"][name], result["category_applied_input_types"][name]) == (0, [])


def test_hate_is_threatening_only_with_a_threat(moderate, scorer):
    scorer.says(identity_attack=0.995)
    [result] = moderate({"input": "Them again."}).get_json()["results"]

    assert (result["categories"]["hate"], result["categories"]["hate/threatening"]) == (True, False)


def test_a_site_moves_the_limits_by_its_policy(moderate, scorer, caller):
    scorer.says(insult=0.6)
    assert moderate({"input": "You fool."}).get_json()["results"][0]["flagged"] is False

    thresholds = {"insult": {"review": 0.2, "reject": 0.5}}
    assert caller(Scope.ADMIN).put("/v1/policy", {"thresholds": thresholds}).status_code == 200

    [result] = moderate({"input": "You fool."}).get_json()["results"]
    assert result["categories"]["harassment"] is True


@pytest.mark.parametrize("model", ["omni-moderation-2024-09-26", "text-moderation-stable", "anything"])
def test_the_models_name_comes_back(moderate, model):
    assert moderate({"input": "a", "model": model}).get_json()["model"] == model


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", None])
def test_json_is_read_whatever_the_header_calls_it(moderate, kind):
    assert moderate(b'{"input": "a"}', content_type=kind).status_code == 200


@pytest.mark.parametrize(
    ("content", "param", "code"),
    [
        (b"", None, None),
        (b"input=a", None, None),
        (b"[1]", None, None),
        (b'{"input": NaN}', None, None),
        (b"[" * 100_000, None, None),
        ({}, "input", "missing_required_parameter"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": 5}, "input", "invalid_type"),
        ({"input": {}}, "input", "invalid_type"),
        ({"input": []}, "input", "empty_array"),
        ({"input": ["a"] * (MAX_INPUTS + 1)}, "input", "array_above_max_length"),
        ({"input": ["a", 5]}, "input[0]", "invalid_value"),
        ({"input": [{"type": "text"}]}, "input[0]", "invalid_value"),
        ({"input": [{"type": "text", "text": "a"}, {"type": "audio"}]}, "input[1]", "invalid_value"),
        ({"input": "a", "model": 5}, "model", "invalid_type"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(moderate, content, param, code):
    fault = error_of(moderate(content), 400)

    assert set(fault) == {"message", "type", "param", "code"}
    assert (fault["type"], fault["param"], fault["code"]) == ("invalid_request_error", param, code)


def test_a_missing_and_a_wrong_key_are_told_apart(client, moderate):
    missing = error_of(client.post("/v1/moderations", json={"input": "a"}), 401)
    wrong = error_of(moderate({"input": "a"}, headers={"Authorization": "Bearer sk-wrong"}), 401)

    assert missing["code"] is None
    assert wrong["code"] == "invalid_api_key"
    assert "sk-wrong" not in str(wrong)


def test_a_scorer_that_fails_is_503(moderate, scorer):
    scorer.fails(RuntimeError())
    refused = moderate({"input": "a"})

    assert error_of(refused, 503)["type"] == "server_error"
    assert refused.headers["Retry-After"]


def test_halves_of_surrogate_pairs_are_let_in(moderate):
    assert moderate(b'{"input": "half a \\ud83d face"}').status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["input", "type", "text", "image_url", "url"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_understood_or_refused(content):
    with Flask("test").test_request_context():
        g.began = 0.0
        with suppress(Refusal):
            wish = parse(json.dumps(content).encode())
            assert wish.texts
            assert all(isinstance(text, str) for text in wish.texts)


PROBABILITIES = st.fixed_dictionaries({name: st.floats(0, 1) for name in DEFAULT_POLICY.thresholds})


@given(PROBABILITIES)
def test_flagged_says_whether_any_category_is(scores):
    found = judged(scores, LIMITS)

    assert found["flagged"] is any(found["categories"].values())
    assert all(0 <= score <= 1 for score in found["category_scores"].values())
    assert [category.name for category in CATEGORIES] == list(found["categories"])


@given(PROBABILITIES, st.sampled_from(sorted(DEFAULT_POLICY.thresholds)))
def test_a_higher_score_never_lowers_a_category(scores, name):
    before, after = judged(scores, LIMITS), judged(scores | {name: 1.0}, LIMITS)

    for category in NAMES:
        assert after["category_scores"][category] >= before["category_scores"][category]
        assert after["categories"][category] or not before["categories"][category]
