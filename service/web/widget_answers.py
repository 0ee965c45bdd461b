"""What the widget is told, as JSON."""

from datetime import UTC, datetime

from service.moderation.status import Status
from service.moderation.threads import Posted, Thread
from service.values import KeptComment
from service.web.widget_bodies import PostBody

Json = dict[str, object]


def shown_page(thread: Thread) -> Json:
    """Show a page of a thread."""
    return {"total": thread.total, "next": thread.next, "comments": [_published(kept) for kept in thread.comments]}


def _published(kept: KeptComment) -> Json:
    comment = kept.comment
    return {
        "id": comment.id,
        "name": comment.author.name,
        "text": comment.text,
        "parent_id": comment.parent_id,
        "at": comment.created_at or kept.received_at,
    }


def shown_post(posted: Posted, body: PostBody) -> Json:
    """Show what became of a comment, and the comment as the thread will show it."""
    return {
        "id": posted.id,
        "standing": posted.standing,
        "reason": posted.because and f"Your comment was declined because {posted.because}.",
        "token": posted.token,
        "status_url": f"/status/{posted.token}",
        "name": body.name,
        "text": body.text,
        "parent_id": body.parent_id,
        "at": datetime.now(UTC),
    }


def _declined(explanation: str | None) -> str:
    return f"Your comment was declined. {explanation or ''}".strip()


def shown_status(status: Status) -> Json:
    """Show its author how a comment stands."""
    statement = status.statement
    return {
        "id": status.comment_id,
        "standing": status.standing,
        "reason": statement and _declined(statement.incompatible_content_explanation),
        "may_appeal": status.may_appeal,
        "name": status.comment.comment.author.name if status.comment else None,
        "text": status.comment.comment.text if status.comment else None,
    }
