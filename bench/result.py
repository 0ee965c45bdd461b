"""One measured figure beside its goal."""

from dataclasses import dataclass
from operator import ge, le


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is the bound and `at_least` says on which side of it `value` should lie; None: only reported."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None
    at_least: bool = True
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Tell whether the goal is met; None when there is none."""
        if self.goal is None:
            return None
        return (ge if self.at_least else le)(self.value, self.goal)
