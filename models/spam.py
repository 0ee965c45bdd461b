"""See the signs of spam that words alone do not carry: links, markup, contact handles, wallets, the author's own link.

Each sign comes with the stretches of text that show it. Their weights are set by hand in the recipe, because in every
open data set the links were stripped from one of the two classes, and a learned weight would be that artefact.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from models.folding import lower_case
from models.hosts import CHEAP_ENDINGS, ENDINGS, GOOD_FAITH, PLAIN_ENDINGS, SHORTENERS, THROWAWAY, TOPIC, TRADE

MAX_CHARS = 20_000
_MAX_LINKS = 50

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"\]\[]+", re.I)
_DOMAIN = re.compile(
    r"(?<![@\w.-])[a-z0-9][a-z0-9-]{1,60}(?:\.[a-z0-9-]{2,30})*\.([a-z]{2,12})(?![\w@])(?:/[^\s<>\"\]]*)?", re.I
)
_MAYBE_DOMAIN = re.compile(r"\.[a-zA-Z]{2}")
_MARKUP = re.compile(r"<a\s[^>]*href|\[url\b|\[link\b", re.I)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24})+")
_PHONE = re.compile(r"(?<![\w.,/])\+?\d(?:[\s().-]{0,2}\d){9,14}(?!\w)")
# These are for lower case; the alternatives begin with letters, which `re` tells apart fastest.
_CONTACT = re.compile(
    r"whats\s?app|telegram|t(?<!\wt)\.me/|wa\.me/|viber|hangouts"
    r"|dm me\b|inbox me\b|text me\b|message me\b|contact me\b|write me\b"
)
_MAYBE_CONTACT = (
    *("whats", "telegram", "t.me/", "wa.me/", "viber", "hangouts"),
    *("dm me", "inbox me", "text me", "message me", "contact me", "write me"),
)
_MONEY = re.compile(r"[$€£]\s?\d[\d,.]*[km]?\b|\b\d[\d,.]*\s?(?:usd|usdt|btc|eth|dollars|euros|bitcoins?)\b")
_MAYBE_MONEY = re.compile(r"[$€£\d](?:(?<!\d)|\s?[a-zA-Z])")
_MAYBE_PHONE = re.compile(r"\d[\d\s().-]{8}")
_DIGIT = re.compile(r"\d")
_WALLET = re.compile(
    r"(?<!\w)(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|T[1-9A-HJ-NP-Za-km-z]{33})(?!\w)"
)
_MAYBE_WALLET = re.compile(r"[0b13T][0-9A-Za-z]{25}")
_BARE_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_MIXED = re.compile(
    r"[a-zA-Z][\u0370-\u03ff\u0400-\u04ff\u0530-\u058f]|[\u0370-\u03ff\u0400-\u04ff\u0530-\u058f][a-zA-Z]"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the author."""

    author_name: str | None = None
    author_email: str | None = None
    author_url: str | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of spam, `value` in [0, about 3], and the (start, end) stretches of the text that show it."""

    name: str
    value: float
    spans: tuple[tuple[int, int], ...] = ()


SIGNS = (
    *("link", "links_many", "link_cheap", "link_shortener", "link_odd", "link_trade", "link_trusted"),
    *("markup", "email", "phone", "contact", "wallet", "money", "mixed_script"),
    *("author_trade", "author_link", "author_link_trade", "author_link_odd", "author_throwaway", "nothing_to_gain"),
)


def find_signs(text: str, context: Context | None = None) -> tuple[Sign, ...]:
    """Return the signs that are present; an ordinary comment has none.

    Where the author is known, and neither author nor text leads anywhere, `nothing_to_gain` speaks against spam.
    """
    text = text[:MAX_CHARS]
    found = [*_link_signs(text), *_contact_signs(text)]
    if context is None:
        return tuple(found)
    about = list(_author_signs(context))
    return (*found, *about) if found or about else (Sign("nothing_to_gain", 1.0),)


def _link_signs(text: str) -> Iterator[Sign]:
    if not _MAYBE_DOMAIN.search(text) and "//" not in text:
        return
    spans = _links(text)
    if not spans:
        return
    hosts = [_host(text[start:end]) for start, end in spans]
    yield Sign("link_trusted" if all(map(_is_trusted, hosts)) else "link", 1.0, tuple(spans))
    if len(spans) > 2:
        yield Sign("links_many", min(len(spans) - 2, 5) / 2, tuple(spans))
    yield from _host_signs(text, spans, hosts)
    if match := _MARKUP.search(text):
        yield Sign("markup", 1.0, (match.span(),))


def _host_signs(text: str, spans: list[tuple[int, int]], hosts: list[str]) -> Iterator[Sign]:
    tests: dict[str, Callable[[str, str], bool]] = {
        "link_cheap": lambda host, _: host.rpartition(".")[2] in CHEAP_ENDINGS,
        "link_shortener": lambda host, _: host in SHORTENERS,
        "link_odd": lambda host, _: is_odd_host(host),
        "link_trade": lambda _, link: TRADE.search(lower_case(link.replace("-", " "))) is not None,
    }
    for name, holds in tests.items():
        shown = tuple(span for span, host in zip(spans, hosts, strict=True) if holds(host, text[span[0] : span[1]]))
        if shown:
            yield Sign(name, 1.0, shown)


def _links(text: str) -> list[tuple[int, int]]:
    found = [match.span() for match in _LINK.finditer(text)]
    for match in _DOMAIN.finditer(text):
        inside = any(start <= match.start() < end for start, end in found)
        if not inside and _is_address(match):
            found.append(match.span())
    return sorted(found)[:_MAX_LINKS]


def _is_address(match: re.Match[str]) -> bool:
    """Tell `best-pills.com` from `asp.net` and from a sentence.Without a space."""
    ending, address = match[1], match[0]
    return ending in ENDINGS and (
        ending in CHEAP_ENDINGS or "/" in address or ending in PLAIN_ENDINGS or "-" in address
    )


def _host(link: str) -> str:
    try:
        host = urlsplit(link if "//" in link else f"//{link}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_odd_host(host: str) -> bool:
    """Tell whether `host` is a bare address, punycode, or strung together from many parts."""
    return bool(_BARE_ADDRESS.fullmatch(host)) or "xn--" in host or host.count("-") >= 3 or host.count(".") >= 4


def _is_trusted(host: str) -> bool:
    parts = host.split(".")
    return any(".".join(parts[at:]) in GOOD_FAITH for at in range(len(parts) - 1)) or host.endswith((".gov", ".edu"))


def _contact_signs(text: str) -> Iterator[Sign]:
    if "@" in text:
        yield from _shown("email", _EMAIL, text)
    if any(map(text.lower().__contains__, _MAYBE_CONTACT)):
        yield from _shown("contact", _CONTACT, lower_case(text))
    if _DIGIT.search(text):
        yield from _number_signs(text)
    if not text.isascii():
        yield from _shown("mixed_script", _MIXED, text)


def _number_signs(text: str) -> Iterator[Sign]:
    if _MAYBE_WALLET.search(text):
        yield from _shown("wallet", _WALLET, text)
    if _MAYBE_PHONE.search(text):
        yield from _shown("phone", _PHONE, text)
    if _MAYBE_MONEY.search(text):
        yield from _shown("money", _MONEY, lower_case(text))


def _shown(name: str, pattern: re.Pattern[str], text: str) -> Iterator[Sign]:
    spans = tuple(match.span() for match in pattern.finditer(text))[:_MAX_LINKS]
    if spans:
        yield Sign(name, 1.0, spans)


def _author_signs(context: Context) -> Iterator[Sign]:
    if context.author_name and (TRADE.search(lower_case(context.author_name)) or TOPIC.fullmatch(context.author_name)):
        yield Sign("author_trade", 1.0)
    if context.author_url:
        host = _host(context.author_url)
        yield Sign("author_link", 1.0)
        if TRADE.search(lower_case(context.author_url.replace("-", " "))):
            yield Sign("author_link_trade", 1.0)
        if is_odd_host(host) or host in SHORTENERS or host.rpartition(".")[2] in CHEAP_ENDINGS:
            yield Sign("author_link_odd", 1.0)
    if context.author_email and context.author_email.rpartition("@")[2].lower() in THROWAWAY:
        yield Sign("author_throwaway", 1.0)
