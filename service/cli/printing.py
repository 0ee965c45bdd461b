"""Tables for people on a terminal, tab-separated lines for programs behind a pipe."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows: with headings on a terminal, as plain lines without them elsewhere."""
    console = Console()
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(map(plain, row)))
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(plain(value)) for value in row))
    console.print(table)


def plain(value: object) -> str:
    """Write a value on one line; signs that could steer a terminal become blanks."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def note(sentence: str) -> None:
    """Say something beside the result, on standard error, when somebody is there to read it."""
    if Console(stderr=True).is_terminal:
        click.echo(sentence, err=True)
