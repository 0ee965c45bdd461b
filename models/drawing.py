"""Draw charts as SVG by hand: lines and columns over two axes, and bars.

Colours are attributes, which a style sheet overrules by the classes that the parts carry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log

WIDTH, HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 44
_COLOURS = ("#0b62a4", "#c2410c", "#15803d", "#7c3aed", "#db2777", "#0891b2", "#854d0e", "#4b5563")
_NAMESPACE = "http://www.w3.org/2000/svg"
_FONT = "font-family='system-ui,sans-serif' font-size='12'"


def in_percent(value: float) -> str:
    """Write a share in per cent."""
    return f"{value * 100:.3g} %"


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along one side: its name, the values at its two ends, and how they are written.

    `marks` are the places to write at and what, where six even ones do not fit.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    says: Callable[[float], str] = in_percent
    marks: tuple[tuple[float, str], ...] = ()

    def place(self, value: float) -> float:
        """Return where `value` lies between the ends, in [0, 1]."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return the marks, or six places, with what to write there."""
        values = [self.low + (self.high - self.low) * step / 5 for step in range(6)]
        return [
            (self.place(value), text) for value, text in self.marks or [(value, self.says(value)) for value in values]
        ]


@dataclass(frozen=True, slots=True)
class Growing(Axis):
    """An axis along which numbers grow by so many times, not by so much; its ends are above 0."""

    def place(self, value: float) -> float:
        """Return where `value` lies between the ends, in [0, 1], by its logarithm."""
        return log(value / self.low) / log(self.high / self.low)


