"""Where webhooks may go: the name is looked up once, and only what was checked is connected to."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest

from service.workers.outward import Inward, NoSuchHost, ways
from service.workers.webhook import Sender, sign
from tests.workers.receivers import SECRET, Receiver

INWARD = [
    *("127.0.0.1", "[::1]", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
    *("[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "224.0.0.1", "localhost", "2130706433"),
]


def apart(work):
    """Do `work` in a thread, as the deliverer does: the tests of pages keep an event loop in the first one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def found(url, allow_private=False):
    return apart(lambda: asyncio.run(ways(url, allow_private)))


@pytest.fixture
def names(monkeypatch):
    """Let names have the addresses that the test says, and count how often they are looked up."""
    looked_up = []

    def resolve(addresses):
        def getaddrinfo(host, port, *_, **__):
            looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return looked_up

    return resolve


@pytest.mark.parametrize("host", INWARD)
def test_addresses_of_ones_own_network_are_refused(host):
    with pytest.raises(Inward):
        found(f"http://{host}:8000/hook")


def test_a_setting_allows_them():
    [way] = found("http://127.0.0.1:8000/hook", allow_private=True)

    assert (str(way.url), way.host, way.name) == ("http://127.0.0.1:8000/hook", "127.0.0.1:8000", "127.0.0.1")


def test_a_name_is_reached_at_the_address_that_was_checked(names):
    looked_up = names(["93.184.216.34", "93.184.216.35"])

    first, second = found("https://blog.example:8443/hook?x=1")

    assert str(first.url) == "https://93.184.216.34:8443/hook?x=1"
    assert (second.url.host, first.host, first.name) == ("93.184.216.35", "blog.example:8443", "blog.example")
    assert looked_up == ["blog.example"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(names):
    names(["93.184.216.34", "10.0.0.7"])

    with pytest.raises(Inward):
        found("https://blog.example/hook")


def test_a_name_without_an_address_is_told_apart():
    with pytest.raises(NoSuchHost):
        found("https://nobody.invalid/hook")


def test_a_refused_delivery_says_why_and_knocks_nowhere():
    receiver = Receiver()

    answer = apart(lambda: Sender(2.0).send(receiver.url, {}, b"{}"))

    receiver.close()
    assert (answer.error, answer.unwell) == ("private address", True)
    assert receiver.messages == []


def test_the_next_address_is_tried_when_one_does_not_connect(names):
    receiver = Receiver()
    names(["127.0.0.9", "127.0.0.1"])
    port = httpx.URL(receiver.url).port

    headers = sign(SECRET, "c-1.1", b"{}", datetime.now(UTC))
    sender = Sender(2.0, allow_private=True)
    answer = apart(lambda: sender.send(f"http://blog.example:{port}/hook", headers, b"{}"))

    receiver.close()
    assert answer.error == ""
    assert receiver.messages[0].headers["host"] == f"blog.example:{port}"
