"""A day of invented comments under one article: `HH:MM name | text`, and `> ` before an answer to the one above."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

ARTICLE_ID = "talks-day-two"
TITLE = "Ceasefire talks on Nagorno-Karabakh go into a second day"
DAY = datetime(2023, 9, 21, tzinfo=UTC)
LINE = re.compile(r"(\d\d:\d\d) (> )?([^|]+) \| (.+)")
FILE = Path(__file__).with_name("day.txt")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment of the day."""

    id: str
    name: str
    text: str
    at: datetime
    parent_id: str | None

    @property
    def author_id(self) -> str:
        """Name the reader, the same for all that one reader says."""
        return "reader-" + "".join(sign for sign in self.name.lower() if sign.isalnum())


def comments() -> list[Said]:
    """Return the day's comments as demo-001 and on, in the order in which they came."""
    said: list[Said] = []
    above: str | None = None
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        found = LINE.fullmatch(line)
        assert found, f"line {number} of {FILE.name}"
        at, answers, name, text = found.groups()
        comment_id = f"demo-{number:03}"
        said.append(Said(comment_id, name, text, _moment(at), above if answers else None))
        above = above if answers else comment_id
    return said


def _moment(at: str) -> datetime:
    return datetime.combine(DAY.date(), time.fromisoformat(at), UTC)
