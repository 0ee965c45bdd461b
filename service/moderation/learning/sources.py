"""No reviewer and no source teaches a site alone: what one says beyond its share counts less.

Of n sources each may have 1.2/n of all weight, but never less than 30 %: 60 % of two, 40 % of three, 30 % of four or
more. A source that says more weighs so much in all, and each of its labels the less. Up to two hundred labels of a
source count in full whatever the others say (an import, which whoever runs the service brought on purpose: two
thousand), so that a colleague's first ten decisions do not silence the thousand before them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

LEAST_SHARE = 0.3
EQUAL_SHARES = 1.2
ALWAYS = 200
ALWAYS_IMPORTED = 2000
ROUNDS = 100


def weights(sources: Sequence[str]) -> Mapping[str, float]:
    """Return for each source of these labels (one entry per label) what one of its labels weighs, in (0, 1]."""
    counts = Counter(sources)
    share = max(LEAST_SHARE, EQUAL_SHARES / max(len(counts), 1))
    allowed: dict[str, float] = {source: float(count) for source, count in counts.items()}
    for _ in range(ROUNDS):  # what is taken from one lowers the whole, and so every share of it
        total = sum(allowed.values())
        allowed = {source: min(counts[source], max(_always(source), share * total)) for source in counts}
    return {source: allowed[source] / count for source, count in counts.items()}


def _always(source: str) -> int:
    return ALWAYS_IMPORTED if source.startswith("import:") else ALWAYS
