"""`python -m bench.campaigns FOLDER`: how well campaigns are found, on public comments that nobody may redistribute.

Spam of one blog, marked with the campaign each comment belongs to, comes in among ordinary comments, in the order of a
fixed shuffle. The index forgets nothing here. A join of an ordinary comment counts as false when it shares less than a
fifth, and as doubtful when it shares less than a third, of its word pairs with every earlier member.
"""

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from models.likeness import ALIKE, Likeness, likeness, overlap

SPAM = "train/wp_blog_spam_sidtuli"
ORDINARY = ("dev/haacked_blog_comments_ham", "train/jigsaw_toxic_train", "dev/karabakh_tweets_unlabelled")
MOST_OF_EACH = 30_000
FALSE, DOUBTFUL, EARLIER = 0.2, 1 / 3, 60


def main(folder: Path) -> None:
    """Print what is found, and what a comment costs."""
    spam = pq.read_table(folder / f"{SPAM}.parquet", columns=["text", "campaign"]).to_pylist()
    texts = [(SPAM, row["text"], row["campaign"]) for row in spam]
    for name in ORDINARY:
        rows = pq.read_table(folder / f"{name}.parquet", columns=["text"]).to_pylist()[:MOST_OF_EACH]
        texts += [(name, row["text"], None) for row in rows]
    random.Random(3).shuffle(texts)
    _print_cost([text for _, text, _ in texts[:2000]])
    for name, find in METHODS.items():
        _judge(name, texts, find([text for _, text, _ in texts]))


def _by_equal_words(texts: Sequence[str]) -> list[int]:
    """Group texts whose words are equal: the normalised template, hashed."""
    first: dict[str, int] = {}
    keys = ("".join(char for char in text.lower() if char.isalpha()) for text in texts)
    return [first.setdefault(key, at) for at, key in enumerate(keys)]


def _by_likeness(texts: Sequence[str], enough: int = ALIKE) -> list[int]:
    """Group texts as intake does (scripts/likeness.lua)."""
    index: dict[str, tuple[str, int]] = {}
    found: list[int] = []
    for at, like in enumerate(map(likeness, texts)):
        entries = (index[band] for band in like.bands if band in index)
        alike = (first for sketch, first in entries if not sketch or _agreeing(sketch, like) >= enough)
        found.append(next(alike, at))
        index |= dict.fromkeys(like.bands, (like.sketch, found[-1]))
    return found


def _by_band_alone(texts: Sequence[str]) -> list[int]:
    """Group texts that share a band, without comparing sketches."""
    return _by_likeness(texts, enough=0)


METHODS: dict[str, Callable[[Sequence[str]], list[int]]] = {
    "equal words": _by_equal_words,
    "minhash, a band in common": _by_band_alone,
    "minhash, a band in common and the sketch alike": _by_likeness,
}


def _agreeing(sketch: str, like: Likeness) -> int:
    return sum(map(str.__eq__, sketch, like.sketch))


def _judge(name: str, texts: Sequence[tuple[str, str, object]], found: Sequence[int]) -> None:
    spam = [(campaign, first) for (source, _, campaign), first in zip(texts, found, strict=True) if source == SPAM]
    both, ours, theirs = _pairs(spam), _pairs(first for _, first in spam), _pairs(campaign for campaign, _ in spam)
    cards, ideal = len({first for _, first in spam}), len({campaign for campaign, _ in spam})
    print(f"{name}: precision {both / max(ours, 1):.3f}, recall {both / theirs:.3f} of pairs;", end=" ")
    print(f"{len(spam)} spam comments are {cards} cards ({ideal} at best)")
    members: dict[int, list[str]] = defaultdict(list)
    counts: Counter[tuple[str, str]] = Counter()
    for (source, text, _), first in zip(texts, found, strict=True):
        counts[source, "seen"] += 1
        if members[first]:
            share = max(overlap(text, other) for other in members[first][:EARLIER])
            counts[source, "joined"] += 1
            counts[source, "false"] += share < FALSE
            counts[source, "doubtful"] += share < DOUBTFUL
        members[first].append(text)
    for source in (SPAM, *ORDINARY):
        print("  ", source, {word: counts[source, word] for word in ("seen", "joined", "doubtful", "false")})


def _pairs(keys: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(keys).values())


def _print_cost(texts: Sequence[str]) -> None:
    best = float("inf")
    for _ in range(7):
        began = time.thread_time()
        for text in texts:
            likeness(text)
        best = min(best, time.thread_time() - began)
    chars = sum(map(len, texts)) / len(texts)
    print(f"{best / len(texts) * 1e6:.1f} µs of CPU for a comment of {chars:.0f} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
