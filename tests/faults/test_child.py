"""How a part is kept running, by a clock that the test moves."""

import sys
from dataclasses import dataclass, field

import pytest

from service.errors import DataLocked, EngineRefused, SetupError
from service.workers.child import Child, Kept
from tests.faults.running import children, eventually, is_running


@dataclass
class Part:
    """Does as the test says."""

    refusal: SetupError | None = None
    ready: bool = True
    killed: bool = True
    running: bool = False
    launches: list[float] = field(default_factory=list)
    now: float = 100.0

    def launch(self) -> None:
        if self.refusal:
            raise self.refusal
        self.launches.append(self.now)
        self.running = True

    def alive(self) -> bool:
        return self.running

    def is_ready(self) -> bool:
        return self.ready

    def was_killed(self) -> bool:
        return self.killed

    def last_words(self) -> str:
        return "exit code 3"


@pytest.fixture
def part():
    return Part()


@pytest.fixture
def kept(part):
    """A part that was launched and found ready."""
    kept = Kept("web", part, clock=lambda: part.now)
    kept.tend()
    kept.tend()
    return kept


def pass_time(kept: Kept, part: Part, seconds: float) -> None:
    end = part.now + seconds
    while part.now < end:
        part.now += 0.05
        kept.tend()


def test_a_part_that_runs_is_left_alone(kept, part):
    pass_time(kept, part, 60)
    assert part.launches == [100.0]


def seconds_until_launched(kept: Kept, part: Part) -> float:
    part.running = False
    ended_at = part.now
    while not part.running:
        kept.tend()
        part.now += 0.01
    return round(part.now - ended_at, 1)


def test_a_part_that_ends_again_and_again_is_launched_ever_later_up_to_ten_seconds(kept, part):
    waits = [seconds_until_launched(kept, part) for _ in range(8)]
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_part_that_ran_for_long_is_launched_soon(kept, part):
    for _ in range(5):
        seconds_until_launched(kept, part)
    pass_time(kept, part, 11)
    assert seconds_until_launched(kept, part) == 0.2


def test_a_part_that_is_killed_before_it_is_ready_is_tried_again(part):
    part.ready = False
    kept = Kept("web", part, clock=lambda: part.now)
    kept.tend()
    part.running = False
    pass_time(kept, part, 1)
    assert len(part.launches) == 2


def test_a_part_that_ends_by_itself_before_it_is_ready_is_given_up(part):
    part.ready = part.killed = False
    kept = Kept("web", part, clock=lambda: part.now)
    kept.tend()
    part.running = False
    with pytest.raises(SetupError, match="web process ended before it was ready: exit code 3"):
        kept.tend()


def test_a_locked_data_folder_is_waited_for_and_then_told(part):
    part.refusal = DataLocked("somebody else's")
    kept = Kept("redis", part, clock=lambda: part.now)
    pass_time(kept, part, 29)
    with pytest.raises(DataLocked, match="somebody else's"):
        pass_time(kept, part, 30)


def test_a_part_that_ran_once_is_never_given_up(kept, part):
    part.running = False
    part.refusal = EngineRefused("the program is being replaced")
    pass_time(kept, part, 300)
    part.refusal = None
    pass_time(kept, part, 11)
    assert part.running


def test_what_a_killed_child_left_behind_is_ended_before_the_next_starts():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    child = Child([sys.executable, "-c", code], dict)
    child.launch()
    eventually(lambda: children(child._process.pid))
    left = children(child._process.pid)
    child._process.kill()
    child._process.wait()
    child.launch()
    eventually(lambda: not is_running(left[0]))
    child.end_now()
    assert not child.alive()
