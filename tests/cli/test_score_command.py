import json

import pytest

from service.cli import score as score_module
from service.cli.score import AT_ONCE
from service.moderation.second.adviser import ModelAdviser
from tests.fakes import FakeScorer, FakeSecond


@pytest.fixture
def scorer(monkeypatch) -> FakeScorer:
    scorer = FakeScorer()
    monkeypatch.setattr(score_module.Classifier, "load", lambda _path: scorer)
    return scorer


def lines(*comments: object) -> bytes:
    return b"".join(json.dumps(comment).encode() + b"\n" for comment in comments)


def answers(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_line_gets_scores_verdict_and_model(parley, scorer):
    scorer.says(insult=0.99)
    result = parley("score", stdin=lines({"id": "c-1", "text": "Buy now"}, {"id": 7, "text": "Buy soon"}))
    assert result.exit_code == 0
    first, second = answers(result)
    assert (first["id"], first["verdict"], first["model"]) == ("c-1", "reject", "fake-1")
    assert first["scores"]["insult"] == pytest.approx(0.99)
    assert second["id"] == 7


def test_nothing_is_printed_beside_the_answers_behind_a_pipe(parley, scorer):
    assert parley("score", stdin=lines({"id": "c-1", "text": "Good morning"})).stderr == ""


def test_more_than_one_batch_keeps_the_order(parley, scorer):
    many = [{"id": f"c-{n}", "text": "Good morning"} for n in range(2 * AT_ONCE + 3)]
    result = parley("score", stdin=lines(*many))
    assert [answer["id"] for answer in answers(result)] == [comment["id"] for comment in many]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"{oops", "line 2: not JSON"),
        (b'{"id": "c-2"}', "line 2: text: Field required"),
        (b'{"id": "c-2", "text": 5}', "line 2: text: Input should be a valid string"),
        (b"[]", "line 2: Input should be a valid dictionary"),
        (b'{"id": "c-2", "text": "\xff"}', "line 2: not JSON"),
        (b'{"id": "c-2", "text": "x", "author": {"name": 1}}', "line 2: author.name: Input should be a valid string"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_scored(parley, scorer, bad, problem):
    good = lines({"id": "c-1", "text": "Good morning"})
    result = parley("score", stdin=good + bad + b"\n\n" + good)
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers(result)] == ["c-1", "c-1"]
    assert result.stderr.startswith(problem)
    assert result.stderr.endswith("Error: 1 of 3 lines could not be read\n")


def test_what_a_bad_line_says_is_not_repeated(parley, scorer):
    result = parley("score", stdin=b'{"id": "c-2", "text": ["a secret sentence"]}\n{"secret word": oops}\n')
    assert "secret" not in result.stderr


def test_a_policy_of_ones_own_is_used(parley, scorer, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text('{"thresholds": {"spam": {"review": 0.001, "reject": 1.0}}, "rules": []}')
    result = parley("score", "--policy", str(path), stdin=lines({"id": "c-1", "text": "Good morning"}))
    assert answers(result)[0]["verdict"] == "review"


def test_rules_of_the_policy_look_at_the_author(parley, scorer, tmp_path):
    path = tmp_path / "policy.json"
    rule = {"name": "us", "field": "author.email", "match": "domain", "values": ["courier.example"]}
    path.write_text(json.dumps({"thresholds": {}, "rules": [rule | {"verdict": "reject"}]}))
    theirs = {"id": "c-1", "text": "Hello", "author": {"email": "ann@courier.example", "shoe_size": 39}}
    result = parley("score", "--policy", str(path), stdin=lines(theirs, {"id": "c-2", "text": "Hello"}))
    assert [answer["verdict"] for answer in answers(result)] == ["reject", "approve"]


def test_no_input_is_no_error(parley, scorer):
    result = parley("score", stdin=b"")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_folder_without_a_model_is_told_in_one_line(program, tmp_path):
    (tmp_path / "empty").mkdir()
    result = program("score", "--model", str(tmp_path / "empty"))
    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_the_shipped_model_scores_without_any_server(program):
    comments = '{"id": "c-1", "text": "Thank you for this careful report."}\n'
    result = program("score", stdin=comments, REDIS_URL="redis://127.0.0.1:1")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["verdict"] == "approve"


def test_the_second_model_is_asked_on_request_about_what_is_in_doubt(parley, scorer, monkeypatch):
    second = FakeSecond(insult=0.02)
    monkeypatch.setattr(score_module, "_adviser", lambda *_: ModelAdviser(lambda: second))
    scorer.says(insult=0.3, threat=0.001, severe_toxicity=0.001)
    comment = lines({"id": "c-1", "text": "Read it first."})
    [alone] = answers(parley("score", stdin=comment))
    [both] = answers(parley("score", "--second-opinion", stdin=comment))
    assert (alone["verdict"], alone["second_opinion"]) == ("review", None)
    assert (both["verdict"], both["second_opinion"], both["scores"]["insult"]) == ("approve", "second-fake", 0.02)
    assert second.asked == ["Read it first."]


def test_a_second_model_that_cannot_be_loaded_is_said_at_once(parley, tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_SECOND_MODEL", str(tmp_path))
    result = parley("score", "--second-opinion", stdin=lines({"id": "c-1", "text": "Read it first."}))
    assert result.exit_code == 1
    assert "holds no second model" in result.stderr
