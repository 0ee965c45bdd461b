"""Tables as CSV, made so that a spreadsheet takes no cell for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import Response

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None


def download(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer a table as a file `name`.csv, in UTF-8, with the columns' names first."""
    response = Response(written(columns, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def written(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as RFC 4180 has it; what is None is left empty."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return sheet.getvalue()


def _safe(cell: Cell) -> Cell:
    """Return a cell as it is, or with an apostrophe before what would be a formula; numbers are never one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
