"""The audit log: read in order, filtered, followed, trimmed."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import redis

from service.store import events
from service.store.connect import Store
from service.store.names import Names
from tests.store.scenes import ANN, BOB, SITE, claim, decided, submit, types

NAMES = Names(SITE)


def test_events_are_read_oldest_first_and_page_by_page(store: Store) -> None:
    submit(store, "c-1", "c-2", "c-3")
    first, after = store.events.read(SITE, limit=2)
    rest, end = store.events.read(SITE, after=after, limit=2)
    assert [event.comment for event in first + rest] == ["c-1", "c-2", "c-3"]
    assert end is None


def test_events_are_filtered_by_type_comment_and_person(store: Store) -> None:
    decided(store, comment_id="c-1", reviewer=ANN)
    decided(store, comment_id="c-2", reviewer=BOB)
    assert [event.comment for event in store.events.read(SITE, types=["approved"])[0]] == ["c-1", "c-2"]
    assert [event.type for event in store.events.read(SITE, comment="c-2")[0]] == ["received", "claimed", "approved"]
    assert {event.comment for event in store.events.read(SITE, by=ANN)[0]} == {"c-1"}
    assert store.events.read(SITE, types=["approved"], comment="c-2", by=ANN) == ([], None)


def test_events_are_filtered_by_time(store: Store) -> None:
    first = store.events.append(SITE, "site_created")
    time.sleep(0.003)
    second = store.events.append(SITE, "webhook_changed")
    step = timedelta(milliseconds=1)
    assert [event.id for event in store.events.read(SITE, since=first.at + step)[0]] == [second.id]
    assert [event.id for event in store.events.read(SITE, until=first.at)[0]] == [first.id]
    assert store.events.read(SITE, after=first.id, since=first.at)[0][0].id == second.id
    assert store.events.read(SITE, after=first.id, since=second.at + step)[0] == []


def test_one_call_looks_at_so_many_lines_and_says_where_to_continue(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(events, "LINES_PER_READ", 3)
    lines = [store.events.append(SITE, "key_created", number=number) for number in range(5)]
    found, after = store.events.read(SITE, types=["nothing"])
    assert (found, after) == ([], lines[2].id)
    found, after = store.events.read(SITE, after=after)
    assert [event.detail["number"] for event in found] == [3, 4]
    assert after is None


def test_a_line_about_the_site_says_who_and_what(store: Store) -> None:
    written = store.events.append(SITE, "policy_changed", "key:k1", version=4)
    assert store.events.read(SITE)[0] == [written]
    assert (written.type, written.by, written.comment, written.version) == ("policy_changed", "key:k1", None, None)
    assert written.detail == {"version": 4}


def test_a_line_about_a_comment_belongs_to_its_trace_and_leaves_its_version(store: Store) -> None:
    submit(store)
    written = store.events.append(SITE, "noted", "key:k1", comment="c-1")
    assert store.events.of_comment(SITE, "c-1")[-1].id == written.id
    assert types(store) == ["received", "noted"]
    kept = store.comments.get(SITE, "c-1")
    assert kept
    assert kept.version == 1


def test_a_line_about_an_unknown_comment_makes_no_comment(store: Store, raw: redis.Redis) -> None:
    store.events.append(SITE, "noted", comment="c-9")
    assert raw.exists(NAMES.comment("c-9")) == 0
    assert store.events.of_comment(SITE, "c-9") == []


def test_of_a_comment_with_very_many_events_the_last_are_told(store: Store, raw: redis.Redis) -> None:
    submit(store)
    for number in range(200):
        claim(store, token=f"token-{number}")
        store.queues.release(SITE, f"token-{number}", ANN)
    assert 90 < len(types(store)) < 130
    assert types(store)[-1] == "released"
    assert raw.object("encoding", NAMES.comment("c-1")) == "listpack"
    assert len(store.events.read(SITE, comment="c-1", limit=1000)[0]) == 401


def test_following_the_log_returns_at_once_when_there_is_something(store: Store) -> None:
    assert store.events.latest_id(SITE) == "0-0"
    submit(store)
    assert [event.type for event in store.events.tail(SITE, "0-0", 1000)] == ["received"]


def test_following_the_log_waits_for_the_next_line(store: Store) -> None:
    submit(store)
    latest = store.events.latest_id(SITE)
    soon = threading.Timer(0.1, submit, [store, "c-2"])
    soon.start()
    assert [event.comment for event in store.events.tail(SITE, latest, 5000)] == ["c-2"]
    soon.join()


def test_following_a_silent_log_ends(store: Store) -> None:
    began = time.monotonic()
    assert store.events.tail(SITE, store.events.latest_id(SITE), 50) == []
    assert time.monotonic() - began < 1


def test_trimming_forgets_old_lines_and_never_young_ones(store: Store, raw: redis.Redis) -> None:
    old = int((datetime.now(UTC) - timedelta(days=400)).timestamp() * 1000)
    for number in range(500):
        raw.xadd(NAMES.events, {"e": "received", "id": "c", "by": "", "v": "1", "x": ""}, id=f"{old}-{number + 1}")
    submit(store)
    store.events.trim(SITE, older_than_ms=365 * 86_400_000)
    assert raw.xlen(NAMES.events) < 200
    assert store.events.read(SITE, types=["received"], comment="c-1")[0]


def test_events_are_read_newest_first_and_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LINES_AT_ONCE", 2)
    submit(store, *(f"c-{number}" for number in range(1, 6)))
    seen, before = store.events.newest(SITE, limit=2)
    while before:
        found, before = store.events.newest(SITE, before, limit=2)
        seen += found
    assert [event.comment for event in seen] == ["c-5", "c-4", "c-3", "c-2", "c-1"]


def test_the_newest_are_filtered_as_all_are_and_the_search_is_bounded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.events.append(SITE, "site_created", ANN)
    time.sleep(0.003)
    second = store.events.append(SITE, "webhook_changed", BOB)
    step = timedelta(milliseconds=1)
    assert [event.id for event in store.events.newest(SITE, until=second.at - step)[0]] == [first.id]
    assert [event.id for event in store.events.newest(SITE, since=first.at + step)[0]] == [second.id]
    assert [event.id for event in store.events.newest(SITE, by=ANN)[0]] == [first.id]
    assert store.events.newest(SITE, second.id, until=first.at - step) == ([], None)
    monkeypatch.setattr(events, "LINES_PER_READ", 1)
    assert store.events.newest(SITE, types=["site_created"]) == ([], second.id)
    assert store.events.newest(SITE, second.id, types=["site_created"]) == ([first], first.id)
