"""Tell what kind of export a file is, and read it."""

from collections.abc import Callable
from enum import StrEnum
from io import BufferedReader

from service.errors import BadInput
from service.moderation.exports import disqus, rows, wordpress
from service.moderation.exports.columns import Columns
from service.moderation.exports.entry import Entries

LOOKED_AT_BYTES = 8192
TABLES = (".csv", ".tsv", ".txt")


class Format(StrEnum):
    """The kinds of files that can be read."""

    WXR = "wxr"
    DISQUS = "disqus"
    CSV = "csv"
    JSONL = "jsonl"


def format_of(file: BufferedReader, name: str) -> Format:
    """Tell a file's kind by how it begins and what it is called; raises BadInput when neither tells."""
    start = file.peek(LOOKED_AT_BYTES)[:LOOKED_AT_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if b"wordpress.org/export" in start:
        return Format.WXR
    if b"disqus.com" in start and start.startswith(b"<"):
        return Format.DISQUS
    if start.startswith((b"{", b"[")):
        return Format.JSONL
    if name.lower().endswith(TABLES):
        return Format.CSV
    raise BadInput("It does not tell what kind of file it is; say so with --format.")


def read(
    file: BufferedReader,
    kind: Format,
    columns: Columns,
    *,
    encoding: str | None = None,
    with_thrown_away: bool = True,
) -> Entries:
    """Return what the file holds, entry by entry; raises BadInput when it cannot be read at all."""
    readers: dict[Format, Callable[[], Entries]] = {
        Format.WXR: lambda: wordpress.read(file, with_thrown_away=with_thrown_away),
        Format.DISQUS: lambda: disqus.read(file, with_thrown_away=with_thrown_away),
        Format.CSV: lambda: rows.read_csv(file, columns, encoding=encoding, with_thrown_away=with_thrown_away),
        Format.JSONL: lambda: rows.read_json_lines(file, columns, with_thrown_away=with_thrown_away),
    }
    return readers[kind]()
