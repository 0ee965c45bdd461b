"""Undo what people do to a word so that a machine does not see it: `1d10t`, `i d i o t`, `f*ck`, `fcuk`, `fuuuck`.

Every rule only drops characters or exchanges them one for one, so that the way back to the original can be found by
aligning the two texts. Rules that guess ask the vocabulary, and leave the text alone when it does not know the word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from models.vocabulary import Vocabulary

_ODD = r"0-9@$!|+(*#%&€£"
_DOT = r"[.,\-_/|+~^`\\:]"
_GAP = r"[ .,\-_/|+~^`\\:]"
_LINK = re.compile(
    r"(?:https?:(?://)?|www\.)[^\s<>\"\]]*|</?[a-z][^<>]{0,400}>|\[/?(?:url|img|link|b|i)\b[^\]\n]{0,400}\]"
)
_HOST = re.compile(r"(?:https?:)?(?://)?(?:www\.)?([^/?#:]*)")
_SPACED = re.compile(rf"(?<![a-z0-9'])[a-z@$](?:{_GAP}{{1,3}}[a-z0-9@$!](?![a-z0-9])){{2,}}")
_DOTTED = re.compile(rf"(?<![a-z0-9'])[a-z@$](?:{_DOT}{{1,2}}[a-z0-9@$!](?![a-z0-9])){{2,}}")
_GAPS = re.compile(rf"{_GAP}+")
# The look ahead drops ordinary words at their end, before either alternative is tried.
_TOKEN = re.compile(
    rf"(?<![a-z0-9])(?=[a-z]*+[{_ODD}])(?:[a-z]*(?:[{_ODD}]+[a-z]+)+[{_ODD}]*|[a-z]+[0-9@$*#%]+(?![a-z]))"
)
_BROKEN = re.compile(r"(?<![a-z0-9])[a-z]{1,9}(?:[.\-_~^`,/\\|+=:]{1,2}[a-z]{1,9}){1,8}(?![a-z0-9])")
_STRETCHED = re.compile(r"[a-z]*([a-z])\1\1[a-z]*")
_WORDS = re.compile(r"[a-z]{4,}")
_SPACES = re.compile(r"  +")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_LETTERS_ALONE = bytes(code if code in b"abcdefghijklmnopqrstuvwxyz" else 32 for code in range(256))

# Cheap signs that a rule may find something; each begins with a character set, which `re` scans fastest.
_MAYBE_DOTTED = re.compile(rf"{_DOT}[a-z0-9@$!]{_DOT}{{1,2}}[a-z0-9@$!](?![a-z0-9])")
_MAYBE_SPACED = re.compile(rf"{_GAP}[a-z0-9@$!]{_GAP}{{1,3}}[a-z0-9@$!](?![a-z0-9])")
_MAYBE_SIGNS = re.compile(rf"[{_ODD}](?:[a-z]|(?<=[a-z][0-9@$*#%]))")
_MAYBE_BROKEN = re.compile(r"[.\-_~^`,/\\|+=:](?<=[a-z].)[.\-_~^`,/\\|+=:]?[a-z]")
_MAYBE_STRETCHED = re.compile(r"([a-z])\1\1")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewriting: where `pattern` finds something, `replace` answers what shall stand there."""

    name: str
    needed: Callable[[str], object]
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]


def rules(vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Return the rewritings in their order; each expects folded text."""

    def token(match: re.Match[str]) -> str:
        return _read_token(match[0], vocabulary)

    def broken(match: re.Match[str]) -> str:
        joined = _NOT_LETTERS.sub("", match[0])
        return joined if joined in vocabulary.words else match[0]

    slips = frozenset(slip.encode() for slip in vocabulary.slips)

    def slip(match: re.Match[str]) -> str:
        return vocabulary.slips.get(match[0], match[0])

    def has_slip(text: str) -> bool:
        return not slips.isdisjoint(text.encode().translate(_LETTERS_ALONE).split())

    return (
        Rule("link", _may_have_link, _LINK, lambda match: _host_words(match[0])),
        Rule("dotted", _MAYBE_DOTTED.search, _DOTTED, lambda match: _GAPS.sub("", match[0])),
        Rule("spaced", _MAYBE_SPACED.search, _SPACED, lambda match: _close_up(match[0])),
        Rule("signs", _MAYBE_SIGNS.search, _TOKEN, token),
        Rule("broken", _MAYBE_BROKEN.search, _BROKEN, broken),
        Rule("stretched", _MAYBE_STRETCHED.search, _STRETCHED, lambda match: vocabulary.read_stretched(match[0])),
        Rule("slip", has_slip, _WORDS, slip),
        Rule("spaces", lambda text: "  " in text, _SPACES, lambda _: " "),
    )


def _may_have_link(text: str) -> bool:
    return "http" in text or "www." in text or "<" in text or "[" in text


def _host_words(link: str) -> str:
    if link[0] in "<[":
        return ""
    host = _HOST.match(link)
    return host[1] if host else ""


def _close_up(spaced: str) -> str:
    gaps = _GAPS.findall(spaced)
    narrow = min(gaps, key=lambda gap: (gap.count(" "), len(gap)))
    return _GAPS.sub(lambda gap: " " if _is_wider(gap[0], narrow) else "", spaced)


def _is_wider(gap: str, narrow: str) -> bool:
    return " " in gap and (" " not in narrow or (gap.isspace() and len(gap) > len(narrow)))


def _read_token(token: str, vocabulary: Vocabulary) -> str:
    bare = token.rstrip("!|(+&%#*")
    for body in dict.fromkeys((token, bare)):
        word = _read_body(body, vocabulary)
        if word:
            return word + token[len(body) :]
    return token


def _read_body(body: str, vocabulary: Vocabulary) -> str | None:
    if not body or (not body[0].isalnum() and body[0] not in "@$(|"):
        return None
    letters = _NOT_LETTERS.sub("", body)
    if letters in vocabulary.words and len(letters) >= 4 and not body[0].isdigit():
        return letters
    return vocabulary.read_leet(body) or (vocabulary.read_masked(body) if len(letters) >= 2 or len(body) >= 4 else None)
