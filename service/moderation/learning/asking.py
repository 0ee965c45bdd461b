"""Which comments a person is asked of because the model would learn most from them, though the policy lets them pass.

A comment is worth asking when some head is not sure of it (its probability is not near 0 or 1), or when much of it is
made of what the model never met; and when nothing like it was asked lately. How many are asked is a share of all
comments. It is met without knowing what comes next: a comment is asked when it is among the worthiest of the last few
hundred, and who belongs to these is corrected after each comment by what was asked too much or too little.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.likeness import ALIKE, SKETCH, likeness
from service.values import Assessment, Comment, Reason, Verdict

ASKED = Reason("asked", "Chosen so that the model learns from it.")
UNSEEN_WEIGHT = 0.3
COMPARED = 500  # worths of the last comments
FIRST = 20  # comments, before the first is asked
ASKED_LATELY = 200
CORRECTION = 0.05
MOST_SITES = 500


@runtime_checkable
class Reader(Protocol):
    """A scorer that knows what its training never met."""

    def unseen(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the share in [0, 1] of each text that was never met; nan where nobody counted."""


def doubt(scores: Mapping[str, float]) -> float:
    """Return in [0, 1] how unsure the least certain head is: 1 when it cannot tell."""
    return 1.0 - min(abs(2.0 * score - 1.0) for score in scores.values())


def worth(scores: Mapping[str, float], unseen: float) -> float:
    """Return what a label would teach, on no scale."""
    return doubt(scores) + UNSEEN_WEIGHT * unseen


@dataclass(slots=True)
class Asking:
    """What one process asked of one site. Not for several threads at once."""

    reach: float | None = None  # the share of the worthiest that is asked; none when negative
    worths: deque[float] = field(default_factory=deque)
    ranked: list[float] = field(default_factory=list)  # the same, lowest first
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=ASKED_LATELY))

    def ask(self, share: float, value: float | None, text: str) -> bool:
        """Say whether to ask, `share` of all comments in the long run; `value` is None for what may not be asked.

        Of n comments that came, what was asked differs from the share by no more than 1/(0.05·n), while enough may be
        asked.
        """
        reach = share if self.reach is None else self.reach
        asked = value is not None and self._is_worthy(value, reach) and self._is_new(text)
        if value is not None:
            self._remember(value)
        self.reach = min(reach + CORRECTION * (share - asked), 1.0)
        return asked

    def _is_worthy(self, value: float, reach: float) -> bool:
        if len(self.worths) < FIRST:
            return False
        place = (bisect_left(self.ranked, value) + bisect_right(self.ranked, value)) / 2
        return place > (1 - reach) * len(self.ranked)

    def _remember(self, value: float) -> None:
        if len(self.worths) == COMPARED:
            del self.ranked[bisect_left(self.ranked, self.worths.popleft())]
        self.worths.append(value)
        insort(self.ranked, value)

    def _is_new(self, text: str) -> bool:
        """Tell whether nothing like it was asked lately; then this is from now on."""
        like = likeness(text)
        mark = like.sketch or like.written or text.casefold()
        if any(_is_alike(mark, other) for other in self.lately):
            return False
        self.lately.append(mark)
        return True


@dataclass(slots=True)
class Questions:
    """What one process asked, by site; of more than five hundred sites the one longest not met is forgotten."""

    sites: OrderedDict[str, Asking] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def chosen(
        self, site: str, share: float, scorer: object, comments: Sequence[Comment], assessed: Sequence[Assessment]
    ) -> list[Assessment]:
        """Return the assessments, some sent to review; only what would pass without any reason may be asked."""
        values = [_worth_of(scorer, *pair) for pair in zip(comments, assessed, strict=True)]
        with self.lock:
            return list(self._chosen(self._of(site), share, comments, assessed, values))

    def _chosen(
        self,
        asking: Asking,
        share: float,
        comments: Sequence[Comment],
        assessed: Sequence[Assessment],
        values: Sequence[float | None],
    ) -> Iterator[Assessment]:
        for comment, assessment, value in zip(comments, assessed, values, strict=True):
            asked = asking.ask(share, value, comment.text)
            yield replace(assessment, verdict=Verdict.REVIEW, reasons=(ASKED,)) if asked else assessment

    def _of(self, site: str) -> Asking:
        asking = self.sites.setdefault(site, Asking())
        self.sites.move_to_end(site)
        while len(self.sites) > MOST_SITES:
            self.sites.popitem(last=False)
        return asking


def _worth_of(scorer: object, comment: Comment, assessment: Assessment) -> float | None:
    if assessment.verdict is not Verdict.APPROVE or assessment.reasons or not assessment.scores:
        return None
    unseen = float(scorer.unseen([comment.text])[0]) if isinstance(scorer, Reader) else 0.0
    return worth(assessment.first_scores, 0.0 if isnan(unseen) else unseen)


def _is_alike(one: str, other: str) -> bool:
    if len(one) != SKETCH or len(other) != SKETCH:
        return one == other
    return sum(map(str.__eq__, one, other)) >= ALIKE
