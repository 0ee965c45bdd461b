"""Where a request comes from: the last address that our own proxies vouch for, and of IPv6 the network."""

import pytest
from flask import Flask

from service.http.requests import visitor_address
from service.settings import Settings


def seen(remote: str | None, proxies: int = 0, forwarded: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = {"REMOTE_ADDR": remote} if remote is not None else {"REMOTE_ADDR": ""}
    with Flask("test").test_request_context("/", headers=headers, environ_overrides=environ):
        return visitor_address(Settings(proxies=proxies))


@pytest.mark.parametrize(
    ("remote", "party"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not:an:address", ""),
        ("", ""),
    ],
)
def test_one_party_has_one_address(remote, party):
    assert seen(remote) == party


def test_without_proxies_of_ours_nobody_can_choose_an_address():
    assert seen("198.51.100.1", forwarded="203.0.113.9") == "198.51.100.1"


def test_behind_our_proxies_the_address_they_saw_counts_and_what_came_before_does_not():
    assert seen("10.0.0.1", proxies=1, forwarded="203.0.113.9, 198.51.100.1") == "198.51.100.1"
    assert seen("10.0.0.1", proxies=2, forwarded="203.0.113.9, 198.51.100.1, 10.0.0.2") == "198.51.100.1"


def test_a_request_that_went_around_the_proxies_counts_as_it_came():
    assert seen("198.51.100.1", proxies=2, forwarded="203.0.113.9") == "198.51.100.1"
