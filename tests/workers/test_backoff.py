from datetime import UTC, datetime

import pytest

from service.workers.backoff import parse_retry_after, retry_seconds

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def highest(_low: float, high: float) -> float:
    return high


def lowest(low: float, _high: float) -> float:
    return low


def test_the_wait_doubles_from_a_second_to_an_hour():
    waits = [retry_seconds(attempt, jitter=highest) for attempt in (1, 2, 3, 12, 13, 1000)]
    assert waits == [1, 2, 4, 2048, 3600, 3600]


def test_the_whole_wait_is_jitter():
    assert retry_seconds(5, jitter=lowest) == 0


def test_the_receiver_can_ask_for_more_but_not_for_less_or_for_more_than_an_hour():
    assert retry_seconds(1, 30, jitter=highest) == 30
    assert retry_seconds(10, 30, jitter=highest) == 512
    assert retry_seconds(1, 86_400, jitter=highest) == 3600


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("9" * 400, 3600),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30),
        ("Mon, 22 Nov 2027 12:00:00 GMT", 3600),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert parse_retry_after(header, NOW) == seconds


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "²", "Sun, 99 Nov 2026 12:00:30 GMT"])
def test_a_retry_after_that_makes_no_sense_is_passed_over(header):
    assert parse_retry_after(header, NOW) is None
