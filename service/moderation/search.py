"""Find waiting comments by id, author, text, reason or score; the work is bounded, the answer says how far it got."""

from dataclasses import dataclass

from service.moderation.desk import Desk
from service.values import DEFAULT_QUEUE, KeptComment

MOST_LOOKED_AT = 2_000
MOST_SHOWN = 200
BINS = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: `words` anywhere, and a score of `attribute` from `low` to `high`, both in [0, 1]."""

    queue: str = DEFAULT_QUEUE
    words: str = ""
    attribute: str = ""
    low: float = 0.0
    high: float = 1.0

    @property
    def is_narrow(self) -> bool:
        """Say whether it asks for less than the whole queue."""
        return bool(self.words or (self.attribute and (self.low > 0 or self.high < 1)))


@dataclass(frozen=True, slots=True)
class Found:
    """The first matches in the order of the queue, how many match, how many were looked at.

    `bars` counts the looked-at comments that hold `words` by their score of the attribute, in steps of 1/20; empty
    without an attribute. `has_more`: comments behind these were not looked at.
    """

    matches: list[KeptComment]
    count: int
    looked_at: int
    has_more: bool
    bars: tuple[int, ...]


def search(desk: Desk, site: str, query: Query) -> Found:
    """Look through the first two thousand comments that wait in a queue; takes none of them."""
    words = query.words.casefold()
    bars = [0] * BINS
    matches: list[KeptComment] = []
    looked_at = count = 0
    for kept in desk.store.browse.waiting(site, query.queue, MOST_LOOKED_AT):
        looked_at += 1
        if not _holds(kept, words):
            continue
        score = kept.assessment.scores.get(query.attribute, 0.0)
        bars[min(int(score * BINS), BINS - 1)] += 1
        if query.attribute and not query.low <= score <= query.high:
            continue
        count += 1
        if len(matches) < MOST_SHOWN:
            matches.append(kept)
    has_more = looked_at == MOST_LOOKED_AT and desk.store.browse.sizes(site)[query.queue] > looked_at
    return Found(matches, count, looked_at, has_more, tuple(bars) if query.attribute else ())


def _holds(kept: KeptComment, words: str) -> bool:
    if not words:
        return True
    comment = kept.comment
    places = (comment.text, comment.id, comment.author.name, comment.author.id, *_reasons(kept))
    return any(words in place.casefold() for place in places if place)


def _reasons(kept: KeptComment) -> list[str]:
    return [(reason.attribute or reason.code).replace("_", " ") for reason in kept.assessment.reasons]
