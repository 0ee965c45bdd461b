"""Read of a request what every way in reads: its bytes, its bearer token, and the address it comes from."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from service.errors import BodyTooLarge
from service.settings import Settings


def read_body(max_bytes: int) -> bytes:
    """Return the body as it came; raises 413 when it is larger than `max_bytes`."""
    request.max_content_length = max_bytes
    body = request.get_data(cache=False)
    if len(body) >= max_bytes and request.content_length is None:  # a chunked body is cut off there without a word
        raise too_large(max_bytes)
    return body


def too_large(max_bytes: int) -> BodyTooLarge:
    """Return the error for a body larger than `max_bytes`."""
    return BodyTooLarge(f"The body may have {max_bytes:,} bytes.")


def bearer_token() -> str | None:
    """Return the bearer token of this request, or None."""
    scheme, _, plaintext = request.headers.get("Authorization", "").partition(" ")
    return plaintext.strip() or None if scheme.lower() == "bearer" else None


def visitor_address(settings: Settings) -> str:
    """Return where this request comes from, as far as our own proxies tell, or an empty string.

    Of IPv6 the /64 network, for one party has that many addresses.
    """
    given = request.remote_addr or ""
    if settings.proxies:
        hops = [hop.strip() for hop in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
        given = hops[-settings.proxies] if len(hops) >= settings.proxies else given
    return _party(given)


@lru_cache(maxsize=4096)
def _party(given: str) -> str:
    try:
        address = ip_address(given.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ip_network((address, 64), strict=False))
    return str(address)
