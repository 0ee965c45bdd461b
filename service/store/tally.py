"""How counts of scores are written down: a field for each bin, added to by every web process."""

from collections.abc import Mapping

BINS = 20
SENT_MS = 60_000  # longer than a batch is sent again
KEEP_MS = 120 * 86_400_000


def bin_of(probability: float) -> int:
    """Return the place of a probability in [0, 1] among the equal bins."""
    return min(int(probability * BINS), BINS - 1)


def histograms(fields: Mapping[str, str], start: str, bins: int = BINS) -> dict[str, tuple[int, ...]]:
    """Return the counts by name, of fields such as `<start><name> <bin>`."""
    found: dict[str, list[int]] = {}
    for field, count in fields.items():
        if field.startswith(start):
            name, _, place = field[len(start) :].rpartition(" ")
            found.setdefault(name, [0] * bins)[int(place)] = int(count)
    return {name: tuple(counts) for name, counts in found.items()}
