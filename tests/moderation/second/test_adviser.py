"""Who gives second opinions: bounded in number and time, and never a reason for a comment to fail."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.errors import ModelDamaged, OpinionUnavailable
from models.second.sentences import SentenceHeads
from service.moderation.second.adviser import LINE, Elsewhere, ModelAdviser, NoAdviser, Silence, adviser_of
from service.moderation.second.doubt import HEADS
from tests.fakes import FakeSecond

ROW = dict.fromkeys(HEADS, 0.3)


class Slow(FakeSecond):
    """Hold whoever asks until it may go on."""

    def __init__(self) -> None:
        super().__init__(toxicity=0.5)
        self.began, self.may_end = threading.Event(), threading.Event()

    def revise(
        self, texts: Sequence[str], first: Sequence[Mapping[str, float]], own: SentenceHeads
    ) -> list[dict[str, float]]:
        self.began.set()
        assert self.may_end.wait(10)
        return super().revise(texts, first, own)


@pytest.fixture
def counted():
    return []


def adviser(model: FakeSecond, counted: list | None = None, at_once: int = 1) -> ModelAdviser:
    made = ModelAdviser(lambda: model, at_once)
    if counted is not None:
        made.observe = lambda outcome, texts, seconds: counted.append((outcome, texts))
    return made


def test_the_scores_of_both_come_back_with_four_decimals(counted):
    [row] = adviser(FakeSecond(toxicity=0.123456), counted).ask(["A text."], [ROW], 0.1)
    assert (row["toxicity"], row["insult"]) == (0.1235, 0.3)
    assert counted == [("asked", 1)]


def test_who_comes_while_another_is_asked_waits_no_longer_than_told(counted):
    slow = Slow()
    asked = adviser(slow, counted)
    thread = threading.Thread(target=asked.ask, args=(["One."], [ROW], 0.1))
    thread.start()
    assert slow.began.wait(10)
    assert asked.ask(["Two."], [ROW], 0.01) is Silence.BUSY
    slow.may_end.set()
    thread.join(10)
    assert asked.ask(["Three."], [ROW], 0.01) is not Silence.BUSY
    assert counted == [("deferred", 1), ("asked", 1), ("asked", 1)]


def test_where_the_line_is_long_nobody_waits_for_the_threads_are_for_all(counted):
    slow = Slow()
    asked = adviser(slow, counted)
    line = [threading.Thread(target=asked.ask, args=(["One."], [ROW], 10.0)) for _ in range(LINE)]
    for thread in line:
        thread.start()
    assert slow.began.wait(10)
    while asked._line._value:
        threading.Event().wait(0.001)
    began = time.monotonic()
    assert asked.ask(["One more."], [ROW], 10.0) is Silence.BUSY
    assert time.monotonic() - began < 5
    slow.may_end.set()
    for thread in line:
        thread.join(10)
    assert sorted(counted) == [*[("asked", 1)] * LINE, ("deferred", 1)]
    assert asked.ask(["One more."], [ROW], 0.0) is not Silence.BUSY


def test_an_explanation_holds_up_no_opinion_and_is_not_begun_too_late():
    slow = Slow()
    asked = adviser(slow)
    thread = threading.Thread(target=asked.ask, args=(["One."], [ROW], 0.1))
    thread.start()
    assert slow.began.wait(10)
    assert asked.explain("Some words.", "toxicity", ROW, 0.1)
    assert asked.explain("Some words.", "toxicity", ROW, 0.0) is None
    slow.may_end.set()
    thread.join(10)


def test_as_many_are_asked_at_once_as_are_allowed():
    slow = Slow()
    asked = adviser(slow, at_once=2)
    thread = threading.Thread(target=asked.ask, args=(["One."], [ROW], 0.1))
    thread.start()
    assert slow.began.wait(10)
    slow.may_end.set()
    assert asked.ask(["Two."], [ROW], 0.0) is not Silence.BUSY
    thread.join(10)


def test_a_failure_is_logged_without_the_text_and_the_next_one_is_asked(counted):
    model = FakeSecond()
    model.fails(ValueError("the comment said: meet me at the harbour"))
    asked = adviser(model, counted)
    with capture_logs() as lines:
        assert asked.ask(["Meet me at the harbour."], [ROW], 0.1) is Silence.FAILED
    assert [(line["event"], line["error"]) for line in lines] == [("second.failed", "ValueError")]
    assert "harbour" not in str(lines)
    model.fails(None)
    assert asked.ask(["Another."], [ROW], 0.1) == [ROW]
    assert counted == [("failed", 1), ("asked", 1)]


@pytest.mark.parametrize("wrong", [{"toxicity": 1.5}, {"toxicity": float("nan")}, {"novel": 0.5}])
def test_an_opinion_that_is_none_counts_as_a_failure(wrong):
    assert adviser(FakeSecond(**wrong)).ask(["A text."], [ROW], 0.1) is Silence.FAILED


@pytest.mark.parametrize("error", [OpinionUnavailable("no package"), ModelDamaged("bad hash"), RuntimeError("?")])
def test_a_model_that_cannot_be_loaded_is_told_once_and_never_asked(error):
    def load() -> FakeSecond:
        raise error

    asked = ModelAdviser(load)
    with capture_logs() as lines:
        asked.start()
        asked.start()
        assert asked.ask(["A text."], [ROW], 0.1) is Silence.FAILED
    assert [line["event"] for line in lines] == ["second.unavailable"]
    assert "PARLEY_SECOND_OPINION" in lines[0]["advice"]
    assert asked.heads == ()


def test_a_model_is_loaded_once_by_the_process_that_starts_or_by_the_first_question():
    loaded = []
    asked = ModelAdviser(lambda: loaded.append(os.getpid()) or FakeSecond())
    assert loaded == []
    asked.ask(["A text."], [ROW], 0.1)
    asked.start()
    assert loaded == [os.getpid()]
    assert asked.version == "second-fake"


def test_a_child_loads_its_own():
    asked = ModelAdviser(lambda: FakeSecond())
    asked.start()
    if (child := os.fork()) == 0:
        os._exit(0 if asked._model is None and asked.ask(["A text."], [ROW], 0.1) == [ROW] else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_an_explanation_that_fails_or_comes_too_late_is_none():
    model = FakeSecond()
    asked = adviser(model)
    assert asked.explain("Some words.", "toxicity", ROW, 0.1).probability == 0.8
    model.fails(ValueError())
    assert asked.explain("Some words.", "toxicity", ROW, 0.1) is None


def test_who_is_asked_is_a_setting(tmp_path: Path):
    kinds = [type(adviser_of(mode, tmp_path, lambda _: FakeSecond())) for mode in ("off", "inline", "worker")]
    assert kinds == [NoAdviser, ModelAdviser, Elsewhere]
    with capture_logs() as lines:
        assert isinstance(adviser_of("worker", tmp_path / "none", lambda _: FakeSecond()), NoAdviser)
    assert [line["event"] for line in lines] == ["second.unavailable"]
