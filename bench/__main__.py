"""`python -m bench [part …] [--data FOLDER]`: measure, print a table, write it as JSON."""

import json
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import asking, doors, intake, learning, month, own_heads, queue, scoring, second, start
from bench.result import Figure

Measure = Callable[[], Iterator[Figure]]
PARTS: dict[str, Measure] = {
    "start": start.measure,
    "queue": queue.measure,
    "intake": intake.measure,
    "doors": doors.measure,
    "second": second.measure,
}
WITH_DATA = {
    "scoring": scoring.measure,
    "learning": learning.measure,
    "month": month.measure,
    "asking": asking.measure,
    "own-heads": own_heads.measure,
}
RESULTS = Path(__file__).parent / "results"
MARKS = {True: "met", False: "MISSED", None: ""}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice([*PARTS, *WITH_DATA]))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Data sets.")
def main(parts: Sequence[str], data: Path | None) -> None:
    """Run the named PARTS, all of them by default."""
    measures: dict[str, Measure] = {**PARTS, **{name: partial(part, data) for name, part in WITH_DATA.items()}}
    console, figures = Console(), []
    for name in parts or measures:
        for figure in measures[name]():
            console.print(f"{figure.name}: {figure.value:,.4g} {figure.unit} {MARKS[figure.met]} {figure.note}")
            figures.append(figure)
    console.print(_table(figures))
    _write(figures)


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "measured", "goal", "", "")
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        goal = "" if figure.goal is None else f"{sign} {figure.goal:g} {figure.unit}"
        table.add_row(figure.name, f"{figure.value:,.4g} {figure.unit}", goal, MARKS[figure.met], figure.note)
    return table


def _write(figures: list[Figure]) -> None:
    RESULTS.mkdir(exist_ok=True)
    when = datetime.now(UTC)
    content = {
        "at": when.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "figures": [asdict(figure) | {"met": figure.met} for figure in figures],
    }
    path = RESULTS / f"{when:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(content, indent=2))
    Console().print(f"Written to {path.relative_to(Path.cwd())}.")


if __name__ == "__main__":
    main()
