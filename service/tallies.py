"""What is counted of the calls that other services' clients make."""

from dataclasses import dataclass
from enum import StrEnum


class Counted(StrEnum):
    """What is counted of another service's calls, by the answers that its clients saw."""

    SPAM = "spam"
    HAM = "ham"
    MISSED_SPAM = "missed_spam"
    FALSE_POSITIVES = "false_positives"


@dataclass(frozen=True, slots=True)
class Tick:
    """One call to be counted, by the blog that it was about (host and path) and the month, such as `2026-11`."""

    blog: str
    month: str
    what: Counted
