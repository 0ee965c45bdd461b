"""Write the sentences that teach the second model who is spoken of, and how: hate beside what only sounds like it.

The frames and the words that fill them stand in frames.toml. Two sides, trained and measured, share no frame, no group
and no dangerous word; within a side every group and every such word is about as often in harmless sentences as in
hurtful ones, so that no word alone decides.
"""

import math
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.attributes import HARMS
from models.groups import GROUPS
from models.identity import with_article
from models.robustness import DISGUISES

HEADS = HARMS

_FRAMES: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("frames.toml").read_text())
_SLOT = re.compile(r"\{(\w+)\}")
_GROUP_SLOT = re.compile(rf"\{{(?:of_)?(group|{'|'.join(_FRAMES['groups']['trained'])})\}}")
_OPENING = re.compile(r"(^[\"']?|[.!?] )([a-z])")
_PROFANE = re.compile(r"fuck|shit|goddamn", re.I)
_MILD = re.compile(r"\b(?:damn|crap|hell|screw)\b", re.I)
_LONG = re.compile(r"[A-Za-z]{5,}")
_DANGEROUS = ("beasts", "killed", "kill", "vice", "crooks", "fool", "swear")
_PER_FRAME = {"trained": 5, "measured": 10}  # sentences at most
_FRAMED = 0.18  # of the sentences have something before them, as many something after them
_CASUAL = 0.15  # are written without capitals and without a stop
_HIDDEN = {True: 1 / 8, False: 1 / 24}  # by whether the sentence hurts


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sentence, with its frames of both sides; `labels` has the heads that are known."""

    name: str
    hurts: bool
    labels: Mapping[str, float]
    trained: tuple[str, ...]
    measured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the key of the group it names, and its labels in the order of `HEADS`: 1, 0, or NaN for unknown."""

    text: str
    kind: str
    group: str | None
    labels: tuple[float, ...]
    disguised: bool = False


def _kind(entry: Mapping[str, Any]) -> Kind:
    trained, measured = (tuple(entry[side].strip().splitlines()) for side in ("trained", "measured"))
    return Kind(entry["name"], entry["hurts"], entry["labels"], trained, measured)


KINDS = tuple(map(_kind, _FRAMES["kind"]))
ALL_GROUPS: Mapping[str, tuple[str, str]] = GROUPS | {
    key: (adjective, plural) for key, (adjective, plural) in _FRAMES["groups"]["more"].items()
}


def groups(side: str) -> tuple[str, ...]:
    """Return the keys of the groups that the sentences of a side, `trained` or `measured`, may name."""
    pools = _FRAMES["groups"][side]
    return (*pools["nation"], *pools["minority"])


