"""The platform answers back: its opinion of a comment, and its authors' appeals."""

from service.errors import Conflict, NotFound
from service.moderation.desk import Desk
from service.values import Choice, Opinion, Outcome, State

# `not_spam` says nothing of abuse, so it settles nothing.
SETTLES = {Opinion.SPAM: State.REJECTED, Opinion.ABUSIVE: State.REJECTED, Opinion.FINE: State.APPROVED}


def feedback(desk: Desk, site: str, comment_id: str, opinion: Opinion, by: str) -> Outcome:
    """Keep the platform's opinion as a label; a comment that still waits is settled by it."""
    outcome = desk.store.comments.feedback(site, comment_id, opinion, by, SETTLES.get(opinion))
    return _found(outcome)


def suggest(
    desk: Desk, site: str, text: str, opinion: Opinion | Choice, by: str, teller: str = "", reason: str | None = None
) -> None:
    """Keep what somebody holds of a text that is no comment here; a label like any other, one per text and `teller`."""
    desk.store.labels.suggest(site, text, opinion, by, teller, reason)


def appeal(desk: Desk, site: str, comment_id: str, note: str | None, by: str) -> Outcome:
    """Send a decided comment back to review, never to the reviewer who decided it."""
    outcome = _found(desk.store.comments.appeal(site, comment_id, note, by))
    if outcome.outcome == "lost":
        raise Conflict("This comment is still under review, so there is nothing to appeal yet.")
    return outcome


def _found(outcome: Outcome) -> Outcome:
    if outcome.outcome == "not_found":
        raise NotFound(f"There is no comment {outcome.id!r}.")
    return outcome
