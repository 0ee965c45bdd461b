"""Find labels of nearly the same text, so that it teaches once and never stands on both sides of a measurement."""

from collections import defaultdict
from typing import Generic, Protocol, TypeVar

from models.likeness import ALIKE, likeness, overlap
from service.store.label import Label

NEARLY_EQUAL = 0.8  # share of word pairs in common


class Labelled(Protocol):
    """What is kept of a group."""

    @property
    def label(self) -> Label:
        """Return the label."""


T = TypeVar("T", bound=Labelled)


class Copies(Generic[T]):
    """Groups of texts that are alike, each named by its first label."""

    def __init__(self) -> None:
        self._groups: dict[str, tuple[str, str]] = {}  # band or campaign → group, sketch of its first
        self._members: defaultdict[str, list[T]] = defaultdict(list)

    def group(self, label: Label) -> str:
        """Return the group of a label's text or campaign, a new one where nothing like it came before."""
        found = likeness(label.text)
        bands = [*found.bands] or ["=" + label.text.strip().casefold()]
        if label.campaign:
            bands.insert(0, f"campaign {label.campaign}")
        group = next((name for band in bands if (name := self._known(band, found.sketch))), label.comment_id)
        for band in bands:
            self._groups.setdefault(band, (group, found.sketch))
        return group

    def of(self, group: str) -> list[T]:
        """Return what was added to a group."""
        return self._members[group]

    def add(self, group: str, one: T) -> None:
        """Add to a group."""
        self._members[group].append(one)

    @staticmethod
    def are_copies(one: Label, other: Label) -> bool:
        """Tell whether two texts are one decision: nearly the same words, not merely one template."""
        return one.text == other.text or overlap(one.text, other.text) >= NEARLY_EQUAL

    def _known(self, band: str, sketch: str) -> str | None:
        group, first = self._groups.get(band, (None, ""))
        if not sketch or not first or band.startswith("campaign "):
            return group
        return group if sum(map(str.__eq__, first, sketch)) >= ALIKE else None
