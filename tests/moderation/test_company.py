"""Going together: at once when alone, in one trip when many wait, and nobody pays for another's misfortune."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from service.moderation import company
from service.moderation.company import Company, Road

LIMIT_SECONDS = 10


class Trips:
    """Work that notes who went together; the first trip takes until it is let go."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.began, self.may_end = threading.Event(), threading.Event()
        self.refuses: Callable[[Sequence[str]], BaseException | None] = lambda _: None

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.made.append(list(items))
        if len(self.made) == 1:
            self.began.set()
            assert self.may_end.wait(LIMIT_SECONDS)
        if error := self.refuses(items):
            raise error
        return [item.upper() for item in items]


@pytest.fixture
def road() -> Road[str, str]:
    return Road()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Trips:
    monkeypatch.setattr(company, "PATIENCE_SECONDS", LIMIT_SECONDS)
    return Trips()


@pytest.fixture
def pool() -> ThreadPoolExecutor:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def behind(road: Road[str, str], trips: Trips, pool: ThreadPoolExecutor, *items: str) -> list[Future[str]]:
    """Send "first" off, and `items` while it is on its way; return all their answers to come."""
    going = [pool.submit(road.go, "first", trips)]
    assert trips.began.wait(LIMIT_SECONDS)
    for item in items:
        seats = len(road._waiting)
        going.append(pool.submit(road.go, item, trips))
        while len(road._waiting) == seats:
            threading.Event().wait(0.001)
    return going


def test_who_finds_the_road_free_goes_at_once_and_alone(road: Road[str, str], trips: Trips) -> None:
    trips.may_end.set()

    assert [road.go("a", trips), road.go("b", trips)] == ["A", "B"]

    assert trips.made == [["a"], ["b"]]


def test_those_who_come_meanwhile_go_together_in_the_order_they_came(
    road: Road[str, str], trips: Trips, pool: ThreadPoolExecutor
) -> None:
    going = behind(road, trips, pool, "a", "b", "c")

    trips.may_end.set()

    assert [one.result(LIMIT_SECONDS) for one in going] == ["FIRST", "A", "B", "C"]
    assert trips.made == [["first"], ["a", "b", "c"]]
    assert road.go("later", trips) == "LATER"


def test_where_the_work_fails_each_does_it_alone(road: Road[str, str], trips: Trips, pool: ThreadPoolExecutor) -> None:
    trips.refuses = lambda items: ValueError("no b") if "b" in items else None
    first, a, b, c = behind(road, trips, pool, "a", "b", "c")

    trips.may_end.set()

    assert [one.result(LIMIT_SECONDS) for one in (first, a, c)] == ["FIRST", "A", "C"]
    with pytest.raises(ValueError, match="no b"):
        b.result(LIMIT_SECONDS)
    assert sorted(trips.made[2:]) == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize("dies_in", [1, 2])
def test_a_leader_that_dies_leaves_nobody_waiting(
    road: Road[str, str], trips: Trips, pool: ThreadPoolExecutor, dies_in: int
) -> None:
    trips.refuses = lambda _: SystemExit() if len(trips.made) == dies_in else None
    going = behind(road, trips, pool, "a", "b", "c")
    leader = going.pop(dies_in - 1)

    trips.may_end.set()

    living = {"FIRST", "A", "B", "C"} - {("FIRST", "A")[dies_in - 1]}
    assert {one.result(LIMIT_SECONDS) for one in going} == living
    with pytest.raises(SystemExit):
        leader.result(LIMIT_SECONDS)
    assert road.go("later", trips) == "LATER"


def test_nobody_waits_long_for_a_trip_that_takes_long(
    road: Road[str, str], trips: Trips, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company, "PATIENCE_SECONDS", 0.02)
    first, a, b = behind(road, trips, pool, "a", "b")

    assert [one.result(LIMIT_SECONDS) for one in (a, b)] == ["A", "B"]

    assert not first.done()
    trips.may_end.set()
    assert first.result(LIMIT_SECONDS) == "FIRST"
    assert trips.made[0] == ["first"]
    assert sorted(trips.made[1:]) == [["a"], ["b"]]


def test_roads_of_different_names_do_not_wait_for_each_other(trips: Trips, pool: ThreadPoolExecutor) -> None:
    one = Company()
    going = behind(one.road("a"), trips, pool)

    assert one.road("b").go("b", trips) == "B"

    assert one.road("a") is one.road("a") is not one.road("b")
    trips.may_end.set()
    assert going[0].result(LIMIT_SECONDS) == "FIRST"


def test_under_a_crowd_every_one_gets_its_own_answer(road: Road[str, str], pool: ThreadPoolExecutor) -> None:
    sizes: list[int] = []

    def work(items: Sequence[str]) -> list[str]:
        sizes.append(len(items))
        threading.Event().wait(0.001)
        return [item * 2 for item in items]

    answers = pool.map(lambda number: road.go(str(number), work), range(400))

    assert list(answers) == [str(number) * 2 for number in range(400)]
    assert sum(sizes) == 400
    assert max(sizes) > 1
