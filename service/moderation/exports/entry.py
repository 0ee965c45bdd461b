"""What a file holds in one place: a label, or nothing that can be one."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.store.imports import Judged


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is no label, and why. `line` counts from 1; `is_broken` where the file is wrong rather than undecided."""

    line: int
    why: str
    is_broken: bool = False


Entries = Iterator[Judged | Skipped]
UNDECIDED = "not decided there"
NO_TEXT = "no text"
UNREADABLE = "not readable in this encoding"
REPLACED = "\ufffd"  # what stands for bytes that are no text
