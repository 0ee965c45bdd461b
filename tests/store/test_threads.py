"""Threads of the widget: bounded, forgotten in time, and listed before anything is kept."""

import pytest

from service.errors import StoreFull
from service.store import threads
from service.values import State, Verdict
from tests.store.scenes import SITE, assessed, comment

DAY_MS = 86_400_000


def ids(store, article: str = "a-1") -> list[str]:
    store.threads.forget_recent(SITE, article)
    return [entry.comment_id for entry in store.threads.entries(SITE, article)]


def keep(store, *ids_: str) -> None:
    for one in ids_:
        store.threads.add(SITE, "a-1", one)
        store.comments.submit(SITE, [(comment(one), assessed(Verdict.APPROVE))])


def test_a_thread_lists_what_is_kept_in_its_order_with_its_state(store):
    keep(store, "w-1", "w-2")
    store.threads.add(SITE, "a-1", "w-never-kept")
    assert sorted(ids(store)) == ["w-1", "w-2"]
    assert {entry.state for entry in store.threads.entries(SITE, "a-1")} == {State.APPROVED}


def test_articles_and_sites_are_apart(store):
    keep(store, "w-1")
    assert ids(store, "a-2") == []
    assert store.threads.entries("another", "a-1") == ()


def test_listing_twice_keeps_the_first_place(store, raw):
    keep(store, "w-1")
    before = raw.zscore("p:{news}:h:a-1", "w-1")
    store.threads.add(SITE, "a-1", "w-1")
    assert raw.zscore("p:{news}:h:a-1", "w-1") == before


def test_of_a_very_long_thread_the_newest_are_listed(store, monkeypatch, raw):
    monkeypatch.setattr(threads, "LONGEST_THREAD", 3)
    keep(store, *(f"w-{number}" for number in range(5)))
    assert raw.zcard("p:{news}:h:a-1") == 3
    assert "w-4" in ids(store)


def test_a_thread_is_forgotten_some_time_after_its_last_comment(store, raw):
    store.threads.add(SITE, "a-1", "w-1")
    assert raw.pttl("p:{news}:h:a-1") > 365 * DAY_MS


def test_what_was_just_listed_is_not_taken_for_erased(store, raw):
    store.threads.add(SITE, "a-1", "w-1")
    assert ids(store) == []
    assert raw.zcard("p:{news}:h:a-1") == 1


def test_a_moment_later_the_same_answer_costs_nothing(store, raw):
    keep(store, "w-1")
    ids(store)
    calls = raw.info("commandstats")["cmdstat_zrange"]["calls"]
    store.threads.entries(SITE, "a-1")
    assert raw.info("commandstats")["cmdstat_zrange"]["calls"] == calls


def test_a_full_store_refuses_to_list(store, raw):
    keep(store, "w-1")
    raw.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreFull):
            store.threads.add(SITE, "a-1", "w-2")
        assert ids(store) == ["w-1"]
    finally:
        raw.config_set("maxmemory", 0)
