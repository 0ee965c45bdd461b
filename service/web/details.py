"""What stands behind a card: why it is here, the conversation, the author's history. Loaded when asked for."""

from flask import Blueprint, Response

from service.moderation import cards, why
from service.moderation.desk import Desk
from service.web.answers import panel, room
from service.web.door import Visit
from service.web.text import Stretch

STEPS = 4  # of colour, from weak to strong


def blueprint(desk: Desk) -> Blueprint:
    """Return the three views on one comment."""
    return room(
        "details",
        desk,
        ("GET", "/review/<comment_id:comment_id>/why", why_page),
        ("GET", "/review/<comment_id:comment_id>/conversation", conversation),
        ("GET", "/review/<comment_id:comment_id>/history", history),
    )


def why_page(visit: Visit, comment_id: str) -> Response:
    """Explain the score."""
    account = why.account(visit.desk, visit.site, comment_id)
    return panel("_why.html", visit, "Why it is here", account=account, stretches=stretches)


def conversation(visit: Visit, comment_id: str) -> Response:
    """Show what the comment answers."""
    chain = cards.conversation(visit.desk, visit.site, comment_id)
    return panel("_conversation.html", visit, "Conversation", chain=chain)


def history(visit: Visit, comment_id: str) -> Response:
    """Show what else the author wrote, and what this comment said before."""
    found = cards.history(visit.desk, visit.site, comment_id)
    return panel("_history.html", visit, "Author's history", history=found)


def stretches(found: why.Why) -> list[Stretch]:
    """Return the marks of an explanation, each with what it weighs and the score without it."""
    return [
        Stretch(
            mark.start,
            mark.end,
            f"mark mark-{max(1, round(mark.strength * STEPS))}",
            f"{mark.contribution:+.2f}; without this: {mark.without:.2f}",
        )
        for mark in found.marks
    ]
