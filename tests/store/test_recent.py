import threading

import pytest

from service.errors import StoreUnavailable
from service.store.recent import Recent


class Shelf:
    """A slow source that counts how often it is asked, and can go away."""

    def __init__(self) -> None:
        self.values: dict[str, int | None] = {"a": 1, "b": 2, "c": 3}
        self.asked: list[str] = []
        self.away = False

    def load(self, key: str) -> int | None:
        self.asked.append(key)
        if self.away:
            raise StoreUnavailable
        return self.values.get(key)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(shelf: Shelf, clock: Clock) -> Recent[str, int | None]:
    return Recent(shelf.load, fresh_seconds=2, stale_seconds=60, max_entries=2, clock=clock)


def test_a_fresh_value_is_not_read_again(recent, shelf, clock):
    assert [recent.get("a"), recent.get("a")] == [1, 1]
    clock.now += 1.9
    assert recent.get("a") == 1
    assert shelf.asked == ["a"]


def test_a_value_older_than_its_freshness_is_read_again(recent, shelf, clock):
    recent.get("a")
    shelf.values["a"] = 9
    clock.now += 2
    assert recent.get("a") == 9


def test_an_old_value_stands_in_while_the_store_is_away(recent, shelf, clock):
    recent.get("a")
    shelf.away = True
    clock.now += 59
    assert recent.get("a") == 1


def test_a_store_that_is_away_is_asked_once_per_period_of_freshness(recent, shelf, clock):
    recent.get("a")
    shelf.away = True
    clock.now += 10
    assert [recent.get("a") for _ in range(5)] == [1] * 5
    assert shelf.asked == ["a", "a"]


def test_a_value_past_the_limit_is_not_answered(recent, shelf, clock):
    recent.get("a")
    shelf.away = True
    clock.now += 61
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            recent.get("a")


def test_an_unknown_value_is_not_invented_while_the_store_is_away(recent, shelf):
    shelf.away = True
    with pytest.raises(StoreUnavailable):
        recent.get("a")


def test_the_longest_unused_value_leaves_first(recent, shelf):
    for key in "abac":
        recent.get(key)
    shelf.asked.clear()
    recent.get("a")
    recent.get("b")
    assert shelf.asked == ["b"]


def test_a_forgotten_value_is_read_again(recent, shelf):
    recent.get("a")
    shelf.values["a"] = 5
    recent.forget("a")
    assert recent.get("a") == 5


def test_a_value_that_is_not_to_be_kept_is_answered_each_time_anew(shelf, clock):
    recent = Recent(shelf.load, fresh_seconds=2, stale_seconds=60, keeps=lambda value: value is not None, clock=clock)
    assert [recent.get("z"), recent.get("z")] == [None, None]
    assert shelf.asked == ["z", "z"]


def test_one_thread_reads_while_the_others_use_what_they_have(clock):
    entered, leave = threading.Event(), threading.Event()
    asked = []

    def load(key: str) -> int:
        asked.append(key)
        if len(asked) == 2:
            entered.set()
            assert leave.wait(5)
        return len(asked)

    recent = Recent(load, fresh_seconds=2, stale_seconds=60, clock=clock)
    recent.get("a")
    clock.now += 3
    reader = threading.Thread(target=recent.get, args=("a",))
    reader.start()
    assert entered.wait(5)
    assert recent.get("a") == 1
    leave.set()
    reader.join(5)
    assert recent.get("a") == 2
    assert asked == ["a", "a"]
