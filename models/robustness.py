"""Hide abusive words as people do, and measure how many comments are still found."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.metrics import threshold_at

Hide = Callable[[str, random.Random], str]
Score = Callable[[Sequence[str]], NDArray[np.float32]]

# Plain abusive words of four letters and more; only comments that hold one are asked about.
PROBES = [
    "idiot",
    "idiots",
    "stupid",
    "moron",
    "fuck",
    "fucking",
    "fucker",
    "shit",
    "bitch",
    "asshole",
    "bastard",
    "cunt",
    "dick",
    "whore",
    "slut",
    "faggot",
    "nigger",
    "retard",
    "bullshit",
    "dumbass",
    "pussy",
    "cock",
    "crap",
    "scum",
    "loser",
    "pathetic",
    "dumb",
    "suck",
    "sucks",
    "jerk",
    "liar",
    "trash",
]
_PROBE = re.compile(rf"\b({'|'.join(PROBES)})\b", re.I)
_LEET = {"a": "4@", "b": "8", "e": "3", "i": "1!", "l": "1", "o": "0", "s": "5$", "t": "7+", "g": "9"}
_LOOKALIKE = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "d": "ԁ"}
_VOWELS = "aeiou"


def _leet(word: str, chance: random.Random) -> str:
    return "".join(chance.choice(_LEET[char]) if char in _LEET else char for char in word)


def _star(word: str, _: random.Random) -> str:
    inner = [at for at in range(1, len(word) - 1) if word[at] in _VOWELS] or [1]
    return word[: inner[0]] + "*" + word[inner[0] + 1 :]


def _swap(word: str, chance: random.Random) -> str:
    places = [at for at in range(1, len(word) - 1) if word[at] != word[at + 1]] or [0]
    at = chance.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _stretch(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] * chance.randint(2, 5) + word[at:]


DISGUISES: Mapping[str, Hide] = {
    "zero_width": lambda word, _: "\u200b".join(word),
    "homoglyph": lambda word, _: "".join(_LOOKALIKE.get(char, char) for char in word),
    "leet": _leet,
    "spaced": lambda word, _: " ".join(word),
    "dotted": lambda word, _: ".".join(word),
    "repeated": _stretch,
    "star": _star,
    "swapped": _swap,
}


def hide(text: str, how: Hide, seed: int) -> str:
    """Return `text` with every probe word hidden."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return _PROBE.sub(lambda match: how(match[0].lower(), chance), text)


def disguise_recall(score: Score, positives: Sequence[str], negatives: NDArray[np.float32]) -> dict[str, float]:
    """Return the share of positives with a probe word found at 1 % false positives, clean and under each disguise."""
    threshold = threshold_at(negatives, 0.01)
    chosen = [text for text in positives if _PROBE.search(text)]
    recalls = {"comments": float(len(chosen)), "clean": float((score(chosen) > threshold).mean())}
    for name, how in DISGUISES.items():
        hidden = [hide(text, how, at) for at, text in enumerate(chosen)]
        recalls[name] = float((score(hidden) > threshold).mean())
    return recalls
