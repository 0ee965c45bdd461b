"""Plots that say their finding: drawn as SVG, told in a sentence, with the same numbers as a table and as CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from flask import Response
from markupsafe import Markup

from models import drawing
from models.drawing import Axis
from service.errors import NotFound
from service.learning import Drift, HeadReport, Report, Shadow
from service.tenancy import Threshold
from service.web.admin import sheet
from service.web.admin.sheet import Cell

CHAMPION, CHALLENGER = "champion", "challenger"
VERDICTS = ("approve", "review", "reject")
OVERRIDES = "overrides"  # a share, no index
MOST_DAYS_NAMED = 7

Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure: `name` is its part of an address, `finding` what it shows in a sentence, `note` how to read it."""

    name: str
    finding: str
    note: str
    drawn: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def svg(self) -> Markup:
        """Return the drawing, which escapes whatever it writes."""
        return Markup(self.drawn)  # noqa: S704 - drawn from numbers, words escaped

    @property
    def table(self) -> list[list[str]]:
        """Return the rows as people read them."""
        return [[_shown(cell) for cell in row] for row in self.rows]


def precision_recall(head: HeadReport) -> Plot:
    """Show how much of the abuse is found at which share of rightful alarms."""
    curves = {name: head.precision_recall[name] for name in _both(head.precision_recall)}
    finding = f"{_named(head)}: {_lead(curves)}"
    note = "To the right more of what applies is found; higher up more of what is found applies."
    told = drawing.chart(Axis("found of what applies"), Axis("right of what is found"), curves, told=(finding, note))
    rows = [(name, _fine(found), _fine(right)) for name, points in curves.items() for found, right in points]
    return Plot(
        f"precision-recall-{head.attribute}", finding, note, told, ("model", "recall", "precision"), tuple(rows)
    )


def calibration(head: HeadReport) -> Plot:
    """Show whether a score of 70 % is right seven times in ten."""
    found = {name: head.calibration[name] for name in _both(head.calibration)}
    x, y = Axis("the model says"), Axis("it was so")
    finding = f"{_named(head)}: {_trust(found)}"
    note = "On the dashed line a model is right as often as it says; larger circles stand for more comments."
    most = max((count for points in found.values() for *_, count in points), default=0) or 1
    circles = [
        drawing.bubbles(x, y, [(said, was, count / most) for said, was, count in points], series)
        for series, points in enumerate(found.values())
    ]
    extra = drawing.straight(x, y, (0, 0), (1, 1)) + "".join(circles)
    lines = {name: [(said, was) for said, was, _ in points] for name, points in found.items()}
    rows = [(name, _fine(said), _fine(was), count) for name, points in found.items() for said, was, count in points]
    columns = ("model", "said", "was so", "comments")
    return Plot(
        f"calibration-{head.attribute}",
        finding,
        note,
        drawing.chart(x, y, lines, extra, (finding, note)),
        columns,
        tuple(rows),
    )


def histogram(head: HeadReport, threshold: Threshold | None, of: str = "held-out") -> Plot:
    """Show how the scores lie, and where the policy's thresholds cut them."""
    counts = {name: head.histogram[name] for name in _both(head.histogram)}
    x, y = Axis("score"), Axis("comments", 0, _ceiling(max(map(max, counts.values()), default=0)), _count)
    limits = ((threshold.review, "review"), (threshold.reject, "reject")) if threshold else ()
    extra = "".join(drawing.limit(x, at, name, row) for row, (at, name) in enumerate(limits))
    finding = f"{_named(head)}: {_parted(counts, limits)}"
    note = f"How many {of} comments have which score." + (" Dashed: the limits of the policy." if limits else "")
    bins = len(next(iter(counts.values()), ()))
    rows = [
        (f"{at / bins:.2f}–{(at + 1) / bins:.2f}", *values)
        for at, values in enumerate(zip(*counts.values(), strict=True))
    ]
    drawn = drawing.columns(x, y, counts, extra, (finding, note), on_top=False)
    return Plot(f"histogram-{head.attribute}", finding, note, drawn, ("score", *counts), tuple(rows))


def verdicts_per_day(days: Sequence[date], counts: Mapping[str, Sequence[int]]) -> Plot:
    """Show what automation said of each day's comments."""
    total, held = sum(map(sum, counts.values())), sum(counts.get("review", ()))
    finding = f"{total:,} comments in {len(days)} days; {_share(held, total)} went to people"
    note = "Verdicts of automation by day, in UTC."
    highest = max((sum(day) for day in zip(*counts.values(), strict=True)), default=0)
    x = Axis("day", 0, max(len(days), 1), marks=_days_named(days))
    y = Axis("comments", 0, _ceiling(highest), _count)
    rows = [(day.isoformat(), *values) for day, *values in zip(days, *counts.values(), strict=True)]
    drawn = drawing.columns(x, y, counts, told=(finding, note))
    return Plot("verdicts", finding, note, drawn, ("day", *counts), tuple(rows))


