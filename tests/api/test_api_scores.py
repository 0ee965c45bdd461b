"""Stateless scoring: answers and explanations, nothing kept."""

import pytest

from models.classifier import ATTRIBUTES


def test_one_text_is_scored(platform, scorer, raw):
    scorer.says(spam=0.123456)
    before = raw.dbsize()

    answer = platform.post("/v1/scores", {"text": "Buy now."}).get_json()

    assert answer["model"] == "fake-1"
    [result] = answer["results"]
    assert tuple(result["scores"]) == ATTRIBUTES
    assert result["scores"]["spam"] == 0.1235
    assert result["explanations"] is None
    assert raw.dbsize() == before


def test_many_texts_are_scored_in_order(platform):
    assert len(platform.post("/v1/scores", {"text": ["a", "b", "c"]}).get_json()["results"]) == 3


def test_attributes_can_be_chosen(platform):
    answer = platform.post("/v1/scores", {"text": "a", "attributes": ["threat", "spam"]}).get_json()

    assert list(answer["results"][0]["scores"]) == ["threat", "spam"]


def test_spans_explain_each_chosen_score(platform):
    body = {"text": "a🙂b", "attributes": ["spam"], "spans": True}

    [result] = platform.post("/v1/scores", body).get_json()["results"]

    why = result["explanations"]["spam"]
    assert (why["spans"][0]["start"], why["spans"][0]["end"]) == (0, 3)  # code points, not bytes or UTF-16 units
    assert why["bias"] + why["author"] + sum(span["contribution"] for span in why["spans"]) == why["logit"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "a", "attributes": ["kindness"]}, "attributes"),
        ({"text": []}, "text"),
        ({"text": ["a"] * 101}, "text"),
        ({"text": ["a"] * 11, "spans": True}, "text"),
        ({"text": ["a", "b\x00"]}, "text"),
        ({"spans": True}, "text"),
        ({"text": "a", "spans": "yes"}, "spans"),
    ],
)
def test_a_wrong_request_is_a_422(platform, problem, body, field):
    found = problem(platform.post("/v1/scores", body), 422, "invalid-body")

    assert found["errors"][0]["field"].split(".")[0] == field


def test_a_scorer_that_fails_is_a_503_and_is_counted(platform, scorer, problem):
    scorer.fails(MemoryError())

    response = platform.post("/v1/scores", {"text": "a"})

    problem(response, 503, "scorer-failed")
    assert response.headers["Retry-After"]
    assert b"parley_scorer_failures_total 1.0" in platform.get("/metrics").data
