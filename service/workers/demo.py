"""A demo site that is worth a look: a report on ceasefire talks, and the comments that come under such a report."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.moderation import tenants
from service.moderation.desk import Desk
from service.moderation.submit import submit_batch
from service.values import Article, Author, Comment

SITE = "demo"
ARTICLE = Article(
    id="talks-day-two",
    url="https://news.example/2023/karabakh-ceasefire-talks",
    title="Ceasefire talks on Nagorno-Karabakh go into a second day",
)
FIRST_AT = datetime(2023, 9, 21, 8, 0, tzinfo=UTC)

THREAD = Path(__file__).with_name("demo.txt")  # invented; `name | text`, and `> ` before an answer to the one above


def fill(desk: Desk) -> int:
    """Make the site `demo` and submit its comments as demo-001 and on; a second start changes nothing.

    Returns how many comments were new.
    """
    tenants.create_site(desk, SITE, "demo", "The Example Courier")
    receipts = submit_batch(desk, SITE, comments())
    return sum(receipt.outcome == "new" for receipt in receipts)


def comments() -> list[Comment]:
    """Return the thread, a minute and some seconds between two comments."""
    written: list[Comment] = []
    answered: str | None = None
    for number, line in enumerate(THREAD.read_text(encoding="utf-8").splitlines(), start=1):
        is_answer = line.startswith("> ")
        comment = _comment(number, line.removeprefix("> "), answered if is_answer else None)
        answered = answered if is_answer else comment.id
        written.append(comment)
    return written


def _comment(number: int, line: str, parent_id: str | None) -> Comment:
    name, text = line.split(" | ", 1)
    return Comment(
        id=f"demo-{number:03}",
        text=text,
        author=Author(id=_author_id(name), name=name),
        article=ARTICLE,
        parent_id=parent_id,
        created_at=FIRST_AT + timedelta(seconds=77 * number),
    )


def _author_id(name: str) -> str:
    return "reader-" + "".join(sign for sign in name.lower() if sign.isalnum())
