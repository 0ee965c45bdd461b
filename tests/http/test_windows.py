"""Counts begin anew with each window, in bounded memory."""

import pytest

from service.errors import SetupError
from service.http.windows import Windows, read_rate


def test_counts_begin_anew_with_the_next_window():
    now = [1000.0]
    windows = Windows(60, most=10, clock=lambda: now[0])
    assert [windows.count("a"), windows.count("a"), windows.count("b")] == [1, 2, 1]

    now[0] += windows.wait_seconds()

    assert windows.seen("a") == 0
    assert windows.count("a") == 1


def test_the_wait_ends_in_the_next_window_and_not_much_later():
    now = [1019.5]
    windows = Windows(60, most=10, clock=lambda: now[0])
    assert windows.wait_seconds() == 1


def test_looking_counts_nothing():
    windows = Windows(60, most=10)
    assert windows.seen("a") == 0
    assert len(windows) == 0


def test_of_too_many_names_the_one_counted_longest_ago_is_forgotten():
    windows = Windows(60, most=2, clock=lambda: 0.0)
    for name in ("a", "b", "a", "c"):
        windows.count(name)
    assert (windows.seen("a"), windows.seen("b"), windows.seen("c")) == (2, 0, 1)


def test_a_rate_that_cannot_be_read_names_the_setting_and_an_example():
    with pytest.raises(SetupError, match="PARLEY_RATE_LIMIT is 'quickly'; write it like 6000/minute"):
        read_rate("PARLEY_RATE_LIMIT", "quickly", "6000/minute")
