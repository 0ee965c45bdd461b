"""People and their links in Redis."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import InvalidBody
from service.people import Role
from service.store.users import LINK_MS


@pytest.fixture
def users(store):
    return store.users


@pytest.fixture
def ann(users):
    """Make Ann and return the token of her link."""
    return users.add("ann", "gazette", Role.MODERATOR, "Ann A.")[1]


def twice(store, monkeypatch):
    """Send every script twice, as the connection does when an answer was lost."""
    once = store.connection.script

    def sent(*call):
        once(*call)
        return once(*call)

    monkeypatch.setattr(store.connection, "script", sent)


def everything(raw) -> str:
    kept = {}
    for key in raw.scan_iter():
        kept[key] = raw.hgetall(key) if raw.type(key) == "hash" else str(raw.type(key) == "string" and raw.get(key))
    return json.dumps(kept)


def test_a_user_comes_back_as_made(users, ann):
    user = users.get("ann")
    assert (user.name, user.title, user.roles) == ("ann", "Ann A.", {"gazette": Role.MODERATOR})
    assert (user.disabled_at, user.signed_in_at, user.has_password) == (None, None, False)
    assert users.get("bob") is None


@pytest.mark.parametrize("name", ["", "a", "Ann", "a:b", "{a}", "an n", "a" * 41, "ann@mail@x.example", "ann\n"])
def test_a_name_that_cannot_be_one_is_refused(users, name):
    with pytest.raises(InvalidBody, match="small letters"):
        users.add(name, "gazette", Role.MODERATOR)


def test_a_user_of_one_site_joins_another_and_is_there_the_next_time(users, ann):
    assert users.add("ann", "courier", Role.ADMIN) == ("joined", None)
    assert users.add("ann", "courier", Role.LEAD) == ("there", None)
    assert users.get("ann").roles == {"courier": Role.ADMIN, "gazette": Role.MODERATOR}


def test_one_of_two_who_make_the_same_user_gets_the_link(users):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: users.add("ann", f"site-{number}", Role.ADMIN), range(8)))
    assert sorted(outcome for outcome, _ in made) == ["joined"] * 7 + ["new"]
    assert [token is None for outcome, token in made] == [outcome == "joined" for outcome, _ in made]


def test_a_link_tells_whom_it_signs_in_until_a_new_one_is_made(users, ann):
    assert users.holder(ann).name == "ann"
    outcome, second = users.make_link("ann")
    assert outcome == "made"
    assert users.holder(ann) is None
    assert users.holder(second).name == "ann"
    assert users.holder("x" * 43) is None


def test_a_link_ends_after_a_day(users, raw, ann):
    [key] = raw.scan_iter("{parley:users}:link:*")
    assert LINK_MS - 60_000 < raw.pttl(key) <= LINK_MS == 86_400_000


def test_an_open_link_ends_when_its_user_joins_another_site(users, ann):
    """Who got it was trusted with one site, and would come into both."""
    users.add("ann", "courier", Role.ADMIN)
    assert users.holder(ann) is None


def test_a_link_is_made_only_within_the_sites_of_who_asks(users, ann):
    users.add("ann", "courier", Role.ADMIN)
    assert users.make_link("ann", within=["gazette"]) == ("elsewhere", None)
    assert users.make_link("ann", within=["gaz", "ette"]) == ("elsewhere", None)
    assert users.make_link("ann", within=[]) == ("elsewhere", None)
    assert users.make_link("ann", within=["gazette", "courier"])[0] == "made"
    assert users.make_link("bob") == ("not_found", None)


def test_a_role_changes_only_where_there_is_one(users, ann):
    assert users.set_role("ann", "gazette", Role.LEAD) is True
    assert users.set_role("ann", "courier", Role.ADMIN) is False
    assert users.set_role("bob", "gazette", Role.ADMIN) is False
    assert users.get("ann").roles == {"gazette": Role.LEAD}
    assert users.get("bob") is None


def test_who_is_taken_off_the_last_site_is_forgotten(users, raw, ann):
    users.add("ann", "courier", Role.ADMIN)
    users.remove("ann", "gazette")
    assert users.get("ann").roles == {"courier": Role.ADMIN}
    users.remove("ann", "courier")
    assert users.get("ann") is None
    assert users.all() == []
    assert [key for key in raw.scan_iter("*") if "link" not in key] == []
    assert users.holder(ann) is None


def test_people_are_listed_by_site_and_name(users, ann):
    users.add("zoe", "courier", Role.ADMIN)
    users.add("bob", "gazette", Role.ADMIN)
    assert [user.name for user in users.all()] == ["ann", "bob", "zoe"]
    assert [user.name for user in users.all("gazette")] == ["ann", "bob"]


def test_a_disabled_user_has_no_link(users, ann):
    assert users.disable("ann") is True
    assert users.get("ann").disabled_at
    assert users.holder(ann) is None
    assert users.disable("ann", disabled=False) is True
    assert users.get("ann").disabled_at is None
    assert users.disable("bob") is False


def test_the_store_holds_no_token(store, users, raw, ann):
    _, second = users.make_link("ann")
    session = store.sessions.start_by_link("ann", users.digest(second))
    kept = everything(raw)
    for token in (ann, second, session):
        assert token not in kept
        assert token[:10] not in kept


def test_what_is_sent_twice_is_done_once(store, users, monkeypatch):
    twice(store, monkeypatch)
    outcome, token = users.add("ann", "gazette", Role.LEAD)
    assert outcome == "new"
    assert users.holder(token).name == "ann"
    assert users.make_link("ann")[0] == "made"
    assert users.disable("ann") is True


def test_people_are_changed_while_memory_is_full(users, raw, ann):
    raw.config_set("maxmemory", "1")
    try:
        assert users.add("bob", "gazette", Role.LEAD)[0] == "new"
        assert users.set_role("bob", "gazette", Role.ADMIN)
        assert users.make_link("bob")[0] == "made"
        assert users.disable("ann")
        users.remove("ann", "gazette")
    finally:
        raw.config_set("maxmemory", "0")
    assert [user.name for user in users.all()] == ["bob"]
