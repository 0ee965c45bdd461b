"""Where a web address leads, so that what a site's admin enters cannot reach into the network Parley runs in."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

import httpx


class Inward(Exception):
    """An address leads to this machine or to a network of its own."""


class NoSuchHost(Exception):
    """A name has no address."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a host: the address to connect to, and the name it must prove in TLS and hear in `Host`."""

    url: httpx.URL
    host: str
    name: str


async def ways(url: str, allow_private: bool) -> list[Way]:
    """Return the ways to `url`, best first.

    The name is looked up once and the connection goes to what was checked, so that a name whose answer changes
    cannot lead elsewhere. Raises `Inward` when one of its addresses is no public one, unless `allow_private`;
    `NoSuchHost`; httpx.InvalidURL.
    """
    target = httpx.URL(url)
    addresses = await _look_up(target)
    if not allow_private and not all(map(_is_public, addresses)):
        raise Inward
    host = target.netloc.decode("ascii").rpartition("@")[2]
    return [Way(target.copy_with(host=address), host, target.raw_host.decode("ascii")) for address in addresses]


async def _look_up(target: httpx.URL) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            target.raw_host.decode("ascii"), target.port or 0, type=socket.SOCK_STREAM
        )
    except (socket.gaierror, UnicodeError) as error:
        raise NoSuchHost from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
