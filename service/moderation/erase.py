"""Forget a comment or an author: text, queue, outbox and labels go; the event log keeps ids only."""

from collections.abc import Sequence

from service.errors import NotFound
from service.moderation import labels
from service.moderation.desk import Desk
from service.store.erased import Erased, Told


def erase_comment(desk: Desk, site: str, comment_id: str, by: str) -> Erased:
    """Erase one comment, and what was imported of it; raises `NotFound` when there is nothing of it."""
    told, erased = _models(desk, site), Erased()
    for one in [comment_id, *desk.store.imports.label_ids(comment_id)]:
        erased += desk.store.comments.erase(site, one, by, told)
    if not erased:
        raise NotFound(f"There is no comment {comment_id!r}.")
    return erased


def erase_author(desk: Desk, site: str, author: str, by: str) -> Erased:
    """Erase every comment of an author, and what was imported, named by id or, where there is none, by e-mail."""
    return desk.store.comments.erase_author(site, author, by, _models(desk, site))


def _models(desk: Desk, site: str) -> Told:
    """Tell the models of what goes."""

    def told(ids: Sequence[str]) -> Sequence[str]:
        return labels.forgetting(desk, site, ids)

    return told
