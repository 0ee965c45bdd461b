"""`python -m bench [part …]`: measure, print a table, write it as JSON."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import doors, intake, queue, start
from bench.result import Figure

PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": start.measure,
    "queue": queue.measure,
    "intake": intake.measure,
    "doors": doors.measure,
}
RESULTS = Path(__file__).parent / "results"
MARKS = {True: "met", False: "MISSED", None: ""}


def main(names: Iterable[str]) -> None:
    """Run the named parts, all of them by default."""
    console, figures = Console(), []
    for name in list(names) or PARTS:
        for figure in PARTS[name]():
            console.print(f"{figure.name}: {figure.value:,.3g} {figure.unit} {MARKS[figure.met]}")
            figures.append(figure)
    console.print(_table(figures))
    _write(figures)


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "measured", "goal", "")
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        goal = "" if figure.goal is None else f"{sign} {figure.goal:g} {figure.unit}"
        table.add_row(figure.name, f"{figure.value:,.4g} {figure.unit}", goal, MARKS[figure.met])
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
    main(sys.argv[1:])
