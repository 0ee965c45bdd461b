"""Name groups of people without judging them: sentences that teach that naming a group says nothing."""

import re
from collections.abc import Iterator

from models.groups import GROUPS

_FRAMES_SINGULAR = (
    "I am {}.",
    "I am a {} man.",
    "I am a {} woman.",
    "My neighbour is {}.",
    "She is {} and works as a teacher.",
    "He was born in a {} family.",
    "The {} community opened a new centre.",
    "My best friend is a {} doctor.",
    "I have a {} colleague, we get along well.",
    "A {} writer won the prize this year.",
    "Are you {}?",
    "You are {}, right?",
    "As a {} person I read this with interest.",
    "This is about {} history.",
    "The {} delegation arrived this morning.",
    "He told me that he is {} and that he likes the city.",
    "We had dinner with a {} couple.",
    "The article quotes a {} historian.",
    "Proud to be {}.",
    "Being {} is part of who I am.",
)
_FRAMES_PLURAL = (
    "Many {} live here.",
    "{} and their neighbours talked about peace.",
    "The article is about {}.",
    "What do {} think about the agreement?",
    "I know many {} and we respect each other.",
    "Thousands of {} came to the festival.",
    "Some {} agree and some do not.",
    "How many {} live in the region today?",
    "The law protects {} like everybody else.",
    "{} have lived here for centuries.",
    "He speaks for {} in the parliament.",
    "Aid was sent to {} in the border villages.",
    "{} vote in the election on Sunday.",
    "I talked with some {} at the conference.",
)


def neutral_sentences() -> Iterator[str]:
    """Yield sentences for training that name each group and say nothing against it."""
    for singular, plural in GROUPS.values():
        for frame in _FRAMES_SINGULAR:
            yield with_article(frame.format(singular))
        for frame in _FRAMES_PLURAL:
            sentence = frame.format(plural)
            yield sentence[0].upper() + sentence[1:]


def with_article(sentence: str) -> str:
    """Return `sentence` with "an" for "a" before a vowel; names in U begin with a consonant's sound."""
    return re.sub(r"\b([Aa]) (?=[AEIOaeio])", r"\1n ", sentence)
