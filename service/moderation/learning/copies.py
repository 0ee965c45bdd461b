"""Find labels of nearly the same text, so that it teaches once and never stands on both sides of a measurement."""

from collections import defaultdict
from dataclasses import dataclass

from models.likeness import likeness, overlap
from service.store.label import Label

NEARLY_EQUAL = 0.8  # share of word pairs in common; one template with other words in it has less
WORTH_COMPARING = 14  # minima of a sketch that agree
COMPARED = 30  # of those under one band


@dataclass(frozen=True, slots=True)
class _Text:
    """The text that opened a group."""

    group: str
    sketch: str
    text: str


class Copies:
    """Groups of labels, each named by its first: of one campaign, or of texts with nearly the same words."""

    def __init__(self) -> None:
        self._campaigns: dict[str, str] = {}
        self._under: defaultdict[str, list[_Text]] = defaultdict(list)

    def group(self, label: Label) -> str:
        """Return the group that a label belongs to, a new one where nothing like it came before."""
        if label.campaign and label.campaign in self._campaigns:
            return self._campaigns[label.campaign]
        found = likeness(label.text)
        bands = found.bands or ("=" + label.text.strip().casefold(),)
        group = self._known(label.text, found.sketch, bands)
        if group is None:
            group = label.comment_id
            opened = _Text(group, found.sketch, label.text)
            for band in bands:
                self._under[band].append(opened)
        if label.campaign:
            self._campaigns[label.campaign] = group
        return group

    def _known(self, text: str, sketch: str, bands: tuple[str, ...]) -> str | None:
        near = (one for band in bands for one in self._under[band][:COMPARED])
        return next((one.group for one in near if _are_copies(one, text, sketch)), None)


def _are_copies(one: _Text, text: str, sketch: str) -> bool:
    if not sketch:  # an equal band suffices
        return True
    agreeing = sum(map(str.__eq__, one.sketch, sketch))
    return agreeing >= WORTH_COMPARING and overlap(one.text, text) >= NEARLY_EQUAL