def drift(found: Sequence[Drift], say: Callable[[Drift], str]) -> Plot | None:
    """Show how far live scores moved, by what `say` calls each measure; None while nothing can be told."""
    known = [one for one in found if one.value is not None and one.what != OVERRIDES]
    if not known:
        return None
    worst = max(known, key=lambda one: one.value or 0)
    finding = f"{say(worst)} moved most, by {_index(worst.value or 0)}"
    note = (
        "Population stability index against the days after the last training: below 0.10 calm, from 0.25 on an alarm."
    )
    values = {say(one): one.value or 0.0 for one in known}
    drawn = drawing.bars(values, Axis("index", 0, 0.5, _index), _index, (finding, note))
    rows = [(say(one), one.value, one.level, one.rows) for one in known]
    return Plot("drift", finding, note, drawn, ("what", "index", "level", "comments"), tuple(rows))


def of_head(head: HeadReport, threshold: Threshold | None) -> tuple[Plot, ...]:
    """Return the plots of one attribute."""
    return precision_recall(head), calibration(head), histogram(head, threshold)


def of_report(report: Report | None, thresholds: Mapping[str, Threshold]) -> tuple[Plot, ...]:
    """Return every plot of a report; none without one."""
    heads = report.heads if report else ()
    return tuple(plot for head in heads for plot in of_head(head, thresholds.get(head.attribute)))


def of_shadow(shadow: Shadow) -> tuple[Plot, ...]:
    """Return how the scores of live comments lie with both models, by attribute."""
    return tuple(
        histogram(HeadReport(attribute, "", shadow.comments, 0, (), histogram=counts), None, "live")
        for attribute, counts in shadow.histograms.items()
    )


def named(plots: Sequence[Plot], name: str) -> Plot:
    """Return the plot of that name; raises `NotFound`."""
    found = next((plot for plot in plots if plot.name == name), None)
    if found is None:
        raise NotFound(f"There is no plot {name!r}.")
    return found


def download(plot: Plot, of: str) -> Response:
    """Answer a plot's numbers as a file that names what they are of."""
    return sheet.download(f"{plot.name}-{of}", plot.columns, plot.rows)


def _both(curves: Mapping[str, object]) -> list[str]:
    """Return the models of which something is known, the champion first."""
    return [name for name in (CHAMPION, CHALLENGER) if curves.get(name)]


def _named(head: HeadReport) -> str:
    return head.attribute.replace("_", " ").capitalize()


def _lead(curves: Mapping[str, Curve]) -> str:
    areas = {name: _area(points) for name, points in curves.items()}
    if len(areas) < 2:
        return "too few comments for a curve" if not areas else "one model alone is known"
    before, after = areas[CHAMPION], areas[CHALLENGER]
    told = f"area under the curve {after:.2f} against {before:.2f}"
    if abs(after - before) < 0.005:
        return f"both find as much, {told}"
    return f"the challenger finds {'more' if after > before else 'less'}, {told}"


def _area(points: Curve) -> float:
    """Return the area under a curve of precision by recall, between its own ends."""
    ordered = sorted(points)
    steps = pairwise(ordered)
    return sum((right - left) * (low + high) / 2 for (left, low), (right, high) in steps)


def _trust(found: Mapping[str, Sequence[tuple[float, float, int]]]) -> str:
    def off(points: Sequence[tuple[float, float, int]]) -> float:
        total = sum(count for *_, count in points) or 1
        return sum(abs(said - was) * count for said, was, count in points) / total

    told = " and ".join(f"the {name}'s by {off(points) * 100:.1f} points" for name, points in found.items())
    return f"probabilities are off: {told}" if told else "too few comments to say how far scores can be trusted"


def _parted(counts: Mapping[str, Sequence[int]], limits: Sequence[tuple[float, str]]) -> str:
    shares = [
        f"{_share(_at_least(values, limits[0][0]), sum(values))} of the {name}'s"
        for name, values in counts.items()
        if limits
    ]
    return f"{' and '.join(shares)} scores reach the limit for review" if shares else "how scores lie"


def _at_least(values: Sequence[int], limit: float) -> float:
    """Count scores from `limit` on; within its bin they are taken as even."""
    return sum(count * min(max((at + 1) - limit * len(values), 0.0), 1.0) for at, count in enumerate(values))


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"


def _days_named(days: Sequence[date]) -> tuple[tuple[float, str], ...]:
    step = -(-len(days) // MOST_DAYS_NAMED) or 1
    return tuple((at + 0.5, f"{day.day}/{day.month}") for at, day in enumerate(days) if at % step == 0)


def _ceiling(highest: float) -> float:
    """Return a round number from `highest` up, five even parts of which are whole."""
    size = 5.0
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if size * factor >= highest:
                return size * factor
        size *= 10


def _index(value: float) -> str:
    return f"{value:.2f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _fine(value: float) -> float:
    return round(value, 4)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    return (
        f"{cell:,.3f}".rstrip("0").rstrip(".")
        if isinstance(cell, float)
        else f"{cell:,}"
        if isinstance(cell, int)
        else cell
    )
