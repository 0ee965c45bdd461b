"""Show a text as it is: every hidden character as a small sign, marked stretches marked, nothing live."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

SHORT = {
    0x00AD: "SHY",
    0x061C: "ALM",
    0x180E: "MVS",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
}
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
JOINERS = frozenset("\u200c\u200d")
KEPT_CONTROLS = frozenset("\n\t\r")
TAGS = range(0xE0000, 0xE0080)
FLAG = 0x1F3F4  # followed by tags it is the flag of a region, such as Scotland
STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
SCRIPTS = {"CJK": "Chinese", "HANGUL": "Korean", "HIRAGANA": "Japanese", "KATAKANA": "Japanese"}
SAMPLE = 400
LONG_CHARS, SHOWN_CHARS, MOST_LINES = 1500, 800, 14


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start` to `end`, shown in the class `style` with a word on hovering."""

    start: int
    end: int
    style: str
    title: str


def visible(text: str, stretches: Sequence[Stretch] = ()) -> Markup:
    """Return `text` as HTML; `stretches` are in order and do not overlap."""
    parts: list[Markup] = []
    at = 0
    for stretch in stretches:
        parts.append(_shown(text, at, stretch.start))
        inside = _shown(text, stretch.start, stretch.end)
        parts.append(Markup('<mark class="{}" title="{}">{}</mark>').format(stretch.style, stretch.title, inside))
        at = stretch.end
    parts.append(_shown(text, at, len(text)))
    return Markup("").join(parts)


def legend(text: str) -> list[tuple[str, str, int]]:
    """Return the hidden characters in `text`, each as its sign, its name and how often it stands there."""
    found = Counter(text[at] for at in _hidden_places(text, 0, len(text)))
    return [(sign(char), name(char), count) for char, count in found.most_common()]


def sign(char: str) -> str:
    """Return a short sign for a hidden character."""
    code = ord(char)
    if code in TAGS:
        return f"TAG {chr(code - 0xE0000)}" if code > 0xE0020 else "TAG"
    return SHORT.get(code, f"U+{code:04X}")


def name(char: str) -> str:
    """Return a hidden character's own name."""
    return unicodedata.name(char, f"CONTROL U+{ord(char):04X}").lower()


def direction(text: str) -> str:
    """Return `rtl` or `ltr`, by the first letter that has a direction."""
    return next((STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in STRONG), "ltr")


def script(text: str) -> str | None:
    """Name the script that most letters at the beginning are of; None for Latin, or when there are no letters."""
    letters = (char for char in text[:SAMPLE] if char.isalpha())
    found = Counter(unicodedata.name(char, "UNKNOWN ").split()[0] for char in letters)
    if not found:
        return None
    most = found.most_common(1)[0][0]
    return None if most in ("LATIN", "UNKNOWN") else SCRIPTS.get(most, most.capitalize())


def folded(text: str) -> tuple[str, str]:
    """Return what of a text is shown at once, and the rest, which is empty unless the text is long."""
    lines_end = [at for at, char in enumerate(text[:LONG_CHARS]) if char == "\n"][MOST_LINES - 1 : MOST_LINES]
    if len(text) <= LONG_CHARS and not lines_end:
        return text, ""
    return cut(text, min([SHOWN_CHARS, *lines_end]))


def cut(text: str, about: int) -> tuple[str, str]:
    """Return the first `about` characters, up to the end of a word if one is near, and the rest."""
    space = text.rfind(" ", about - 80, about)
    at = space if space > 0 else about
    while at < len(text) and unicodedata.category(text[at]) in ("Mn", "Me", "Cf"):
        at += 1
    return text[:at], text[at:]


def _shown(text: str, start: int, end: int) -> Markup:
    parts: list[Markup] = []
    at = start
    for place in _hidden_places(text, start, end):
        char = text[place]
        parts += [escape(text[at:place]), _marker(char)]
        at = place + 1
    return Markup("").join([*parts, escape(text[at:end])])


def _marker(char: str) -> Markup:
    return Markup('<span class="unseen" title="{}">{}</span>').format(name(char), sign(char))


def _hidden_places(text: str, start: int, end: int) -> Iterator[int]:
    return (at for at in _suspects(text, start, end) if not _is_in_order(text, at))


def _suspects(text: str, start: int, end: int) -> Iterable[int]:
    if text.isascii() and text.isprintable():
        return ()
    return (at for at in range(start, end) if _is_hidden(text[at]))


def _is_hidden(char: str) -> bool:
    if char in KEPT_CONTROLS:
        return False
    return char in BLANKS or unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Zl", "Zp")


def _is_in_order(text: str, at: int) -> bool:
    """Say whether a joiner or a tag does its proper work: within an emoji, a flag, or a script that needs it."""
    if ord(text[at]) in TAGS:
        before = at
        while before and ord(text[before]) in TAGS:
            before -= 1
        return ord(text[before]) == FLAG
    if text[at] not in JOINERS or not 0 < at < len(text) - 1:
        return False
    return all(_joins(text[place]) for place in (at - 1, at + 1))


def _joins(char: str) -> bool:
    """Say whether a joiner beside `char` changes what is seen: emoji and their parts, Arabic, Indic letters."""
    if unicodedata.category(char) in ("So", "Sk", "Mn", "Mc") or char == "\ufe0f":
        return True
    return unicodedata.bidirectional(char) == "AL" or 0x0900 <= ord(char) < 0x0E00