def dangerous_words(side: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of a side that look like hate on their own, by their slot."""
    return {slot: tuple(_FRAMES["words"][side][slot]) for slot in _DANGEROUS}


def trained(seed: int) -> list[Sentence]:
    """Return the sentences for training, the same ones again for the same seed."""
    return _Writer("trained", seed).write((kind, frame) for kind in KINDS for frame in kind.trained)


def measured(seed: int) -> list[Sentence]:
    """Return the sentences for measuring: other frames, other groups, other words."""
    return _Writer("measured", seed).write((kind, frame) for kind in KINDS for frame in kind.measured)


class _Writer:
    """Fills the frames of one side, each time with what was used least so far among sentences that hurt, or do not."""

    def __init__(self, side: str, seed: int) -> None:
        self._side = side
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._used: Counter[tuple[bool, str]] = Counter()

    def write(self, frames: Iterable[tuple[Kind, str]]) -> list[Sentence]:
        """Return the sentences of all frames, each text once."""
        sentences = (sentence for kind, frame in frames for sentence in self._of_frame(kind, frame))
        return list({sentence.text: sentence for sentence in sentences}.values())

    def _of_frame(self, kind: Kind, frame: str) -> Iterator[Sentence]:
        taken: set[str] = set()
        for _ in range(min(_PER_FRAME[self._side], self._ways(frame))):
            values, group = self._filling(kind.hurts, frame, taken)
            core = _spelled(frame, with_article(frame.format_map(values)))
            if core in taken:
                continue
            taken.update({core, group} if group else {core})
            yield self._dressed(kind, core, group)

    def _ways(self, frame: str) -> int:
        """Return in how many ways a frame can be filled."""
        pool = _GROUP_SLOT.search(frame)
        choices = [self._words[slot] for slot in self._word_slots(frame)] + ([self._pools[pool[1]]] if pool else [])
        return math.prod(map(len, choices))

    @cached_property
    def _words(self) -> Mapping[str, Sequence[str]]:
        words: Mapping[str, Sequence[str]] = _FRAMES["words"][self._side]
        return words

    @cached_property
    def _pools(self) -> Mapping[str, Sequence[str]]:
        return {"group": groups(self._side), **_FRAMES["groups"][self._side]}

    def _filling(self, hurts: bool, frame: str, taken: set[str]) -> tuple[dict[str, str], str | None]:
        values = {slot: self._least_used(hurts, self._words[slot]) for slot in self._word_slots(frame)}
        pool = _GROUP_SLOT.search(frame)
        if pool is None:
            return values, None
        left = [key for key in self._pools[pool[1]] if key not in taken]
        group = self._least_used(hurts, left or self._pools[pool[1]])
        adjective, plural = ALL_GROUPS[group]
        return values | {pool[1]: plural, f"of_{pool[1]}": adjective}, group

    def _word_slots(self, frame: str) -> list[str]:
        return [slot for slot in dict.fromkeys(_SLOT.findall(frame)) if slot in self._words]

    def _least_used(self, hurts: bool, choices: Sequence[str]) -> str:
        found = min(choices, key=lambda choice: (self._used[hurts, choice], self._chance.random()))
        self._used[hurts, found] += 1
        return found

    def _dressed(self, kind: Kind, core: str, group: str | None) -> Sentence:
        text = self._framed(core)
        if self._chance.random() < _CASUAL:
            text = text.lower().rstrip(".")
        labels = _labels(kind, text)
        hidden = self._hidden(kind.hurts, text) if self._chance.random() < _HIDDEN[kind.hurts] else text
        return Sentence(hidden, kind.name, group, labels, hidden != text)

    def _framed(self, core: str) -> str:
        around = _FRAMES["around"][self._side]
        before, after = (
            self._chance.choice(around[place]) if self._chance.random() < _FRAMED else ""
            for place in ("before", "after")
        )
        stop = "." if after and core[-1].isalnum() else ""
        return " ".join(filter(None, (before, core + stop, after))).format_map(
            {slot: self._chance.choice(self._words[slot]) for slot in ("place", "topic")}
        )

    def _hidden(self, hurts: bool, text: str) -> str:
        how = DISGUISES[self._chance.choice(sorted(DISGUISES))]
        keys = self._keys.findall(text)
        if not keys or not (hurts or self._chance.random() < 0.5):
            keys = [self._chance.choice(_LONG.findall(text) or [text.split()[0]])]
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})\b")
        return pattern.sub(lambda match: how(match[0].lower(), self._chance), text)

    @cached_property
    def _keys(self) -> re.Pattern[str]:
        words = {
            word for choices in dangerous_words(self._side).values() for choice in choices for word in choice.split()
        }
        keys = sorted(word for word in words if len(word) >= 4 and word != "down")
        return re.compile(rf"\b(?:{'|'.join(keys)}|hates?|crimes?)\b", re.I)


def _spelled(frame: str, text: str) -> str:
    """Return `text` with capitals where sentences begin, unless its frame is written without them."""
    if frame[0].islower():
        return text
    return _OPENING.sub(lambda match: match[1] + match[2].upper(), text)


def _labels(kind: Kind, text: str) -> tuple[float, ...]:
    profanity = 1.0 if _PROFANE.search(text) else math.nan if _MILD.search(text) else 0.0
    return tuple(float(kind.labels.get(head, math.nan)) if head != "profanity" else profanity for head in HEADS)
