import threading

import pytest
import structlog

from service.errors import StoreUnavailable
from service.workers.duty import LONGEST_PAUSE_SECONDS, repeat


class Script:
    """Does one thing after another, then asks to stop; remembers the pauses."""

    def __init__(self, *steps: Exception | None) -> None:
        self.steps = list(steps)
        self.stop = threading.Event()
        self.pauses: list[float] = []

    def duty(self) -> None:
        step = self.steps.pop(0)
        if not self.steps:
            self.stop.set()
        if step:
            raise step

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def play(self) -> list[str]:
        with structlog.testing.capture_logs() as logs:
            repeat("sweep", self.duty, 0.5, self.stop, self.pause)
        return [line["event"] for line in logs]


def test_a_duty_is_repeated_until_it_is_told_to_stop():
    script = Script(None, None, None)
    assert script.play() == []
    assert script.steps == []


def test_nothing_a_duty_raises_ends_it():
    script = Script(StoreUnavailable(), ValueError("x"), KeyError("y"), None)
    script.play()
    assert script.steps == []


def test_the_pause_grows_with_failures_and_has_a_limit():
    script = Script(*[StoreUnavailable()] * 4, None)
    script.play()
    assert script.pauses == [1.0, 2.0, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, 0.5]


def test_a_rare_duty_does_not_get_frequent_by_failing():
    stop = threading.Event()
    pauses = []

    def fail() -> None:
        stop.set()
        raise StoreUnavailable

    repeat("rewrite", fail, 3600, stop, pauses.append)
    assert pauses == [3600]


def test_an_outage_is_told_once_and_so_is_its_end():
    script = Script(StoreUnavailable(), StoreUnavailable(), StoreUnavailable(), None, None)
    assert script.play() == ["duty.interrupted", "duty.resumed"]


def test_an_unexpected_error_is_told_every_time():
    assert Script(ValueError("x"), ValueError("x"), None).play() == ["duty.failed", "duty.failed", "duty.resumed"]


@pytest.mark.parametrize("seconds", [60])
def test_a_pause_ends_when_told_to_stop(seconds):
    stop = threading.Event()
    thread = threading.Thread(target=repeat, args=("sweep", lambda: None, seconds, stop))
    thread.start()
    stop.set()
    thread.join(1)
    assert not thread.is_alive()