def sheet(charts: Mapping[str, str], columns: int = 2) -> str:
    """Return one figure of several, each under its title."""
    high = HEIGHT + 70
    parts = [
        f"<g transform='translate({(WIDTH + 20) * (at % columns)} {high * (at // columns)})'>"
        f"<text x='{_LEFT}' y='20' {_FONT} font-weight='bold'>{escape(title)}</text>"
        f"<g transform='translate(0 28)'>{drawn}</g></g>"
        for at, (title, drawn) in enumerate(charts.items())
    ]
    return _svg((WIDTH + 20) * columns, high * -(-len(parts) // columns), "".join(parts))


def chart(
    x: Axis,
    y: Axis,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    extra: str = "",
    told: tuple[str, str] = ("", ""),
) -> str:
    """Return a figure with one line per name, and a legend when there are several; `extra` is drawn beneath.

    `told` are its title and description, for who does not see it.
    """
    drawn = [
        f"<polyline class='line s{at}' fill='none' stroke='{colour}' stroke-width='2'"
        f" points='{_points(x, y, points)}'/>"
        for at, (colour, points) in enumerate(zip(_colours(len(lines)), lines.values(), strict=True))
    ]
    return _figure(x, y, list(lines) if len(lines) > 1 else [], extra + "".join(drawn), told)


def columns(
    x: Axis,
    y: Axis,
    values: Mapping[str, Sequence[float]],
    extra: str = "",
    told: tuple[str, str] = ("", ""),
    on_top: bool = True,
) -> str:
    """Return a figure with upright bars, evenly along `x`, the names' values on top of each other or side by side."""
    names = list(values)
    stacks = list(zip(*values.values(), strict=True))
    drawn = [_column(y, (at, len(stacks)), stack, on_top) for at, stack in enumerate(stacks)]
    return _figure(x, y, names if len(names) > 1 else [], "".join(drawn) + extra, told)


def bubbles(x: Axis, y: Axis, points: Sequence[tuple[float, float, float]], series: int = 0) -> str:
    """Return circles to lay under a chart; a point's third number, in [0, 1], says how large its circle is."""
    return "".join(
        f"<circle class='dot s{series}' cx='{_across(x, left):.1f}' cy='{_down(y, up):.1f}'"
        f" r='{2 + 8 * size**0.5:.1f}' fill='{_COLOURS[series]}' fill-opacity='.45'/>"
        for left, up, size in points
    )


def limit(x: Axis, at: float, name: str, row: int = 0) -> str:
    """Return an upright dashed line with its name beside it; `row` keeps the names of several apart."""
    across, beyond = _across(x, at), x.place(at) > 0.6
    side = "text-anchor='end'" if beyond else ""
    return (
        f"<line class='limit' x1='{across:.1f}' y1='{_TOP}' x2='{across:.1f}' y2='{HEIGHT - _BOTTOM}' stroke='#555'"
        " stroke-dasharray='5 3' stroke-width='1.5'/>"
        f"<text x='{across + (-5 if beyond else 5):.1f}' y='{_TOP + 11 + 15 * row}' {side} {_FONT}>"
        f"{escape(name)}</text>"
    )


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
        f"<line class='straight' x1='{_across(x, left):.1f}' y1='{_down(y, low):.1f}' x2='{_across(x, right):.1f}'"
        f" y2='{_down(y, high):.1f}' stroke='#888' stroke-dasharray='4 4'/>"
    )


def in_tenths(value: float) -> str:
    """Write a share in per cent with one decimal."""
    return f"{value * 100:.1f} %"


def bars(
    values: Mapping[str, float],
    axis: Axis,
    says: Callable[[float], str] = in_tenths,
    told: tuple[str, str] = ("", ""),
) -> str:
    """Return one bar per name with its value, in per cent unless `says` writes it otherwise."""
    names, wide = 190, 300
    lines = [
        f"<text x='0' y='{22 * at + 15}' {_FONT}>{escape(name)}</text>"
        f"<rect class='bar s0' x='{names}' y='{22 * at + 3}' width='{wide * axis.place(value):.1f}' height='16'"
        f" fill='{_COLOURS[0]}'/>"
        f"<text x='{names + 6 + wide * axis.place(value):.1f}' y='{22 * at + 15}' {_FONT}>{says(value)}</text>"
        for at, (name, value) in enumerate(values.items())
    ]
    ends = f"{axis.says(axis.low)} to {axis.says(axis.high)}"
    foot = f"<text x='{names}' y='{22 * len(lines) + 16}' {_FONT} fill='#555'>{ends}</text>"
    return _svg(names + wide + 70, 22 * len(lines) + 24, "".join(lines) + foot, told)


def _figure(x: Axis, y: Axis, names: Sequence[str], drawn: str, told: tuple[str, str]) -> str:
    return _svg(WIDTH, HEIGHT + 18 * -(-len(names) // 2), _grid(x, y) + drawn + _legend(names), told)


def _svg(width: int, height: int, inside: str, told: tuple[str, str] = ("", "")) -> str:
    title, description = (escape(words) for words in told)
    spoken = f"<title>{title}</title><desc>{description}</desc>" if title else ""
    size = f"viewBox='0 0 {width} {height}' width='{width}' height='{height}'"
    return f"<svg xmlns='{_NAMESPACE}' {size} role='img'>{spoken}{inside}</svg>"


def _column(y: Axis, slot: tuple[int, int], stack: Sequence[float], on_top: bool) -> str:
    at, count = slot
    wide = (WIDTH - _LEFT - _RIGHT) / count
    left, bottom, parts = _LEFT + wide * (at + 0.1), y.low, []
    for series, value in enumerate(stack):
        top, foot = _down(y, bottom + value), _down(y, bottom)
        each = 0.8 * wide / (1 if on_top else len(stack))
        parts.append(
            f"<rect class='bar s{series}' x='{left:.1f}' y='{top:.1f}' width='{each:.1f}' height='{foot - top:.1f}'"
            f" fill='{_COLOURS[series]}'/>"
        )
        bottom, left = (bottom + value, left) if on_top else (bottom, left + each)
    return "".join(parts)


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
            f"<line class='grid' x1='{across:.1f}' y1='{_TOP}' x2='{across:.1f}' y2='{HEIGHT - _BOTTOM}'"
            " stroke='#e5e5e5'/>"
        )
        parts.append(f"<text x='{across:.1f}' y='{HEIGHT - _BOTTOM + 16}' text-anchor='middle' {_FONT}>{text}</text>")
    for place, text in y.ticks():
        down = HEIGHT - _BOTTOM - place * (HEIGHT - _TOP - _BOTTOM)
        parts.append(
            f"<line x1='{_LEFT}' y1='{down:.1f}' x2='{WIDTH - _RIGHT}' y2='{down:.1f}' stroke='#e5e5e5' class='grid'/>"
        )
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
        parts.append(f"<rect class='key s{at}' x='{left}' y='{top}' width='14' height='4' fill='{colour}'/>")
        parts.append(f"<text x='{left + 20}' y='{top + 7}' {_FONT}>{escape(name.replace('_', ' '))}</text>")
    return "".join(parts)
