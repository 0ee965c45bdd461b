"""What a model learns from: decided comments, each with what the decision says of its attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.attributes import ATTRIBUTES
from models.spam import Context


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decided comment.

    `targets` gives per attribute the probability in [0, 1] that it applies, for those alone that the decision speaks
    of. Lessons of one `group` (a campaign, a comment) are never split between learning and checking, and count as one.
    Of one that nobody `decided`, the targets are what the base says of it.
    """

    text: str
    targets: Mapping[str, float]
    weight: float = 1.0
    group: str = ""
    at: datetime | None = None
    context: Context | None = None
    decided: bool = True


def merged(lessons: Sequence[Lesson]) -> tuple[list[Lesson], int]:
    """Return one lesson per text and author, with the mean of what was said of it; and how many were contradictory."""
    together: dict[tuple[str, Context | None], list[Lesson]] = {}
    for lesson in lessons:
        _check(lesson)
        if lesson.text.strip() and lesson.weight > 0:
            together.setdefault((lesson.text, lesson.context), []).append(lesson)
    joined = [_joined(same) for same in together.values()]
    return joined, sum(_disagree(same) for same in together.values())


def _check(lesson: Lesson) -> None:
    for attribute, target in lesson.targets.items():
        if attribute not in ATTRIBUTES or not 0 <= target <= 1:
            raise ValueError(f"{attribute}: {target} is not the probability of one of {', '.join(ATTRIBUTES)}")


def _joined(same: list[Lesson]) -> Lesson:
    if len(same) == 1:
        return same[0]
    targets = {}
    for attribute in ATTRIBUTES:
        said = [(lesson.targets[attribute], lesson.weight) for lesson in same if attribute in lesson.targets]
        if said:
            targets[attribute] = _mean(said)
    is_decided = any(lesson.decided for lesson in same)
    return replace(same[0], targets=targets, weight=max(lesson.weight for lesson in same), decided=is_decided)


def _mean(said: Sequence[tuple[float, float]]) -> float:
    return sum(target * weight for target, weight in said) / sum(weight for _, weight in said)


def _disagree(same: list[Lesson]) -> bool:
    said = [{lesson.targets[name] >= 0.5 for lesson in same if name in lesson.targets} for name in ATTRIBUTES]
    return any(len(answers) > 1 for answers in said)
