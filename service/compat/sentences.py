"""Cut a text into sentences, counted as JavaScript counts: in UTF-16 code units."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

STOPS = re.compile(r"[.!?…]+[\"'»”’)\]]*|[。！？]+|\n")
STOPS_WITHOUT_BLANK = "。！？\n"
MAX_SENTENCES = 200


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text: `begin` and one past its `end`, in UTF-16 code units."""

    begin: int
    end: int
    text: str


def whole(text: str) -> Stretch:
    """Return the text as one stretch."""
    return Stretch(0, utf16_length(text), text)


def sentences_of(text: str) -> list[Stretch]:
    """Return the sentences without the blanks around them; of very many, neighbours are joined."""
    cuts = [0, *_cuts(text)]
    every = -(-len(cuts) // MAX_SENTENCES)
    kept = [*cuts[::every], len(text)]
    return list(_stretches(text, kept))


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units the text has."""
    return len(text) if text.isascii() else len(text) + sum(sign > "\uffff" for sign in text)


def _cuts(text: str) -> Iterator[int]:
    """Yield where a sentence ends within the text: after a stop before a blank, and after a line."""
    for stop in STOPS.finditer(text):
        end = stop.end()
        if text[end - 1] in STOPS_WITHOUT_BLANK or text[end : end + 1].isspace():
            yield end


def _stretches(text: str, cuts: list[int]) -> Iterator[Stretch]:
    units = 0
    for start, stop in pairwise(cuts):
        part = text[start:stop]
        sentence = part.strip()
        if sentence:
            begin = units + utf16_length(part[: part.index(sentence)])
            yield Stretch(begin, begin + utf16_length(sentence), sentence)
        units += utf16_length(part)
