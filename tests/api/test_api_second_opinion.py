"""A comment near a limit is asked about a second time, and every answer says so."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from models.second.sentences import SentenceHeads
from service.app import build
from service.moderation.second.adviser import Elsewhere, ModelAdviser
from service.moderation.second.hearing import AT_ONCE
from tests.api.conftest import SITE
from tests.cli.conftest import ROOT
from tests.fakes import FakeSecond

BEYOND_DOUBT = {"severe_toxicity": 0.001, "threat": 0.001}
COMMENT = {"id": "c-1", "text": "You could have read it first."}


@pytest.fixture
def second() -> FakeSecond:
    return FakeSecond(toxicity=0.45)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"second_seconds": 0.05})


@pytest.fixture
def desk(desk, second):
    return replace(desk, adviser=ModelAdviser(lambda: second))


@pytest.fixture
def elsewhere(desk, platform):
    """Let a worker give the opinions."""
    platform.client = build(replace(desk, adviser=Elsewhere())).test_client()
    return platform


@pytest.fixture
def doubtful(scorer):
    scorer.says(toxicity=0.3)


@pytest.fixture
def busy(desk, second, monkeypatch):
    """Keep the second model busy with another text until the test ends."""
    began, may_end, real = threading.Event(), threading.Event(), second.revise

    def slow(texts: Sequence[str], first: Sequence[Mapping[str, float]], own: SentenceHeads) -> list[dict[str, float]]:
        began.set()
        assert may_end.wait(10)
        return real(texts, first, own)

    monkeypatch.setattr(second, "revise", slow)
    thread = threading.Thread(target=desk.adviser.ask, args=(["Another."], [{}], 1.0))
    thread.start()
    assert began.wait(10)
    yield
    may_end.set()
    thread.join(10)


def metric(platform, name: str) -> float:
    lines = platform.client.get("/metrics").get_data(as_text=True).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_a_comment_beyond_doubt_is_not_asked_about(platform, scorer, second):
    scorer.says(**BEYOND_DOUBT)
    answer = platform.post("/v1/comments", COMMENT).get_json()
    assert (answer["verdict"], answer["second_opinion"], second.asked) == ("approve", None, [])


def test_a_comment_in_doubt_gets_the_verdict_of_both_models(platform, second, doubtful):
    answer = platform.post("/v1/comments", COMMENT).get_json()
    assert second.asked == [COMMENT["text"]]
    assert (answer["verdict"], answer["model"], answer["second_opinion"]) == ("review", "fake-1", "second-fake")
    assert answer["scores"]["toxicity"] == 0.45
    [reason] = answer["reasons"]
    assert (reason["model"], reason["score"]) == ("second-fake", 0.45)
    assert reason["text"] == "Toxicity 0.45 reaches the limit for review, 0.17 (second opinion)."


def test_a_second_opinion_can_lift_a_review_and_is_kept(platform, moderator, second, doubtful, desk):
    second.says(toxicity=0.02)
    assert platform.post("/v1/comments", COMMENT).get_json()["verdict"] == "approve"
    kept = platform.get("/v1/comments/c-1").get_json()
    assert (kept["state"], kept["second_opinion"], kept["scores"]["toxicity"]) == ("approved", "second-fake", 0.02)
    story = moderator.get("/v1/comments/c-1/trace").get_json()
    assert story["comment"]["second_opinion"] == "second-fake"
    assert desk.store.comments.get(SITE, "c-1").assessment.first_scores["toxicity"] == pytest.approx(0.3)


def test_it_is_never_alone_the_ground_for_a_rejection(platform, scorer, second):
    scorer.says(toxicity=0.1)
    second.says(toxicity=0.999)
    answer = platform.post("/v1/comments", COMMENT).get_json()
    assert (answer["verdict"], answer["second_opinion"]) == ("review", "second-fake")
    assert "limit for review" in answer["reasons"][0]["text"]


def test_a_claim_shows_it(platform, moderator, doubtful):
    platform.post("/v1/comments", COMMENT)
    [claimed] = moderator.post("/v1/claims", {}).get_json()["comments"]
    assert (claimed["second_opinion"], claimed["reasons"][0]["model"]) == ("second-fake", "second-fake")


def test_the_same_comment_again_gets_the_same_answer(platform, second, doubtful):
    first = platform.post("/v1/comments", COMMENT)
    second.says(toxicity=0.02)
    again = platform.post("/v1/comments", COMMENT)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()


def test_an_edit_is_asked_about_too(platform, second, doubtful):
    platform.post("/v1/comments", COMMENT)
    second.says(toxicity=0.02)
    edited = {"text": "You should have read it first."}
    first, again = platform.put("/v1/comments/c-1", edited), platform.put("/v1/comments/c-1", edited)
    assert first.get_json()["verdict"] == "approve"
    assert again.get_json() == first.get_json()
    assert second.asked[1] == edited["text"]


def test_past_the_time_limit_a_comment_waits_for_review_and_a_worker_asks(platform, desk, doubtful, busy):
    answer = platform.post("/v1/comments", COMMENT).get_json()
    assert (answer["verdict"], answer["second_opinion"]) == ("review", None)
    assert [reason["code"] for reason in answer["reasons"]] == ["second_opinion", "score"]
    assert answer["reasons"][0]["text"] == "Waits for a second opinion."
    assert answer["reasons"][0]["model"] is None
    assert desk.store.seconds.waiting([SITE], 10) == {SITE: ["c-1"]}
    assert metric(platform, 'parley_second_opinions_total{outcome="deferred"}') == 1


def test_a_worker_asks_about_all_where_that_is_its_task(elsewhere, desk, scorer, second):
    scorer.says(toxicity=0.1)
    answer = elsewhere.post("/v1/comments", COMMENT).get_json()
    assert (answer["verdict"], answer["reasons"][0]["code"], second.asked) == ("review", "second_opinion", [])
    assert elsewhere.post("/v1/comments", COMMENT).get_json() == answer
    assert desk.store.seconds.waiting([SITE], 10) == {SITE: ["c-1"]}


def test_a_comment_that_another_attribute_holds_is_not_put_off(elsewhere, scorer, desk):
    scorer.says(spam=0.5, toxicity=0.3)
    answer = elsewhere.post("/v1/comments", COMMENT).get_json()
    assert [reason["code"] for reason in answer["reasons"]] == ["score", "score"]
    assert desk.store.seconds.waiting([SITE], 10) == {}


def test_when_it_fails_the_first_verdict_stands(platform, second, doubtful):
    second.fails(ValueError("You could have read"))
    with capture_logs() as lines:
        answer = platform.post("/v1/comments", COMMENT).get_json()
    assert (answer["verdict"], answer["second_opinion"], answer["reasons"][0]["code"]) == ("review", None, "score")
    assert [line["error"] for line in lines if line["event"] == "second.failed"] == ["ValueError"]
    assert "could have read" not in str(lines)
    assert metric(platform, 'parley_second_opinions_total{outcome="failed"}') == 1


def test_what_was_asked_is_counted_and_timed(platform, doubtful):
    platform.post("/v1/comments", COMMENT)
    assert metric(platform, 'parley_second_opinions_total{outcome="asked"}') == 1
    assert metric(platform, "parley_second_opinion_seconds_count") == 1


def test_a_batch_asks_some_at_a_time(platform, second, doubtful):
    comments = [{"id": f"c-{number}", "text": f"Read {number}."} for number in range(AT_ONCE + 3)]
    answer = platform.post("/v1/comments/batch", {"comments": comments}).get_json()
    assert [len(lot) for lot in second.lots] == [AT_ONCE, 3]
    assert {entry["comment"]["second_opinion"] for entry in answer["comments"]} == {"second-fake"}
    again = platform.post("/v1/comments/batch", {"comments": comments}).get_json()
    assert [entry["comment"] for entry in again["comments"]] == [entry["comment"] for entry in answer["comments"]]


def test_a_batch_that_runs_out_of_time_asks_once_and_puts_the_rest_off(platform, second, doubtful, desk, monkeypatch):
    real = second.revise

    def slow(texts: Sequence[str], first: Sequence[Mapping[str, float]], own: SentenceHeads) -> list[dict[str, float]]:
        threading.Event().wait(0.3)
        return real(texts, first, own)

    monkeypatch.setattr(second, "revise", slow)
    comments = [{"id": f"c-{number}", "text": f"Read {number}."} for number in range(AT_ONCE + 2)]
    answer = platform.post("/v1/comments/batch", {"comments": comments}).get_json()
    asked = [entry["comment"]["second_opinion"] for entry in answer["comments"]]
    assert asked == ["second-fake"] * AT_ONCE + [None] * 2
    assert desk.store.seconds.waiting([SITE], 100) == {SITE: ["c-16", "c-17"]}


def test_a_comment_in_doubt_holds_up_no_other(platform, desk, scorer, doubtful, monkeypatch):
    began, may_end, real = threading.Event(), threading.Event(), desk.adviser.ask

    def ask(*asked):
        began.set()
        assert may_end.wait(10)
        return real(*asked)

    monkeypatch.setattr(desk.adviser, "ask", ask)
    waits = threading.Thread(target=platform.post, args=("/v1/comments", COMMENT))
    waits.start()
    assert began.wait(10)
    scorer.says(**BEYOND_DOUBT)
    assert platform.post("/v1/comments", {"id": "c-2", "text": "Thanks."}).get_json()["verdict"] == "approve"
    assert waits.is_alive()
    may_end.set()
    waits.join(10)
    assert platform.get("/v1/comments/c-1").get_json()["second_opinion"] == "second-fake"


def test_a_verdict_is_foreseen_by_both(platform, second, doubtful):
    answer = platform.post("/v1/verdicts", {"text": COMMENT["text"]}).get_json()
    assert (answer["verdict"], answer["second_opinion"]) == ("review", "second-fake")
    second.says(toxicity=0.02)
    assert platform.post("/v1/verdicts", {"text": COMMENT["text"]}).get_json()["because"] is None


def test_a_verdict_that_cannot_wait_is_that_of_the_first_model(platform, doubtful, busy):
    answer = platform.post("/v1/verdicts", {"text": COMMENT["text"]}).get_json()
    assert (answer["second_opinion"], answer["reasons"][0]["model"]) == (None, "fake-1")
    assert answer["reasons"][0]["code"] == "score"


def test_scores_are_those_that_a_comment_would_show(platform, second, doubtful):
    shown = platform.post("/v1/comments", COMMENT).get_json()["scores"]
    [result] = platform.post("/v1/scores", {"text": COMMENT["text"]}).get_json()["results"]
    assert (result["scores"], result["second_opinion"]) == (shown, "second-fake")


def test_spans_are_those_of_the_model_that_had_the_last_word(platform, doubtful):
    body = {"text": "Some eight or nine words", "spans": True, "attributes": ["toxicity", "spam"]}
    [result] = platform.post("/v1/scores", body).get_json()["results"]
    toxicity, spam = result["explanations"]["toxicity"], result["explanations"]["spam"]
    assert (toxicity["model"], toxicity["spans"][0]["end"]) == ("second-fake", 12)
    assert (spam["model"], spam["spans"][0]["end"]) == ("fake-1", 24)


def test_a_draft_of_a_policy_is_tried_on_a_text_with_both(platform, admin, doubtful):
    draft = {"text": COMMENT["text"], "thresholds": {"toxicity": {"review": 0.4, "reject": 0.9}}}
    text = admin.post("/v1/policy/preview", draft).get_json()["text"]
    assert (text["second_opinion"], text["reasons"][0]["threshold"]) == ("second-fake", 0.4)


def test_how_many_wait_is_shown_to_who_watches(elsewhere, doubtful):
    elsewhere.post("/v1/comments", COMMENT)
    assert metric(elsewhere, 'parley_second_opinions_waiting{site="gazette"}') == 1


@pytest.mark.parametrize("mode", ["off", "worker", "inline"])
def test_what_runs_the_model_is_not_imported_without_a_model(tmp_path, mode):
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1", "PARLEY_SECRET": "s" * 32}
    environment |= {"PARLEY_SECOND_OPINION": mode, "PARLEY_SECOND_MODEL": str(tmp_path)}
    script = """
import sys
from service.app import create_app
app = create_app()
app.extensions["adviser"].start()
print(any(name in sys.modules for name in ("onnxruntime", "tokenizers")))
"""
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.split() == ["False"]
