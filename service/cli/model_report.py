"""A report on a model as tables, or as lines behind a pipe."""

from collections.abc import Iterator

import click

from service.cli.printing import note, show
from service.learning import Figure, Report

HEADINGS = ("what", "of", "rows", "positives", "measure", "champion", "challenger", "difference", "from", "to")
SHORT = {"auc": "AUC", "recall_at_1": "recall at 1 %", "recall_at_5": "recall at 5 %"}


def show_report(report: Report) -> None:
    """Print the gate, then every figure of both models, then the comments on which they differ most."""
    note(f"{report.challenger} against {report.champion}: {report.rows} decisions that neither learned from.")
    show(("gate", "name", "finding"), [("passed" if c.passed else "failed", c.name, c.finding) for c in report.gate])
    click.echo()
    show(HEADINGS, _figures(report))
    click.echo()
    columns = ("comment", "attribute", "champion", "challenger", "its verdict", "the new one", "decided")
    show(
        columns,
        [
            (d.comment_id, d.attribute, d.champion, d.challenger, d.champion_verdict, d.challenger_verdict, d.decided)
            for d in report.differences
        ],
    )


def _figures(report: Report) -> Iterator[tuple[object, ...]]:
    for head in report.heads:
        yield from (_line(head.attribute, head.chosen, head.rows, head.positives, one) for one in head.figures)
    for part in report.slices:
        yield from (_line(part.kind, part.name, part.rows, part.positives, one) for one in part.figures)
    for found in filter(None, (report.reviewed, report.reviewed_at_budget)):
        yield _line("all", "", report.rows, None, found)
    for one in report.drift:
        yield _line("drift", one.name, report.rows, None, Figure("stability", one.champion, one.challenger))


def _line(what: str, of: str, rows: int, positives: int | None, one: Figure) -> tuple[object, ...]:
    known = one.champion is not None and one.challenger is not None
    difference = (one.challenger or 0) - (one.champion or 0) if known else None
    numbers = (one.champion, one.challenger, difference, one.low, one.high)
    name = SHORT.get(one.name, one.name.replace("_", " "))
    return (what, of, rows, positives, name, *(None if number is None else f"{number:.4f}" for number in numbers))
