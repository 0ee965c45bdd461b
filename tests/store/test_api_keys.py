import json
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import StoreUnavailable
from service.store.api_keys import DOOR_SIGNS, MAX_UNKNOWN, ApiKeys
from service.store.connection import Connection
from service.store.events import Events
from service.tenancy import Scope

SECRET = b"a secret of the tests"
SUBMIT = frozenset({Scope.SUBMIT})


@pytest.fixture
def connection(raw, redis_url) -> Iterator[Connection]:
    connection = Connection(redis_url)
    yield connection
    connection.close()


@pytest.fixture
def keys(connection) -> ApiKeys:
    return ApiKeys(connection, Events(connection), SECRET)


def another_process(connection: Connection) -> ApiKeys:
    return ApiKeys(connection, Events(connection), SECRET)


def later(keys: ApiKeys, seconds: float, monkeypatch) -> None:
    for recent in (keys._known, keys._unknown):
        clock = recent._clock
        monkeypatch.setattr(recent, "_clock", lambda clock=clock: clock() + seconds)


def redis_goes_away(connection: Connection, monkeypatch) -> None:
    def raise_unavailable(*_):
        raise StoreUnavailable

    monkeypatch.setattr(connection, "run", raise_unavailable)


def told(raw, site: str = "courier") -> list[tuple[str, dict[str, str]]]:
    return [(fields["e"], json.loads(fields["x"])) for _, fields in raw.xrange(f"p:{{{site}}}:events")]


def test_a_key_is_found_by_what_was_shown(keys):
    key, plaintext = keys.create("courier", [Scope.SUBMIT, Scope.REVIEW], "WordPress")
    assert keys.find(plaintext) == key
    assert (key.site, key.name, key.scopes) == ("courier", "WordPress", frozenset({Scope.SUBMIT, Scope.REVIEW}))
    assert key.revoked_at is None


def test_a_key_has_a_known_form_and_192_random_bits(keys):
    made = [keys.create("courier", SUBMIT) for _ in range(20)]
    for key, plaintext in made:
        assert plaintext.startswith("parley_")
        assert len(plaintext) == 39
        assert key.id.startswith("k_")
        assert len(key.id) == 12
    assert len({plaintext for _, plaintext in made}) == 20


def test_the_store_holds_neither_the_key_nor_anything_to_guess_it_by(keys, raw):
    _, plaintext = keys.create("courier", SUBMIT)
    everything = str(raw.hgetall("parley:keys")) + str(raw.hgetall("{parley:keys}:ids")) + str(told(raw))
    assert plaintext not in everything
    assert plaintext[7:17] not in everything


def test_a_key_is_of_no_use_under_another_secret(keys, connection):
    _, plaintext = keys.create("courier", SUBMIT)
    assert ApiKeys(connection, Events(connection), b"another secret").find(plaintext) is None


@pytest.mark.parametrize("wrong", ["", "parley_", "parley_short", "x" * 39, "parley_" + "ä" * 32, "parley_" + "a" * 33])
def test_what_has_not_the_form_of_a_key_is_unknown_without_asking_redis(keys, connection, monkeypatch, wrong):
    redis_goes_away(connection, monkeypatch)
    assert keys.find(wrong) is None


def test_an_unknown_key_is_asked_for_once_in_two_seconds(keys, connection, monkeypatch):
    asked = []
    ask = connection.run
    monkeypatch.setattr(connection, "run", lambda *command: asked.append(command) or ask(*command))
    wrong = "parley_" + "a" * 32
    assert [keys.find(wrong) for _ in range(5)] == [None] * 5
    assert len(asked) == 1


def test_unknown_keys_do_not_fill_the_memory_nor_push_known_ones_out(keys, connection, monkeypatch):
    monkeypatch.setattr(keys._unknown, "_max_entries", 10)
    monkeypatch.setattr(keys._known, "_max_entries", 10)
    key, plaintext = keys.create("courier", SUBMIT)
    keys.find(plaintext)
    for number in range(50):
        keys.find(f"parley_{number:032}")
    assert len(keys._unknown._entries) == 10
    redis_goes_away(connection, monkeypatch)
    assert keys.find(plaintext) == key
    assert MAX_UNKNOWN <= 100_000


