"""The blog's own comments in a small SQLite file: what a reader wrote is kept here first, whatever Parley does."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS comments (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, parent_id TEXT, at TEXT NOT NULL,
  standing TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0, reason TEXT, status_url TEXT, receipt TEXT UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS comments_by_standing ON comments (standing, at);
"""
LOCK_SECONDS = 5.0


class Standing(StrEnum):
    """How a comment stands on the blog. `unsent` ones Parley has not seen yet, of `unknown` ones it is to be asked."""

    UNSENT = "unsent"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    PUBLISHED = "published"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as the blog keeps it. `receipt` opens its author's view; `version` is Parley's."""

    id: str
    name: str
    text: str
    parent_id: str | None
    at: datetime
    standing: Standing = Standing.UNSENT
    version: int = 0
    reason: str | None = None
    status_url: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What Parley says of a comment."""

    standing: Standing
    version: int
    reason: str | None = None
    status_url: str | None = None


class Shelf:
    """Keep and find comments. Every method opens the file anew, so threads may share a shelf."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as file:
            file.executescript(SCHEMA)

    def put(self, name: str, text: str, parent_id: str | None) -> Comment:
        """Keep a new comment; it is on disk when this returns."""
        comment = Comment(
            f"b-{secrets.token_hex(8)}", name, text, parent_id, datetime.now(UTC), receipt=secrets.token_urlsafe(12)
        )
        self._insert([comment])
        return comment

    def fill(self, comments: Sequence[Comment]) -> None:
        """Keep comments that are not here yet."""
        self._insert(comments)

    def find(self, comment_id: str) -> Comment | None:
        """Return a comment."""
        return next(iter(self._select("id = ?", comment_id)), None)

    def of_receipt(self, receipt: str) -> Comment | None:
        """Return the comment of a reader who has its receipt."""
        return next(iter(self._select("receipt = ?", receipt)), None)

    def standing(self, standing: Standing, limit: int = 1000) -> list[Comment]:
        """Return comments that stand so, oldest first."""
        return self._select("standing = ? ORDER BY at, id LIMIT ?", standing, limit)

    def note(self, comment_id: str, news: News) -> None:
        """Take note of news, unless newer ones came before."""
        with self._open() as file:
            file.execute(
                "UPDATE comments SET standing = ?, version = ?, reason = ?, status_url = coalesce(?, status_url) "
                "WHERE id = ? AND version <= ?",
                (news.standing, news.version, news.reason, news.status_url, comment_id, news.version),
            )

    def _insert(self, comments: Sequence[Comment]) -> None:
        rows = [
            (one.id, one.name, one.text, one.parent_id, one.at.isoformat(), one.standing, one.receipt)
            for one in comments
        ]
        with self._open() as file:
            file.executemany(
                "INSERT OR IGNORE INTO comments (id, name, text, parent_id, at, standing, receipt) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def _select(self, condition: str, *values: str | int) -> list[Comment]:
        with self._open() as file:
            found = file.execute(f"SELECT * FROM comments WHERE {condition}", values)  # noqa: S608 - our own words
            return [_comment(row) for row in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=LOCK_SECONDS)) as file, file:
            file.row_factory = sqlite3.Row
            yield file


def _comment(row: sqlite3.Row) -> Comment:
    return Comment(
        id=row["id"],
        name=row["name"],
        text=row["text"],
        parent_id=row["parent_id"],
        at=datetime.fromisoformat(row["at"]),
        standing=Standing(row["standing"]),
        version=row["version"],
        reason=row["reason"],
        status_url=row["status_url"],
        receipt=row["receipt"],
    )
