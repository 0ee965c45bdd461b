"""Read tables and JSON lines: one row, one comment; a broken row costs itself alone."""

import codecs
import csv
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from typing import Any

import orjson

from service.errors import BadInput
from service.moderation.exports.columns import Columns, entry_of
from service.moderation.exports.entry import NO_TEXT, Entries, Skipped
from service.moderation.perspective import MEANINGS, MODERATED
from service.store.imports import Judged
from service.values import Choice

MOST_LINE_BYTES = 4 << 20
LIKELY = 0.5
DELIMITERS = ",;\t|"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(
    file: BufferedReader, columns: Columns, *, encoding: str | None = None, with_thrown_away: bool = True
) -> Entries:
    """Return an entry for each row; the first row names the columns. Raises BadInput when they do not do."""
    start = file.peek(4)
    guessed = "utf-16" if start[:2] in UTF_16 else "utf-8-sig"
    text = TextIOWrapper(file, encoding or guessed, errors="replace", newline="")
    try:
        yield from _table(text, columns, with_thrown_away)
    finally:
        if not file.closed:
            text.detach()  # or it would close the file, which is not its own


def _table(text: TextIOWrapper, columns: Columns, with_thrown_away: bool) -> Entries:
    heading = text.readline()
    delimiter = max(DELIMITERS, key=heading.count)
    names = next(csv.reader([heading], delimiter=delimiter), [])
    found = columns.found_in(names)
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        line = reader.line_num + 2  # the heading was read before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Skipped(line, "no row of a table", is_broken=True)
            continue
        if len(cells) == len(names):
            yield entry_of(line, dict(zip(names, cells, strict=True)), found, with_thrown_away)
        elif cells:
            yield Skipped(line, f"{len(cells)} columns instead of {len(names)}", is_broken=True)


def read_json_lines(file: BufferedReader, columns: Columns, *, with_thrown_away: bool = True) -> Entries:
    """Return an entry for each line: an object with our members, or what Perspective's suggestscore takes."""
    for number, line in lines(file):
        row = parsed(line)
        if row is None:
            if number == 1 and line is not None and line.lstrip().startswith(b"["):
                raise BadInput("The file is one JSON array; write one object per line (jq -c '.[]').")
            yield Skipped(number, "no JSON object", is_broken=True)
        elif isinstance(row.get("attributeScores"), dict):
            yield _suggestion(number, row)
        else:
            yield _own(number, row, columns, with_thrown_away)


def lines(file: BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Return the lines that are not empty with their numbers; None in the place of one beyond all measure."""
    number, is_inside = 0, False
    while line := file.readline(MOST_LINE_BYTES):
        is_whole = line.endswith(b"\n") or len(line) < MOST_LINE_BYTES
        if not is_inside:
            number += 1
            if line.strip() or not is_whole:
                yield number, line.removeprefix(codecs.BOM_UTF8) if is_whole else None
        is_inside = not is_whole


def parsed(line: bytes | None) -> dict[str, Any] | None:
    """Return the JSON object of a line, or None."""
    try:
        found = orjson.loads(line or b"")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _own(number: int, row: dict[str, Any], columns: Columns, with_thrown_away: bool) -> Judged | Skipped:
    try:
        found = columns.found_in(row)
    except BadInput:
        if number == 1:
            raise
        return Skipped(number, "without text or label", is_broken=True)
    return entry_of(number, row, found, with_thrown_away)


def _suggestion(number: int, row: dict[str, Any]) -> Judged | Skipped:
    """Read what Perspective's suggestscore takes: scores that somebody gave, at least one of them known here."""
    comment = row.get("comment")
    text = comment.get("text") if isinstance(comment, dict) else None
    if not isinstance(text, str) or not text.strip():
        return Skipped(number, NO_TEXT)
    scores = {name: summary(given) for name, given in row["attributeScores"].items()}
    known = {name: value for name, value in scores.items() if value is not None and name in (*MEANINGS, *MODERATED)}
    if not known:
        return Skipped(number, "no score that is known here")
    says = {MEANINGS[name][0]: value for name, value in known.items() if len(MEANINGS.get(name, ())) == 1}
    likely = {name for name, value in known.items() if value >= LIKELY}
    choice = Choice.APPROVE if "APPROVED" in likely or not likely else Choice.REJECT
    reason = "spam" if choice is Choice.REJECT and "SPAM" in likely else None
    return Judged("rows", text.replace("\0", " ").strip(), choice, reason=reason, says=says)


def summary(given: object) -> float | None:
    """Return the summary score in [0, 1] of an attribute in Perspective's form, or None."""
    score = given.get("summaryScore") if isinstance(given, dict) else None
    value = score.get("value") if isinstance(score, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None