def test_a_known_key_stays_good_for_an_hour_while_redis_is_away(keys, connection, monkeypatch):
    key, plaintext = keys.create("courier", SUBMIT)
    keys.find(plaintext)
    redis_goes_away(connection, monkeypatch)
    later(keys, 3590, monkeypatch)
    assert keys.find(plaintext) == key
    later(keys, 20, monkeypatch)
    with pytest.raises(StoreUnavailable):
        keys.find(plaintext)


def test_a_key_never_seen_is_not_called_wrong_while_redis_is_away(keys, connection, monkeypatch):
    _, plaintext = keys.create("courier", SUBMIT)
    redis_goes_away(connection, monkeypatch)
    with pytest.raises(StoreUnavailable):
        keys.find(plaintext)


def test_a_revoked_key_is_refused_at_once_here_and_within_two_seconds_elsewhere(keys, connection, monkeypatch):
    key, plaintext = keys.create("courier", SUBMIT)
    other = another_process(connection)
    assert keys.find(plaintext) == other.find(plaintext) == key
    assert keys.revoke(key.id) is True
    assert keys.find(plaintext) is None
    later(other, 2.0, monkeypatch)
    assert other.find(plaintext) is None


def test_a_revoked_key_does_not_come_back_when_redis_goes_away(keys, connection, monkeypatch):
    key, plaintext = keys.create("courier", SUBMIT)
    keys.find(plaintext)
    keys.revoke(key.id)
    redis_goes_away(connection, monkeypatch)
    with pytest.raises(StoreUnavailable):
        keys.find(plaintext)


def test_a_revoked_key_keeps_its_record_with_the_first_time(keys):
    key, _ = keys.create("courier", SUBMIT, "WordPress")
    keys.revoke(key.id)
    [first] = keys.all("courier")
    keys.revoke(key.id)
    [second] = keys.all("courier")
    assert first == second
    assert first.revoked_at is not None
    assert first.revoked_at >= first.created_at
    assert (first.id, first.name, first.scopes, first.created_at) == (key.id, key.name, key.scopes, key.created_at)


def test_a_key_of_another_site_cannot_be_revoked_or_rotated(keys):
    key, plaintext = keys.create("courier", SUBMIT)
    assert keys.revoke(key.id, "gazette") is False
    assert keys.rotate(key.id, "gazette") is None
    assert keys.revoke("k_unknown") is False
    assert keys.find(plaintext) == key


def test_a_rotated_key_has_the_same_rights_and_ends_the_old_one(keys):
    old, old_plaintext = keys.create("courier", [Scope.SUBMIT, Scope.ADMIN], "ключ")
    keys.find(old_plaintext)
    rotated = keys.rotate(old.id, "courier")
    assert rotated is not None
    new, new_plaintext = rotated
    assert keys.find(old_plaintext) is None
    assert keys.find(new_plaintext) == new
    assert (new.site, new.scopes, new.name) == (old.site, old.scopes, old.name)
    assert new.id != old.id
    assert new.revoked_at is None


def test_a_revoked_key_cannot_be_rotated(keys):
    key, _ = keys.create("courier", SUBMIT)
    keys.revoke(key.id)
    assert keys.rotate(key.id) is None
    assert len(keys.all()) == 1


def test_a_key_rotated_by_two_at_once_has_one_successor(keys):
    key, _ = keys.create("courier", SUBMIT)
    with ThreadPoolExecutor(8) as pool:
        rotated = list(pool.map(lambda _: keys.rotate(key.id), range(8)))
    assert sum(one is not None for one in rotated) == 1
    assert len(keys.all()) == 2


