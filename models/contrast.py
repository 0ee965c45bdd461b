"""Pair what hurts with what only sounds like it: hate and its denial, its quotation, its literal words.

Each kind of sentence has frames for training and others for measuring, and a third of the groups is only measured on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from models.groups import GROUPS


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sentence; `attributes` are those of `HEADS` it is an example of: none for the harmless ones.

    Frames take `{group}` (a group in the plural), `{beasts}` or `{fool}`, or nothing.
    """

    name: str
    attributes: tuple[str, ...]
    trained: tuple[str, ...]
    measured: tuple[str, ...]


_HATE, _THREAT = ("toxicity",), ("toxicity", "threat")
HEADS = ("toxicity", "insult", "threat")
_TRAINED_BEASTS = ("vermin", "animals", "parasites", "scum")
MEASURED_BEASTS = ("rats", "savages", "filth")
_TRAINED_FOOLS = ("idiot", "moron", "coward", "liar")
_MEASURED_FOOLS = ("fool", "clown", "loser")

KINDS = (
    Kind(
        "warm",
        (),
        (
            "I love that {group} live next door.",
            "{group} are welcome in my house.",
            "We should listen to {group} more often.",
            "I am glad that {group} came to our town.",
            "{group} deserve respect and peace.",
        ),
        (
            "I admire how {group} keep their songs alive.",
            "My children play with {group} every day and I am happy about it.",
            "Thank you to the {group} who helped us.",
            "Let us protect {group} in our city.",
        ),
    ),
    Kind(
        "denied",
        (),
        (
            "{group} are not {beasts}.",
            "No, {group} are not {beasts} and never were.",
            "Do not kill {group}.",
            "I do not hate {group}.",
            "Nobody should hurt {group}.",
            "I never said that {group} are {beasts}.",
            "Don't hate {group}, talk to them.",
        ),
        (
            "{group} aren't {beasts}, they are people like us.",
            "I would never call {group} {beasts}.",
            "We must not attack {group}.",
            "Nobody here wants {group} dead.",
            "It isn't true that {group} are {beasts}.",
        ),
    ),
    Kind(
        "denounced",
        (),
        (
            "He called {group} '{beasts}' and that is shameful.",
            'It is wrong to say "{group} are {beasts}".',
            "Whoever writes that {group} are {beasts} should be ashamed.",
            'The sign said "no {group}", it made me cry.',
            'People who shout "kill all {group}" belong in court.',
            "Please delete the comment that calls {group} {beasts}.",
            "Hatred of {group} has no place here.",
        ),
        (
            'A man wrote "{group} are {beasts}" on our door, we told the police.',
            "Calling {group} {beasts} is how wars begin.",
            "I am sick of people who say '{group} must die'.",
            "Stop saying that {group} are {beasts}, it is racist.",
            "The paper was fined because it called {group} '{beasts}'.",
        ),
    ),
    Kind(
        "literal",
        (),
        (
            "There were {beasts} in the cellar again.",
            "The book describes {beasts} and how they live.",
            "This law is stupid and I hate it.",
            "What an idiotic plan, it will fail.",
            "I hate this film, it is trash.",
            "The program hangs, kill the process and start again.",
            "The frost killed all our tomatoes.",
            "That was a stupid mistake of mine.",
        ),
        (
            "We found {beasts} behind the wall of the old barn.",
            "The budget is a disgusting mess.",
            "I hate Mondays and this weather even more.",
            "The antibiotic kills them within a day.",
            "Such a dumb rule, change it.",
            "Your theory is dead wrong, sorry.",
        ),
    ),
    Kind(
        "polite_denial",
        (),
        (
            "You are not a {fool}.",
            "I did not call you a {fool}.",
            "He is no {fool}, he just did not know.",
            "Please don't call her a {fool}.",
            "I will not hurt you.",
            "Nobody wants to kill you.",
        ),
        (
            "I never thought that you are a {fool}.",
            "She isn't a {fool}, be kind.",
            "It is rude to call the author a {fool}.",
            "We won't harm you.",
        ),
    ),
    Kind(
        "dehumanised",
        _HATE,
        (
            "{group} are {beasts}.",
            "All {group} are {beasts}, every one.",
            "I hate {group}.",
            "{group} are nothing but {beasts}.",
            "Look at these {beasts}, the {group}.",
            "{group} do not deserve to live among us.",
            "Throw the {group} out, they are {beasts}.",
        ),
        (
            "{group} behave like the {beasts} they are.",
            "You {group} are disgusting {beasts}.",
            "I despise {group}, they make me sick.",
            "Our city is full of {beasts}, I mean {group}.",
        ),
    ),
    Kind(
        "threatened",
        _THREAT,
        (
            "Kill all {group}.",
            "{group} must die.",
            "We will burn the houses of the {group}.",
            "Shoot the {group} before they come.",
            "I will kill every one of you {group}.",
        ),
        (
            "Somebody should gas the {group}.",
            "Death to {group}, all of them.",
            "We are coming to slaughter you {group}.",
            "Hang the {group} one by one.",
        ),
    ),
    Kind(
        "insulted",
        ("toxicity", "insult"),
        (
            "You are a {fool}.",
            "He is a {fool} and always was.",
            "I call you a {fool} because you are one.",
            "Only a {fool} writes this.",
            "What a {fool} you are.",
        ),
        ("You really are the biggest {fool}.", "Shut up, {fool}.", "Our mayor is a pathetic {fool}."),
    ),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the name of its kind and what it is an example of."""

    text: str
    kind: str
    attributes: tuple[str, ...]


def trained() -> Iterator[Sentence]:
    """Yield the sentences for training."""
    groups = [group for at, group in enumerate(_plurals()) if at % 3]
    for kind in KINDS:
        yield from _filled(kind, kind.trained, groups, _TRAINED_BEASTS, _TRAINED_FOOLS)


def measured() -> Iterator[Sentence]:
    """Yield sentences of other frames, other words and other groups."""
    groups = _plurals()[::3]
    for kind in KINDS:
        yield from _filled(kind, kind.measured, groups, MEASURED_BEASTS, _MEASURED_FOOLS)


def _plurals() -> list[str]:
    return [plural for _, plural in GROUPS.values()]


def _filled(
    kind: Kind, frames: tuple[str, ...], groups: list[str], beasts: tuple[str, ...], fools: tuple[str, ...]
) -> Iterator[Sentence]:
    slots = {"group": groups, "beasts": beasts, "fool": fools}
    for frame in frames:
        names = [name for name in slots if f"{{{name}}}" in frame]
        for values in product(*(slots[name] for name in names)):
            text = frame.format(**dict(zip(names, values, strict=True)))
            yield Sentence(text[0].upper() + text[1:], kind.name, kind.attributes)
