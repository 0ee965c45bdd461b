"""The breaker: five failures in a row open it, two seconds later one call may look."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import StoreUnavailable
from service.store.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.enter()
        breaker.failed()


def test_it_stays_closed_for_four_failures(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.enter()


def test_it_opens_at_the_fifth_failure(breaker: Breaker) -> None:
    fail(breaker, 5)
    with pytest.raises(StoreUnavailable, match="trying again soon"):
        breaker.enter()


def test_a_success_between_starts_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.succeeded()
    fail(breaker, 4)
    breaker.enter()


def test_after_two_seconds_one_caller_passes_and_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 2.0
    breaker.enter()
    with pytest.raises(StoreUnavailable):
        breaker.enter()


def test_the_callers_success_closes_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 2.0
    breaker.enter()
    breaker.succeeded()
    breaker.enter()


def test_the_callers_failure_opens_it_for_two_more_seconds(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 2.0
    fail(breaker, 1)
    clock.now += 1.9
    with pytest.raises(StoreUnavailable):
        breaker.enter()
    clock.now += 0.1
    breaker.enter()


def test_a_caller_that_never_came_back_does_not_keep_it_open(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 2.0
    breaker.enter()
    clock.now += 2.0
    breaker.enter()


def test_a_thread_that_waited_long_in_vain_does_not_wait_again_at_once(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(after_seconds=1.0)
    with pytest.raises(StoreUnavailable, match="a moment ago"):
        breaker.enter()
    clock.now += 0.3
    breaker.enter()


def test_other_threads_are_not_held_back_by_one_long_wait(breaker: Breaker) -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(breaker.failed, 1.0).result()
    breaker.enter()
