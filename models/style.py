"""See how a comment is written rather than what it says: capitals, exclamation marks, length, address, ending."""

import re

MARKS = 48
_CAPITALS = re.compile(r"[A-Z][A-Z]*")  # begins with a set that is not repeated, which `re` scans fastest


def marks(text: str, normalised: str) -> list[int]:
    """Return which of the `MARKS` marks of style `text` carries, one of each kind."""
    capitals = _CAPITALS.findall(text)
    shouted = sum(len(run) > 2 for run in capitals)
    share = sum(map(len, capitals)) / (len(text) or 1)
    address = normalised.count("you")
    return [
        min(5, int(share * 8)),
        6 + min(5, (1 + shouted).bit_length() - 1),
        12 + min(4, (1 + text.count("!")).bit_length() - 1),
        17 + min(10, len(text).bit_length()),
        28 + min(2, text.count("?")),
        31 + text[:1].islower(),
        33 + ("\n" in text),
        35 + (text.rstrip()[-1:] in '.!?"'),
        37 + min(3, address),
        41 + min(3, 50 * address // (20 + len(text))),
    ]
