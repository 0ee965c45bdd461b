"""Turn a comment into what the second model reads: its disguises undone, its emoji and links named in words."""

import html
import re
import unicodedata
from collections.abc import Callable

MAX_CHARS = 1200

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NAME = re.compile(r"@\w+")
_SIGN = re.compile("[\u200d\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")
_MODIFIERS = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")


def read(text: str, normalise: Callable[[str], str]) -> str:
    """Return the first `MAX_CHARS` characters of `text` in plain words; `normalise` undoes what disguises them."""
    text = html.unescape(text[:MAX_CHARS])
    text = _NAME.sub("@user", _LINK.sub(" url ", text))
    return normalise(text if text.isascii() else _SIGN.sub(_in_words, text))


def _in_words(sign: re.Match[str]) -> str:
    """Return the Unicode name of an emoji between spaces; what only joins or colours another is dropped."""
    if _MODIFIERS.match(sign[0]):
        return ""
    return f" {unicodedata.name(sign[0], '').lower().replace('-', ' ')} "
