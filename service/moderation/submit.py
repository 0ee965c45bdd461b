"""A comment comes in: score it, let the policy speak, keep it, and queue it when it is borderline."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial

from service.errors import CommentConflict, NotFound, ParleyError, Unavailable
from service.moderation import policy
from service.moderation.company import Road
from service.moderation.desk import Desk
from service.moderation.rules import looks_at_repeats
from service.moderation.scoring import ScoreRow, score_or_none
from service.store.comments import Submission
from service.tallies import Tick
from service.tenancy import Policy
from service.values import Assessment, Comment, Receipt


@dataclass(frozen=True, slots=True)
class _Entry:
    """A comment that is to be scored, judged and kept, alone or with others."""

    site: str
    comment: Comment
    in_force: Policy
    repeats: int
    tick: Callable[[Assessment], Tick] | None


def submit(desk: Desk, site: str, comment: Comment, tick: Callable[[Assessment], Tick] | None = None) -> Receipt:
    """Take one comment; durable when this returns.

    The same id and body again gets the first answer (`same`); the same id with another body raises `CommentConflict`.
    What `tick` makes of the assessment is counted in the same round trip, whatever the outcome.
    """
    in_force = policy.current(desk, site)
    [repeats] = _repeats(desk, site, in_force, [comment]) or [1]
    entry = _Entry(site, comment, in_force, repeats, tick)
    road: Road[_Entry, Receipt | ParleyError] = desk.company.road(desk.store.comments.road(site))
    receipt = road.go(entry, partial(_take, desk))
    if isinstance(receipt, ParleyError):
        raise receipt
    if receipt.outcome == "conflict":
        raise CommentConflict(f"Comment {comment.id!r} was sent before with another body; use PUT when it was edited.")
    return receipt


def submit_batch(desk: Desk, site: str, comments: Sequence[Comment]) -> list[Receipt]:
    """Take many comments in one round trip; each has its own outcome, `conflict` among them."""
    in_force = policy.current(desk, site)
    entries = list(zip(comments, _assessed(desk, site, in_force, comments), strict=True))
    return desk.store.comments.submit(site, entries, in_force.looks)


def edit(desk: Desk, site: str, comment: Comment) -> Receipt:
    """Take a new version of a known comment: scored and decided anew, the earlier one kept in its trace."""
    in_force = policy.current(desk, site)
    [assessment] = _assessed(desk, site, in_force, [comment])
    receipt = desk.store.comments.edit(site, comment, assessment, in_force.looks)
    if receipt is None:
        raise NotFound(f"There is no comment {comment.id!r}.")
    return receipt


def assess(desk: Desk, in_force: Policy, comments: Sequence[Comment], repeats: Sequence[int] = ()) -> list[Assessment]:
    """Score `comments` and apply the policy; nothing is kept. `repeats` tells how often each text came lately."""
    rows = score_or_none(desk, [comment.text for comment in comments], [comment.author for comment in comments])
    model = desk.scorer.version
    judged = zip(comments, rows, repeats or [1] * len(comments), strict=True)
    return [policy.judge(in_force, comment, row, model, count) for comment, row, count in judged]


def _take(desk: Desk, entries: Sequence[_Entry]) -> Sequence[Receipt | ParleyError]:
    """Score, judge and keep; when the store does not answer, nobody need ask it again."""
    rows = score_or_none(desk, [one.comment.text for one in entries], [one.comment.author for one in entries])
    try:
        return desk.store.comments.submit_each([*map(partial(_judged, desk), entries, rows)])
    except Unavailable as error:
        return [copy(error) for _ in entries]  # each is raised in a thread of its own


def _judged(desk: Desk, entry: _Entry, row: ScoreRow | None) -> Submission:
    found = policy.judge(entry.in_force, entry.comment, row, desk.scorer.version, entry.repeats)
    tick = entry.tick and entry.tick(found)
    return Submission(entry.site, entry.comment, found, entry.in_force.looks, tick)


def _assessed(desk: Desk, site: str, in_force: Policy, comments: Sequence[Comment]) -> list[Assessment]:
    return assess(desk, in_force, comments, _repeats(desk, site, in_force, comments))


def _repeats(desk: Desk, site: str, in_force: Policy, comments: Sequence[Comment]) -> Sequence[int]:
    """Count how often the texts came, where a rule asks: it costs a round trip."""
    return desk.store.repeats.count(site, comments) if looks_at_repeats(in_force.rules) else ()
