"""Name groups of people without judging them: terms that must carry no weight, and neutral sentences that use them.

The sentences teach that naming a group says nothing; the terms' own features get no prior variance, so that only
what is said about a group can count. Slurs are not terms.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models import ngrams
from models.groups import GROUPS, terms

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
            yield _article(frame.format(singular))
        for frame in _FRAMES_PLURAL:
            sentence = frame.format(plural)
            yield sentence[0].upper() + sentence[1:]


def _article(sentence: str) -> str:
    for vowel in "AEIOaeio":
        sentence = sentence.replace(f" a {vowel}", f" an {vowel}")
    return sentence


@lru_cache(maxsize=1)
def blind_mask() -> NDArray[np.float64]:
    """Return 0 for every bucket that a bare term fills (its word, its character 4-grams), 1 elsewhere."""
    mask = np.ones(ngrams.BUCKETS)
    for term in terms():
        mask[ngrams.read_one(term).buckets] = 0.0
    mask.flags.writeable = False
    return mask
