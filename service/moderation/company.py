"""Comments that come while others are on their way share the next trip: many together cost little more than one.

Nobody waits for company. Who finds the road free sets out at once, alone; who finds it taken goes with all the others
that wait, when the trip before is over. The first of them leads: its thread does the work for all.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

PATIENCE_SECONDS = 0.1  # when a trip takes longer the store is slow, and each goes alone, in its own time limit

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[Sequence[Item]], Sequence[Answer]]


def _shut() -> Any:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Seat(Generic[Item, Answer]):
    """One who goes; `called` opens when it is to lead, when it has its answer, or when it is to go alone."""

    item: Item
    called: Any = field(default_factory=_shut)  # a bare lock is the cheapest way to wait for another thread
    leads: bool = False
    answers: Sequence[Answer] = ()


class Road(Generic[Item, Answer]):
    """One trip at a time, shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: list[_Seat[Item, Answer]] = []

    def go(self, item: Item, work: Work[Item, Answer]) -> Answer:
        """Return what `work` answers for `item`, done for many at once where others wait too.

        Every caller brings the same `work`, which answers one for one and must bear being repeated: where it raises,
        each does it alone, so that what one brings hurts no other. Whatever becomes of who leads, nobody waits longer
        than `PATIENCE_SECONDS` and one trip.
        """
        seat = self._seated(item)
        if seat.leads or self._called_to_lead(seat):
            self._lead(seat, work)
        return (seat.answers or work([item]))[0]

    def _seated(self, item: Item) -> _Seat[Item, Answer]:
        seat: _Seat[Item, Answer] = _Seat(item)
        with self._lock:
            if self._taken:
                self._waiting.append(seat)
            else:
                self._taken = seat.leads = True
        return seat

    def _called_to_lead(self, seat: _Seat[Item, Answer]) -> bool:
        if not seat.called.acquire(timeout=PATIENCE_SECONDS) and not self._left(seat):
            seat.called.acquire()  # it is on its way by now; whoever leads calls, whatever happens
        return seat.leads

    def _left(self, seat: _Seat[Item, Answer]) -> bool:
        with self._lock:
            waits = seat in self._waiting
            if waits:
                self._waiting.remove(seat)
            return waits

    def _lead(self, seat: _Seat[Item, Answer], work: Work[Item, Answer]) -> None:
        with self._lock:
            group, self._waiting = [seat, *self._waiting], []
        try:
            for one, answer in zip(group, work([one.item for one in group]), strict=True):
                one.answers = (answer,)
        except Exception:
            if len(group) == 1:
                raise
        finally:
            self._make_way(group[1:])

    def _make_way(self, group: Sequence[_Seat[Item, Answer]]) -> None:
        with self._lock:
            after = self._waiting.pop(0) if self._waiting else None
            self._taken = after is not None
        for one in group:
            one.called.release()
        if after:
            after.leads = True
            after.called.release()


class Company:
    """The roads of a process by name: those on different ones never wait for each other."""

    def __init__(self) -> None:
        self._roads: dict[str, Road[Any, Any]] = {}

    def road(self, name: str) -> Road[Any, Any]:
        """Return the road of this name, which every caller uses for the same work."""
        return self._roads.get(name) or self._roads.setdefault(name, Road())
