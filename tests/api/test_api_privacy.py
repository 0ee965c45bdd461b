"""A comment's text and its author's details never reach a log, a metric or an event."""

import logging

import pytest
from structlog.testing import capture_logs

SECRETS = {
    "text": "meet-me-at-the-old-harbour",
    "name": "Anahit-Secretive",
    "email": "anahit@private.example",
    "ip": "203.0.113.99",
    "url": "https://private.example/anahit",
}
COMMENT = {
    "id": "c-1",
    "text": SECRETS["text"],
    "author": {name: SECRETS[name] for name in ("name", "email", "ip", "url")},
}


@pytest.fixture
def whole_life(platform, moderator, scorer, caplog):
    """Lead a comment with secrets through everything that logs, and return what was logged."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        scorer.says(insult=0.7)
        platform.post("/v1/comments", COMMENT)
        platform.post("/v1/comments", {**COMMENT, "text": SECRETS["text"] + "!"})
        platform.post("/v1/comments/batch", {"comments": [{**COMMENT, "id": "c-2"}, {**COMMENT, "id": "c 3"}]})
        platform.post("/v1/comments", {**COMMENT, "text": SECRETS["text"] + "\x00"})
        platform.put("/v1/comments/c-1", {"text": SECRETS["text"] + " again", "author": COMMENT["author"]})
        token = moderator.post("/v1/claims", {}).get_json()["token"]
        entry = {"id": "c-1", "decision": "reject", "reason": "insult", "note": SECRETS["text"]}
        moderator.post("/v1/decisions", {"claim": token, "decisions": [entry]})
        platform.post("/v1/comments/c-1/appeal", {"note": SECRETS["text"]})
        scorer.fails(ValueError(SECRETS["text"]))
        platform.post("/v1/comments", {**COMMENT, "id": "c-4"})
        platform.post("/v1/scores", {"text": SECRETS["text"]})
        platform.delete("/v1/comments/c-1")
    return [*map(str, logs), caplog.text]


def test_no_log_line_tells_a_secret(whole_life):
    assert any("comment.scored" in line for line in whole_life)
    assert any("scorer.failed" in line for line in whole_life)
    assert not told_in("".join(whole_life))


def test_a_comment_is_logged_by_id_verdict_model_and_time(platform):
    with capture_logs() as logs:
        platform.post("/v1/comments", COMMENT, headers={"X-Request-ID": "req-1"})

    [line] = [line for line in logs if line["event"] == "comment.scored"]
    assert (line["comment_id"], line["verdict"], line["model"], line["request_id"]) == (
        "c-1",
        "approve",
        "fake-1",
        "req-1",
    )
    assert line["ms"] > 0


@pytest.mark.usefixtures("whole_life")
def test_no_event_tells_a_secret(moderator, raw):
    shown = moderator.get("/v1/events?limit=1000").get_data(as_text=True)
    kept = str(raw.xrange("p:{gazette}:events"))

    assert "c-1" in shown
    assert not told_in(shown + kept)


@pytest.mark.usefixtures("whole_life")
def test_no_metric_tells_a_secret_or_an_id(app):
    shown = app.test_client().get("/metrics").get_data(as_text=True)

    assert "parley_comments_total" in shown
    assert not told_in(shown)
    assert "c-1" not in shown


def told_in(text: str) -> list[str]:
    return [secret for secret in SECRETS.values() if secret in text]
