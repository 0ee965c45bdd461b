"""A site's own rules: plain matches on text, links and author that come before any score."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from service.values import Comment, Rule

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def first_match(rules: tuple[Rule, ...], comment: Comment) -> Rule | None:
    """Return the first rule that matches `comment`; the order of the rules is the site's."""
    return next((rule for rule in rules if _matches(rule, comment)), None)


def count_links(text: str) -> int:
    """Count web addresses in `text`."""
    return len(LINK.findall(text))


def _matches(rule: Rule, comment: Comment) -> bool:
    if rule.field == "links":
        return count_links(comment.text) >= int(rule.values[0])
    found = _field(rule.field, comment)
    if not found:
        return False
    test = MATCHES[rule.match]
    return any(test(found.casefold(), value.casefold()) for value in rule.values)


def _field(name: str, comment: Comment) -> str | None:
    if name == "text":
        return comment.text
    found: str | None = getattr(comment.author, name.removeprefix("author."))
    return found


def _has_words(text: str, words: str) -> bool:
    # Whole words, so that a rule on "ass" leaves "class" alone; \b fails beside signs such as "$$$".
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _is_of_domain(address: str, domain: str) -> bool:
    host = address.rpartition("@")[2] if "@" in address else urlsplit(address).hostname or address
    return host == domain or host.endswith("." + domain)


MATCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": _has_words,
    "equals": lambda text, value: text == value,
    "domain": _is_of_domain,
}
