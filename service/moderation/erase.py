"""Forget a comment or an author: text, queue, outbox and labels go; the event log keeps ids only."""

from service.errors import NotFound
from service.moderation.desk import Desk


def erase_comment(desk: Desk, site: str, comment_id: str, by: str) -> None:
    """Erase one comment; raises `NotFound` when there is none."""
    if not desk.store.comments.erase(site, comment_id, by):
        raise NotFound(f"There is no comment {comment_id!r}.")


def erase_author(desk: Desk, site: str, author: str, by: str) -> int:
    """Erase every comment of an author, named by id or, where the platform sent none, by e-mail; returns how many."""
    return desk.store.comments.erase_author(site, author, by)
