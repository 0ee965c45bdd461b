from collections.abc import Iterator

import pytest

from service.errors import InvalidBody, NotFound, StoreUnavailable
from service.store.connection import Connection
from service.store.sites import Sites


@pytest.fixture
def connection(raw, redis_url) -> Iterator[Connection]:
    connection = Connection(redis_url)
    yield connection
    connection.close()


@pytest.fixture
def sites(connection) -> Sites:
    return Sites(connection)


def events(raw, site: str) -> list[dict[str, str]]:
    return [
        {name: value for name, value in fields.items() if value} for _, fields in raw.xrange(f"p:{{{site}}}:events")
    ]


def test_a_new_site_has_its_name_title_and_time(sites):
    site = sites.create("courier", "The Courier")
    assert (site.name, site.title, site.webhook_url) == ("courier", "The Courier", None)
    assert site.created_at is not None
    assert site.created_at.tzinfo is not None
    assert sites.get("courier") == site


def test_making_a_site_again_changes_nothing_and_tells_it_once(sites, raw):
    first = sites.create("courier", "The Courier", by="key:k_1")
    assert sites.create("courier", "Another title") == first
    assert events(raw, "courier") == [{"e": "site_created", "by": "key:k_1"}]


def test_an_unknown_site_is_none(sites):
    assert sites.get("nobody") is None
    assert sites.get("Not A Name") is None


def test_names_come_in_order(sites):
    for name in ("zeta", "alpha"):
        sites.create(name)
    assert sites.names() == ["alpha", "zeta"]


@pytest.mark.parametrize("name", ["", "-x", "Abc", "a b", "a{b", "a:b", "x" * 64, "abc\n", "ä"])
def test_a_name_that_could_break_a_key_is_refused(sites, raw, name):
    with pytest.raises(InvalidBody, match="small letters") as caught:
        sites.create(name)
    assert caught.value.errors[0]["field"] == "name"
    assert raw.keys("*") == []


@pytest.mark.parametrize("name", ["a", "0", "x" * 63, "a-b-", "42-news"])
def test_every_name_of_the_allowed_form_is_taken(sites, name):
    assert sites.create(name).name == name


def test_a_webhook_is_set_changed_and_removed(sites):
    sites.create("courier")
    sites.set_webhook("courier", "https://courier.example/hook", "whsec_abc")
    site = sites.get("courier")
    assert site is not None
    assert (site.webhook_url, site.webhook_secret) == ("https://courier.example/hook", "whsec_abc")
    assert sites.set_webhook("courier", None, None).webhook_url is None
    assert sites.set_webhook("courier", None, None).webhook_secret is None


def test_a_webhook_is_told_without_its_address_or_secret(sites, raw):
    sites.create("courier")
    for _ in range(2):
        sites.set_webhook("courier", "https://user:pass@courier.example/hook", "whsec_abc", by="cli")
    told = events(raw, "courier")[1:]
    assert told == [{"e": "webhook_changed", "by": "cli", "x": '{"set":true}'}]


def test_a_webhook_needs_a_site(sites, raw):
    with pytest.raises(NotFound, match="nobody"):
        sites.set_webhook("nobody", "https://courier.example/hook", "whsec_abc")
    assert raw.keys("*") == []


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "javascript:alert(1)", "http://", "//x.example", "http://x:99999/", "http://a b/", "x"]
)
def test_a_webhook_that_is_no_web_address_is_refused(sites, url):
    sites.create("courier")
    with pytest.raises(InvalidBody, match="http:// or https://"):
        sites.set_webhook("courier", url, "whsec_abc")


def test_a_site_seen_before_is_answered_while_redis_is_away(sites, monkeypatch):
    site = sites.create("courier")
    assert sites.get("courier") == site
    monkeypatch.setattr("service.store.sites.Connection.run", _raise_unavailable)
    monkeypatch.setattr(sites._recent, "_clock", _an_hour_later(sites._recent._clock))
    assert sites.get("courier") == site
    with pytest.raises(StoreUnavailable):
        sites.get("another")


def test_another_process_sees_a_change_within_a_second(sites, connection, monkeypatch):
    other = Sites(connection)
    sites.create("courier")
    assert other.get("courier").webhook_url is None
    sites.set_webhook("courier", "https://courier.example/hook", "whsec_abc")
    now = other._recent._clock
    monkeypatch.setattr(other._recent, "_clock", lambda: now() + 1.0)
    assert other.get("courier").webhook_url == "https://courier.example/hook"


def _raise_unavailable(*_):
    raise StoreUnavailable


def _an_hour_later(clock):
    return lambda: clock() + 3600


def test_what_a_site_wants_of_a_door_is_set_and_taken_back(sites):
    sites.create("courier")
    assert sites.set_door("courier", "coral_secret", "ssec_1").doors == {"coral_secret": "ssec_1"}
    assert sites.get("courier").doors == {"coral_secret": "ssec_1"}
    assert sites.set_door("courier", "coral_secret", None).doors == {}


def test_a_change_of_a_door_is_told_once_and_without_its_value(sites, raw):
    sites.create("courier")
    for _ in range(2):
        sites.set_door("courier", "coral_secret", "ssec_1", by="cli")
    told = [event for event in events(raw, "courier") if event["e"] == "door_changed"]
    assert told == [{"e": "door_changed", "by": "cli", "x": '{"setting":"coral_secret","set":true}'}]


def test_a_door_needs_a_site(sites):
    with pytest.raises(NotFound):
        sites.set_door("nowhere", "coral_secret", "ssec_1")


def test_origins_are_written_as_browsers_write_them(sites):
    sites.create("courier")
    given = ["https://Blog.Example/", "https://blog.example:443", "http://localhost:8001", "http://[::1]:80"]
    assert sites.set_origins("courier", given).origins == (
        "https://blog.example",
        "http://localhost:8001",
        "http://[::1]",
    )
    assert sites.get("courier").origins == sites.set_origins("courier", given).origins
    assert sites.set_origins("courier", []).origins == ()


@pytest.mark.parametrize("wrong", ["blog.example", "https://blog.example/path", "https://a b", "https://*.example", ""])
def test_what_is_no_origin_is_refused(sites, wrong):
    sites.create("courier")
    with pytest.raises(InvalidBody, match="origin"):
        sites.set_origins("courier", [wrong])


def test_only_a_change_of_origins_is_told(sites, raw):
    sites.create("courier")
    for _ in range(2):
        sites.set_origins("courier", ["https://blog.example"], by="ann")
    assert events(raw, "courier")[1:] == [{"e": "origins_changed", "by": "ann", "x": '{"set":true}'}]
