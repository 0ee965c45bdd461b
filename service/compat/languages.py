"""Guess a text's language from its script alone: cheap, and honest about what it cannot see.

Latin letters are taken for English, Cyrillic ones for Russian and so on: the commonest language of each script among
those that Perspective served. A text without letters is `und`, undetermined.
"""

import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import islice

LANGUAGES = {
    "LATIN": "en",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "HANGUL": "ko",
    "DEVANAGARI": "hi",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "THAI": "th",
}
UNKNOWN = "und"
LETTERS_READ = 500


def detected(text: str) -> list[str]:
    """Return the languages whose script the text uses, the commonest first; never empty."""
    if text.isascii():  # most texts, and counting letters would cost a third of reading the request
        return ["en" if any(map(str.isalpha, text)) else UNKNOWN]
    found = Counter(map(_language_of, islice(filter(str.isalpha, text), LETTERS_READ)))
    if "ja" in found:
        found["ja"] += found.pop("zh", 0)  # Japanese is written with Chinese signs too
    return [language for language, _ in found.most_common()] or [UNKNOWN]


@lru_cache(maxsize=4096)
def _language_of(letter: str) -> str:
    script = unicodedata.name(letter, UNKNOWN).split()[0]
    return LANGUAGES.get(script, UNKNOWN)
