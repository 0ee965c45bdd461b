"""Draw charts as SVG by hand: lines over two axes from 0 to 1, and bars."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log

WIDTH, HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 44
_COLOURS = ("#0b62a4", "#c2410c", "#15803d", "#7c3aed", "#db2777", "#0891b2", "#854d0e", "#4b5563")
_NAMESPACE = "xmlns='http://www.w3.org/2000/svg' "
_FONT = "font-family='system-ui,sans-serif' font-size='12'"


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along one side: its name, and the values at its two ends."""

    name: str
    low: float = 0.0
    high: float = 1.0

    def place(self, value: float) -> float:
        """Return where `value` lies between the ends, in [0, 1]."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return six places with what to write there."""
        values = [self.low + (self.high - self.low) * step / 5 for step in range(6)]
        return [(self.place(value), f"{value * 100:.3g} %") for value in values]


@dataclass(frozen=True, slots=True)
class Marks(Axis):
    """An axis of growing numbers, each some times the one before: `marks` are where it is labelled."""

    marks: tuple[int, ...] = (1, 10)

    def place(self, value: float) -> float:
        """Return where `value` lies between the first mark and the last, in [0, 1], by its logarithm."""
        return log(value / self.marks[0]) / log(self.marks[-1] / self.marks[0])

    def ticks(self) -> list[tuple[float, str]]:
        """Return the marks with what to write there."""
        return [(self.place(mark), f"{mark:,}") for mark in self.marks]


def sheet(charts: Mapping[str, str], columns: int = 2) -> str:
    """Return one figure of several, each under its title."""
    high = HEIGHT + 70
    parts = [
        f"<g transform='translate({(WIDTH + 20) * (at % columns)} {high * (at // columns)})'>"
        f"<text x='{_LEFT}' y='20' {_FONT} font-weight='bold'>{escape(title)}</text>"
        f"<g transform='translate(0 28)'>{drawn}</g></g>"
        for at, (title, drawn) in enumerate(charts.items())
    ]
    return _svg((WIDTH + 20) * columns, high * -(-len(parts) // columns), "".join(parts), _NAMESPACE)


def chart(x: Axis, y: Axis, lines: Mapping[str, Sequence[tuple[float, float]]], extra: str = "") -> str:
    """Return a figure with one line per name, and a legend when there are several; `extra` is drawn beneath."""
    drawn = [
        f"<polyline fill='none' stroke='{colour}' stroke-width='2' points='{_points(x, y, points)}'/>"
        for colour, points in zip(_colours(len(lines)), lines.values(), strict=True)
    ]
    names = list(lines) if len(lines) > 1 else []
    height = HEIGHT + 18 * -(-len(names) // 2)
    return _svg(WIDTH, height, _grid(x, y) + extra + "".join(drawn) + _legend(names))


def dots(x: Axis, y: Axis, points: Iterable[tuple[float, float, str]]) -> str:
    """Return a circle for each point, with what it says beside it, to lay under a chart."""
    found = []
    for at, (left, up, label) in enumerate(points):
        across, down = _across(x, left), _down(y, up)
        beyond = across > WIDTH - 70
        side = "text-anchor='end'" if beyond else ""
        found.append(
            f"<circle cx='{across:.1f}' cy='{down:.1f}' r='4' fill='{_COLOURS[0]}'/>"
            f"<text x='{across + (-8 if beyond else 8):.1f}' y='{down + (14 if at % 2 else -2):.1f}' {side} {_FONT}"
            f" fill='#555'>{escape(label)}</text>"
        )
    return "".join(found)


def straight(x: Axis, y: Axis, start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return a dashed line, to lay under a chart."""
    (left, low), (right, high) = start, end
    return (
        f"<line x1='{_across(x, left):.1f}' y1='{_down(y, low):.1f}' x2='{_across(x, right):.1f}'"
        f" y2='{_down(y, high):.1f}' stroke='#888' stroke-dasharray='4 4'/>"
    )


def bars(values: Mapping[str, float], axis: Axis) -> str:
    """Return one bar per name with its value in per cent."""
    names, wide = 190, 300
    lines = [
        f"<text x='0' y='{22 * at + 15}' {_FONT}>{escape(name)}</text>"
        f"<rect x='{names}' y='{22 * at + 3}' width='{wide * axis.place(value):.1f}' height='16' fill='{_COLOURS[0]}'/>"
        f"<text x='{names + 6 + wide * axis.place(value):.1f}' y='{22 * at + 15}' {_FONT}>{value * 100:.1f} %</text>"
        for at, (name, value) in enumerate(values.items())
    ]
    foot = f"<text x='{names}' y='{22 * len(lines) + 16}' {_FONT} fill='#555'>0 % to {axis.high * 100:.3g} %</text>"
    return _svg(names + wide + 70, 22 * len(lines) + 24, "".join(lines) + foot)


def _svg(width: int, height: int, inside: str, more: str = "") -> str:
    return f"<svg {more}viewBox='0 0 {width} {height}' width='{width}' height='{height}' role='img'>{inside}</svg>"


def _across(axis: Axis, value: float) -> float:
    return _LEFT + axis.place(value) * (WIDTH - _LEFT - _RIGHT)


def _down(axis: Axis, value: float) -> float:
    return HEIGHT - _BOTTOM - axis.place(value) * (HEIGHT - _TOP - _BOTTOM)


def _points(x: Axis, y: Axis, points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_across(x, left):.1f},{_down(y, up):.1f}" for left, up in points)


def _colours(count: int) -> list[str]:
    return [_COLOURS[at % len(_COLOURS)] for at in range(count)]


def _grid(x: Axis, y: Axis) -> str:
    parts = []
    for place, text in x.ticks():
        across = _LEFT + place * (WIDTH - _LEFT - _RIGHT)
        parts.append(
            f"<line x1='{across:.1f}' y1='{_TOP}' x2='{across:.1f}' y2='{HEIGHT - _BOTTOM}' stroke='#e5e5e5'/>"
        )
        parts.append(f"<text x='{across:.1f}' y='{HEIGHT - _BOTTOM + 16}' text-anchor='middle' {_FONT}>{text}</text>")
    for place, text in y.ticks():
        down = HEIGHT - _BOTTOM - place * (HEIGHT - _TOP - _BOTTOM)
        parts.append(f"<line x1='{_LEFT}' y1='{down:.1f}' x2='{WIDTH - _RIGHT}' y2='{down:.1f}' stroke='#e5e5e5'/>")
        parts.append(f"<text x='{_LEFT - 6}' y='{down + 4:.1f}' text-anchor='end' {_FONT}>{text}</text>")
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    parts.append(
        f"<text x='{(WIDTH + _LEFT) / 2}' y='{HEIGHT - 8}' text-anchor='middle' {_FONT}>{escape(x.name)}</text>"
    )
    parts.append(
        f"<text transform='translate(11 {middle}) rotate(-90)' text-anchor='middle' {_FONT}>{escape(y.name)}</text>"
    )
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    parts = []
    for at, (name, colour) in enumerate(zip(names, _colours(len(names)), strict=True)):
        left, top = _LEFT + 180 * (at % 2), HEIGHT + 18 * (at // 2)
        parts.append(f"<rect x='{left}' y='{top}' width='14' height='4' fill='{colour}'/>")
        parts.append(f"<text x='{left + 20}' y='{top + 7}' {_FONT}>{escape(name.replace('_', ' '))}</text>")
    return "".join(parts)
