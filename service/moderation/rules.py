"""A site's own rules: plain tests on text, links and author that come before any score."""

import ipaddress
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import regex

from service.tenancy import Rule
from service.values import Comment, Reason, Verdict

LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"']*", re.IGNORECASE)
PATTERN_SECONDS = 0.05  # for all patterns of a site together, on one comment
AUTHOR = ("author.id", "author.name", "author.email", "author.url", "author.ip")

Holds = Callable[[str, str, float], bool]


@dataclass(frozen=True, slots=True)
class Test:
    """One way to match.

    `holds` takes what a field says, one of the rule's values, and the seconds it may use, after which it raises
    TimeoutError. `fault` says what is wrong with a value. `values` is how many a rule has, (fewest, most).
    """

    code: str
    fields: tuple[str, ...]
    holds: Holds
    fault: Callable[[str], str | None] = lambda _: None
    values: tuple[int, int] = (1, 200)


def first_match(rules: Sequence[Rule], comment: Comment, repeats: int = 1) -> tuple[Verdict, Reason] | None:
    """Return what the first rule that matches asks for; the order of the rules is the site's.

    `repeats` is how often the text came lately. When a pattern takes too long, a person must look.
    """
    deadline = time.monotonic() + PATTERN_SECONDS
    for rule in rules:
        try:
            if _matches(rule, comment, repeats, deadline):
                return rule.verdict, Reason(_code(rule), f"The site's rule “{rule.name}” matches.")
        except TimeoutError:
            return Verdict.REVIEW, Reason("rule_timeout", f"The site's rule “{rule.name}” took too long to check.")
    return None


def looks_at_repeats(rules: Sequence[Rule]) -> bool:
    """Tell whether a rule asks how often a text came."""
    return any(rule.field == "repeats" for rule in rules)


def fault(field: str, match: str, values: Sequence[str]) -> str | None:
    """Say why no rule can be like this, in words that follow “should”; None when one can."""
    test = TESTS[match]
    if field not in test.fields:
        return f"match `{field}` by {' or '.join(f'`{name}`' for name in TESTS if field in TESTS[name].fields)}"
    fewest, most = test.values
    if not fewest <= len(values) <= most:
        return f"have {f'{fewest} to {most}' if most > fewest else fewest or 'no'} values for `{match}`"
    return next(filter(None, map(test.fault, values)), None)


def count_links(text: str) -> int:
    """Count web addresses in `text`."""
    return len(LINK.findall(text))


def _code(rule: Rule) -> str:
    return "rule_repeated" if rule.field == "repeats" else TESTS[rule.match].code


def _matches(rule: Rule, comment: Comment, repeats: int, deadline: float) -> bool:
    found = str(repeats) if rule.field == "repeats" else _field(rule.field, comment)
    if not found:
        return False
    holds = TESTS[rule.match].holds
    return any(holds(found, value, deadline - time.monotonic()) for value in rule.values or ("",))


def _field(name: str, comment: Comment) -> str | None:
    if name == "text":
        return comment.text
    if name == "links":
        return str(count_links(comment.text))
    if name == "honeypot":
        return "filled in" if comment.honeypot else None
    found: str | None = getattr(comment.author, name.removeprefix("author."))
    return found


def _has_words(found: str, words: str, _: float) -> bool:
    # Whole words, so that a rule on "ass" leaves "class" alone; \b fails beside signs such as "$$$".
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", found.casefold()) is not None


def _is_same(found: str, value: str, _: float) -> bool:
    return found.casefold() == value.casefold()


def _has_pattern(found: str, pattern: str, seconds: float) -> bool:
    if seconds <= 0:
        raise TimeoutError
    return _compiled(pattern).search(found, timeout=seconds) is not None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


def _pattern_fault(pattern: str) -> str | None:
    try:
        _compiled(pattern)
    except regex.error as error:
        return f"hold regular expressions; one has a fault: {error}"
    except (RecursionError, OverflowError):
        return "hold regular expressions; one is nested too deeply"
    return None


def _is_of_domain(found: str, domain: str, _: float) -> bool:
    domain = domain.casefold()
    return any(host == domain or host.endswith("." + domain) for host in _hosts(found.casefold()))


def _hosts(found: str) -> Iterator[str]:
    """Yield the hosts of an e-mail address, a web address, or of the links in a text."""
    if "@" in found and not LINK.search(found):
        yield found.rpartition("@")[2]
    links = LINK.findall(found)
    for link in links or [found]:
        try:
            yield urlsplit(link if "//" in link else f"//{link}").hostname or ""
        except ValueError:
            continue


def _is_in_network(found: str, network: str, _: float) -> bool:
    try:
        return ipaddress.ip_address(found.strip()) in ipaddress.ip_network(network, strict=False)
    except ValueError:  # what the platform calls an address is none
        return False


def _network_fault(network: str) -> str | None:
    try:
        ipaddress.ip_network(network, strict=False)
    except ValueError:
        return "hold addresses or networks, such as 203.0.113.0/24"
    return None


def _count_fault(value: str) -> str | None:
    counts = value.isascii() and value.isdigit() and len(value) <= 4 and int(value) >= 1
    return None if counts else "have one whole number of 1 or more for `at_least`"


TESTS = {
    "contains": Test("rule_words", ("text", *AUTHOR), _has_words),
    "equals": Test("rule_listed", ("text", *AUTHOR), _is_same),
    "pattern": Test("rule_pattern", ("text", *AUTHOR), _has_pattern, _pattern_fault),
    "domain": Test("rule_domain", ("text", "author.email", "author.url"), _is_of_domain),
    "network": Test("rule_listed", ("author.ip",), _is_in_network, _network_fault),
    "at_least": Test(
        "rule_links", ("links", "repeats"), lambda found, value, _: int(found) >= int(value), _count_fault, (1, 1)
    ),
    "filled": Test("rule_honeypot", ("honeypot",), lambda *_: True, values=(0, 0)),
}
