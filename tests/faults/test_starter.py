import re

import pytest
from pydantic import SecretStr

from service.errors import SignInFailed
from service.moderation import people, sign_in, tenants
from service.moderation.desk import Desk, NoScorer
from service.people import Role
from service.store.connect import connect
from service.workers.starter import SCOPES, starter_key, starter_link
from service.workers.welcome import welcome


@pytest.fixture
def store(raw, settings):
    store = connect(settings)
    yield store
    store.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "starter.key"


def test_a_fresh_start_gets_a_site_and_a_key_that_only_its_owner_may_read(store, path):
    key = starter_key(store, path, "main", ours=True)
    found = store.keys.find(key)
    assert (found.site, found.scopes) == ("main", frozenset(SCOPES))
    assert store.sites.names() == ["main"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_start_gets_the_same_key(store, path):
    assert starter_key(store, path, "main", ours=True) == starter_key(store, path, "main", ours=True)
    assert len(store.keys.all()) == 1


def test_a_revoked_key_is_replaced(store, path):
    first = starter_key(store, path, "main", ours=True)
    store.keys.revoke(store.keys.find(first).id)
    second = starter_key(store, path, "main", ours=True)
    assert second != first
    assert store.keys.find(second)


@pytest.mark.parametrize("kept", ["", "nonsense", "parley_" + "x" * 32, "schlüssel"])
def test_a_file_that_holds_no_key_of_ours_is_replaced(store, path, kept):
    path.write_text(kept)
    assert store.keys.find(starter_key(store, path, "main", ours=True))


def test_a_server_of_others_gets_a_key_only_while_it_has_none(store, path):
    store.keys.create("gazette", SCOPES)
    assert starter_key(store, path, "main", ours=False) is None
    assert not path.exists()
    assert store.sites.names() == []


def test_a_server_of_others_without_any_key_gets_a_first_one(store, path):
    key = starter_key(store, path, "main", ours=False)
    assert store.keys.find(key)
    assert starter_key(store, path, "main", ours=False) == key


@pytest.fixture
def desk(store, settings):
    return Desk(store, NoScorer(), settings)


def test_a_fresh_start_gets_an_admin_with_a_link(desk):
    token = starter_link(desk, ["main", "demo"])
    admin = desk.store.users.get("admin")
    assert admin.roles == {"demo": Role.ADMIN, "main": Role.ADMIN}
    assert sign_in.link_holder(desk, token) == admin


def test_until_the_admin_signs_in_every_start_gets_a_new_link_that_ends_the_one_before(desk):
    first = starter_link(desk, ["main"])
    second = starter_link(desk, ["main"])
    with pytest.raises(SignInFailed):
        sign_in.by_link(desk, first)
    sign_in.by_link(desk, second)
    assert starter_link(desk, ["main"]) is None


def test_a_demo_that_comes_later_is_the_admins_too(desk):
    sign_in.by_link(desk, starter_link(desk, ["main"]))
    assert starter_link(desk, ["main", "demo"]) is None
    assert set(desk.store.users.get("admin").roles) == {"demo", "main"}


def test_where_there_are_people_without_that_admin_none_is_made(desk):
    tenants.create_site(desk, "main", "test")
    people.create_user(desk, "ada", "main", Role.ADMIN, "test")
    assert starter_link(desk, ["main"]) is None
    assert desk.store.users.get("admin") is None


def test_what_was_taken_from_the_admin_is_not_given_back(desk):
    starter_link(desk, ["main", "demo"])
    people.create_user(desk, "ada", "main", Role.ADMIN, "test")
    people.remove_user(desk, "admin", "main", "test")
    starter_link(desk, ["main", "demo"])
    assert set(desk.store.users.get("admin").roles) == {"demo"}


def test_the_welcome_shows_the_link_and_later_the_plain_address(desk, settings):
    settings.data.mkdir()
    link = re.search(r"^Review   http://127.0.0.1:8000/sign-in/(\S+)$", welcome(settings, None), re.MULTILINE)
    sign_in.by_link(desk, link[1])
    assert "Review   http://127.0.0.1:8000/review\n" in welcome(settings, None)


def test_the_welcome_does_without_a_store(settings):
    said = welcome(settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1")}), None)
    assert "Review   http://127.0.0.1:8000/review\n" in said
