import pytest

from service.store.connect import connect
from service.workers.starter import SCOPES, starter_key


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
