"""What Akismet's API tells of a key's use."""

from datetime import UTC, datetime

import pytest

from service.tallies import Counted, Tick
from tests.api.conftest import SITE
from tests.compat.conftest import word

MONTH = f"{datetime.now(UTC):%Y-%m}"


@pytest.fixture
def busy(call, scorer):
    """Three blogs: two checks and a correction, one check of spam, and a guaranteed one."""
    for number in range(2):
        call("comment-check", comment_content=f"fine {number}", blog="HTTPS://Blog.Example:443/")
    for _ in range(2):  # the second time it is no news
        call("submit-spam", comment_content="fine 0", blog="blog.example")
    scorer.says(spam=0.9999)
    call("comment-check", comment_content="pills", blog="http://shop.example/news/")
    call("comment-check", comment_author="akismet-guaranteed-spam", blog="http://test.example")


def test_stats_are_counted_by_blog(call, busy):
    one, every = call("get-stats").get_json(), call("get-key-stats", {"from": "60-days"}).get_json()

    assert one | {"accuracy": 0} == {
        "spam": 0,
        "ham": 2,
        "missed_spam": 1,
        "false_positives": 0,
        "accuracy": 0,
        "time_saved": 0,
        "breakdown": {
            MONTH: {"spam": 0, "ham": 2, "missed_spam": 1, "false_positives": 0, "da": f"{MONTH}-01"},
        },
    }
    assert one["accuracy"] == 50
    assert (every["spam"], every["ham"], every["accuracy"]) == (2, 2, 75)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_use_is_told_without_a_limit(client, door_key, busy, method):
    place = "query_string" if method == "GET" else "data"
    found = client.open("/1.2/usage-limit", method=method, **{place: {"api_key": door_key}}).get_json()

    assert found == {"limit": "none", "usage": 4, "percentage": "0.00", "throttled": False}
    assert word(client.open("/1.2/usage-limit", method=method, **{place: {"api_key": "abcdefabcdef"}})) == "invalid"


def test_sites_are_listed_as_json(client, door_key, busy):
    asked = {"api_key": door_key, "month": MONTH, "limit": 1, "offset": 1, "order": "spam"}
    found = client.get("/1.2/key-sites", query_string=asked).get_json()

    row = {
        "site": "test.example",
        "api_calls": "1",
        "spam": "1",
        "ham": "0",
        "missed_spam": "0",
        "false_positives": "0",
    }
    assert found == {MONTH: [row | {"is_revoked": False}], "limit": 1, "offset": 1, "total": 3}
    filtered = client.get("/1.2/key-sites", query_string={"api_key": door_key, "filter": "SHOP"}).get_json()
    assert [entry["site"] for entry in filtered[MONTH]] == ["shop.example/news"]
    none = client.get("/1.2/key-sites", query_string={"api_key": door_key, "month": "2020-01"}).get_json()
    assert none == {"2020-01": [], "limit": 500, "offset": 0, "total": 0}


def test_sites_are_listed_as_csv(call, door_key, busy):
    lines = call("/1.2/key-sites", {"format": "csv"}).get_data(as_text=True).splitlines()

    assert lines == [
        f"Active sites for {door_key} during {MONTH} (limit:500, offset: 0, total: 3)",
        "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked",
        "blog.example,3,0,2,1,0,false",
        "shop.example/news,1,1,0,0,0,false",
        "test.example,1,1,0,0,0,false",
    ]


@pytest.mark.parametrize("wish", [{"month": "November"}, {"order": "best"}, {"limit": "-1"}, {"offset": "x"}])
def test_a_list_that_cannot_be_is_not_valid(call, wish):
    assert word(call("/1.2/key-sites", wish)) == "invalid"


def test_blogs_beyond_the_most_are_counted_together(desk, raw, monkeypatch):
    monkeypatch.setattr("service.store.tallies.MAX_FIELDS", 2)
    for blog in ("a", "b", "c", "d", "a"):
        desk.store.tallies.count(SITE, Tick(blog, MONTH, Counted.HAM))

    [found] = desk.store.tallies.read(SITE, [MONTH])
    assert found == {"a": {Counted.HAM: 2}, "b": {Counted.HAM: 1}, "": {Counted.HAM: 2}}
