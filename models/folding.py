"""Bring every way to write a letter down to one: case, width, accents, invisible marks, look-alikes.

Look-alikes are folded by the word: `іdiоt` with two Cyrillic letters becomes `idiot`, while `привет` stays as it is,
for a word is changed only if it is Latin throughout afterwards. A word without any Latin letter needs letters that
look exactly Latin; beside a Latin letter a rough likeness is enough (after Unicode TR39; stray Latin letters are
recognised by their names in Python's own Unicode table).
"""

import re
import unicodedata

REPLACEMENT = "\ufffd"
_LATIN_NAME = re.compile(
    r"(?:MODIFIER LETTER |NEGATIVE |SQUARED |CIRCLED |PARENTHESIZED |REGIONAL INDICATOR SYMBOL |FULLWIDTH )*"
    r"(?:LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL |TURNED |REVERSED |DOTLESS |SCRIPT |LONG )?|LETTER )([A-Z])"
    r"(?: WITH .*)?|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)

# Look exactly like the Latin letter in most fonts.
_EXACT = dict(zip("аеорсухіјѕһԁԛԝѵӏοօⲟⲥⲣⲭ", "aeopcyxijshdqwvlooocpx", strict=True))
# Close enough beside Latin letters.
_CLOSE = {
    letter: latin
    for letters, latins in (
        ("кмтнвгпиязьєэбдл", "kmthbrnuazbeebdl"),  # Cyrillic
        ("αβγδεζηικμνρσςτυφχψω", "abydeznikuvpoctufxyw"),  # Greek
        ("աեցիհյոպռսվւգզքֆլտ", "wegihjnwnuluqzpfln"),  # Armenian
        ("ᎪᎬᎥᎾᏒᏚᏔᏃᏞᏦ", "aeiorswzlk"),  # Cherokee
        ("ⲁⲉⲓⲕⲙⲛⲧⲩ", "aeikmnty"),  # Coptic
        ("ɑɩʋʟɴʀ", "aivlnr"),  # phonetic
    )
    for letter, latin in zip(letters, latins, strict=True)
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_QUOTES = dict.fromkeys(map(ord, "’‘‛´`ʼ＇′"), "'") | dict.fromkeys(map(ord, "“”„‟«»″＂"), '"')
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")


_LONE_CASES = str.maketrans("İıſ", "iis")  # lower() makes the first two characters, and leaves the others


def lower_case(text: str) -> str:
    """Return `text` in lower case, as a pattern that ignores case sees it; every character stays in its place."""
    return text.lower() if text.isascii() else text.translate(_LONE_CASES).lower()


def _is_invisible(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cf", "Mn", "Me") or char in "\u115f\u1160\u3164\uffa0\u2800"


def _letter_by_name(char: str) -> str:
    match = _LATIN_NAME.fullmatch(unicodedata.name(char, ""))
    return (match[1] or match[2]).lower() if match else char


def _fold_char(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return REPLACEMENT
    if char.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", char).casefold()
    visible = "".join(part for part in decomposed if not _is_invisible(part))
    if len(visible) == 1 and not visible.isascii() and visible not in _EXACT and visible not in _CLOSE:
        return _letter_by_name(visible)
    return visible


class _CharTable(dict[int, str]):
    """Fill itself with every character that is met; Unicode bounds its size."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_TABLE = _CharTable({**_QUOTES, **_DASHES})


def fold_characters(text: str) -> str:
    """Return `text` in lower case, without accents and invisible marks; may be shorter or longer."""
    return text.translate(_TABLE)


def folded_lengths(text: str) -> list[int]:
    """Return how many characters each character of `text` becomes in `fold_characters`."""
    return [len(_TABLE[ord(char)]) for char in text]


def fold_lookalikes(text: str) -> str:
    """Return folded `text` with words written in look-alike letters made Latin; the length stays."""
    return text if text.isascii() else _WORD.sub(_to_latin, text)


def _to_latin(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii():
        return word
    has_latin = any("a" <= char <= "z" for char in word)
    latin = "".join([_EXACT.get(char) or (_CLOSE.get(char, char) if has_latin else char) for char in word])
    return latin if latin.isascii() else word
