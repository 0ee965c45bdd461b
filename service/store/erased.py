"""What an erasure came to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Erased:
    """How many comments and labels are gone, and the versions of models that learned from them."""

    comments: int = 0
    labels: int = 0
    models: tuple[str, ...] = ()

    @classmethod
    def of(cls, answers: Iterable[tuple[str, Sequence[int]]], models: Sequence[str]) -> Self:
        """Sum up what the scripts answer: an id, and whether there was anything of it, and a label.

        An imported label is no comment here.
        """
        comments = labels = 0
        for one, (was_there, had_label) in answers:
            comments += was_there and not one.startswith("~")
            labels += had_label
        return cls(comments, labels, tuple(models))

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return bool(self.comments or self.labels or self.models)

    def __add__(self, other: "Erased") -> "Erased":
        """Take two together."""
        models = dict.fromkeys((*self.models, *other.models))
        return Erased(self.comments + other.comments, self.labels + other.labels, tuple(models))


Told = Callable[[Sequence[str]], Sequence[str]]  # ids of comments or labels that go → the models that learned from any


def nobody(_ids: Sequence[str]) -> Sequence[str]:
    """Name no model."""
    return ()