def test_a_rotation_that_is_sent_twice_gives_one_working_key(keys, connection, monkeypatch):
    """The connection repeats a call whose answer was lost."""
    key, _ = keys.create("courier", SUBMIT)
    once = connection.script

    def twice(*call):
        once(*call)
        return once(*call)

    monkeypatch.setattr(connection, "script", twice)
    rotated = keys.rotate(key.id)
    assert rotated is not None
    assert keys.find(rotated[1]) == rotated[0]
    assert len(keys.all()) == 2


def test_keys_are_listed_by_site_oldest_first(keys):
    first, _ = keys.create("courier", SUBMIT)
    other, _ = keys.create("gazette", SUBMIT)
    second, _ = keys.create("courier", SUBMIT)
    assert {key.id for key in keys.all("courier")} == {first.id, second.id}
    assert len(keys.all()) == 3
    assert [key.id for key in keys.all("gazette")] == [other.id]


def test_every_change_of_a_key_is_told_by_its_id(keys, raw):
    key, _ = keys.create("courier", SUBMIT, by="cli")
    rotated = keys.rotate(key.id)
    keys.revoke(rotated[0].id)
    assert told(raw) == [
        ("key_created", {"key": key.id}),
        ("key_rotated", {"key": key.id, "successor": rotated[0].id}),
        ("key_revoked", {"key": rotated[0].id}),
    ]


def test_a_key_can_be_revoked_and_rotated_while_memory_is_full(keys, raw):
    key, plaintext = keys.create("courier", SUBMIT)
    another, _ = keys.create("courier", SUBMIT)
    raw.config_set("maxmemory", "1")
    try:
        assert keys.revoke(key.id) is True
        assert keys.rotate(another.id) is not None
    finally:
        raw.config_set("maxmemory", "0")
    assert keys.find(plaintext) is None


def test_a_door_key_is_twelve_small_letters_and_digits_and_may_only_submit(keys):
    made = [keys.create_door("courier", "WordPress") for _ in range(50)]

    for key, plaintext in made:
        assert re.fullmatch(r"[a-z][a-z0-9]{11}", plaintext)
        assert (key.is_door, key.scopes, key.name) == (True, SUBMIT, "WordPress")
        assert keys.find(plaintext) == key
    signs = "".join(plaintext[1:] for _, plaintext in made)
    assert set(signs) == set(DOOR_SIGNS), "every sign of its alphabet comes up"
    assert math.log2(26 * len(DOOR_SIGNS) ** 11) > 61


def test_a_door_key_is_found_in_capitals_and_a_native_one_is_not(keys):
    key, plaintext = keys.create_door("courier")
    _, native = keys.create("courier", SUBMIT)

    assert keys.find(plaintext.upper()) == key
    assert keys.find(native.upper()) is None


def test_a_door_key_is_kept_as_a_hash_and_told_by_its_id(keys, raw):
    key, plaintext = keys.create_door("courier", by="cli")

    assert plaintext not in str(raw.hgetall("parley:keys")) + str(raw.hgetall("{parley:keys}:ids")) + str(told(raw))
    assert told(raw) == [("key_created", {"key": key.id})]
    [listed] = keys.all("courier")
    assert listed == key


def test_a_door_key_is_rotated_into_a_door_key(keys):
    old, old_plaintext = keys.create_door("courier")

    new, new_plaintext = keys.rotate(old.id, "courier")

    assert len(new_plaintext) == 12
    assert keys.find(new_plaintext) == new
    assert new.is_door
    assert keys.find(old_plaintext) is None


@pytest.mark.parametrize("wrong", ["1bcdefghijkl", "abcdefghijk", "abcdefghijklm", "abcdef_hijkl", "abcdéfghijkl"])
def test_what_has_not_the_form_of_a_door_key_is_unknown_without_asking_redis(keys, connection, monkeypatch, wrong):
    redis_goes_away(connection, monkeypatch)

    assert keys.find(wrong) is None
