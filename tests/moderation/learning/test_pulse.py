import time

import pytest

from models.errors import Cancelled
from service.errors import StoreUnavailable
from service.moderation.learning import pulse
from service.moderation.learning.pulse import Pulse


class Jobs:
    """Answers beats as told, and remembers them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.beats = []

    def beat(self, site, token, stage, share):
        self.beats.append((site, token, stage, share))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.01)


def wait_for(reached):
    deadline = time.monotonic() + 2
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_it_says_how_far_the_work_is_while_the_work_goes_on():
    jobs = Jobs(True)
    with Pulse(jobs, "gazette", "token") as beating:
        assert beating.tell("learning", 0.25)
        wait_for(lambda: ("gazette", "token", "learning", 0.25) in jobs.beats)


def test_a_store_that_is_away_for_a_moment_stops_nothing():
    with Pulse(Jobs(StoreUnavailable(), StoreUnavailable(), True), "gazette", "token") as beating:
        wait_for(lambda: len(beating._jobs.beats) > 3)
        assert beating.tell("learning", 0.5)
        beating.must("measuring", 0.6)


def test_work_that_nobody_wants_any_more_is_told_to_stop_and_no_beat_follows():
    jobs = Jobs(True, False)
    with Pulse(jobs, "gazette", "token") as beating:
        wait_for(lambda: not beating.tell("learning", 0.5))
        with pytest.raises(Cancelled):
            beating.must("measuring", 0.6)
    count = len(jobs.beats)
    time.sleep(0.05)
    assert len(jobs.beats) == count
