"""A comment comes in: score it, let the policy speak, keep it, and queue it when it is borderline."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial

from service.errors import CommentConflict, NotFound, ParleyError, Unavailable, sound
from service.moderation import policy
from service.moderation.company import Road
from service.moderation.desk import Desk, Scorer
from service.moderation.rules import looks_at_repeats
from service.moderation.scoring import ScoreRow, score_or_none
from service.store.comments import Submission
from service.tallies import Tick
from service.tenancy import Policy
from service.values import Assessment, Comment, Receipt


@dataclass(frozen=True, slots=True)
class _Entry:
    """A comment on its way in, and what judges it; `repeats` tells how often its text came lately."""

    site: str
    comment: Comment
    in_force: Policy
    scorer: Scorer
    repeats: int
    tick: Callable[[Assessment], Tick] | None = None


def submit(desk: Desk, site: str, comment: Comment, tick: Callable[[Assessment], Tick] | None = None) -> Receipt:
    """Take one comment; durable when this returns.

    The same id and body again gets the first answer (`same`); the same id with another body raises `CommentConflict`.
    What `tick` makes of the assessment is counted in the same round trip, whatever the outcome.
    """
    [entry] = _entries(desk, site, [comment], tick)
    road: Road[_Entry, Receipt | ParleyError] = desk.company.road(desk.store.comments.road(site))
    receipt = sound(road.go(entry, partial(_take, desk)))
    if receipt.outcome == "conflict":
        raise CommentConflict(f"Comment {comment.id!r} was sent before with another body; use PUT when it was edited.")
    return receipt


def submit_batch(desk: Desk, site: str, comments: Sequence[Comment]) -> list[Receipt]:
    """Take many comments in one round trip; each has its own outcome, `conflict` among them."""
    return [sound(receipt) for receipt in _take(desk, _entries(desk, site, comments))]


def edit(desk: Desk, site: str, comment: Comment) -> Receipt:
    """Take a new version of a known comment: scored and decided anew, the earlier one kept in its trace."""
    [entry] = _entries(desk, site, [comment])
    [assessment] = _assessed(desk, [entry])
    receipt = desk.store.comments.edit(site, comment, assessment, entry.in_force.looks)
    if receipt is None:
        raise NotFound(f"There is no comment {comment.id!r}.")
    return receipt


def assess(
    scorer: Scorer, in_force: Policy, comments: Sequence[Comment], repeats: Sequence[int] = ()
) -> list[Assessment]:
    """Score `comments` and apply the policy; nothing is kept. `repeats` tells how often each text came lately."""
    rows = score_or_none(scorer, [comment.text for comment in comments], [comment.author for comment in comments])
    judged = zip(comments, rows, repeats or [1] * len(comments), strict=True)
    return [policy.judge(in_force, comment, row, scorer.version, count) for comment, row, count in judged]


def _entries(
    desk: Desk, site: str, comments: Sequence[Comment], tick: Callable[[Assessment], Tick] | None = None
) -> list[_Entry]:
    """Put comments on their way; only where a rule asks, a round trip counts how often their texts came."""
    in_force, scorer = policy.current(desk, site), desk.scorer_of(site)
    asked = looks_at_repeats(in_force.rules)
    repeats = desk.store.repeats.count(site, comments) if asked else [1] * len(comments)
    rows = zip(comments, repeats, strict=True)
    return [_Entry(site, comment, in_force, scorer, count, tick) for comment, count in rows]


def _take(desk: Desk, entries: Sequence[_Entry]) -> Sequence[Receipt | ParleyError]:
    """Score, judge and keep; when the store does not answer, nobody need ask it again."""
    assessed = _assessed(desk, entries)
    try:
        receipts = desk.store.comments.submit_each([*map(_submission, entries, assessed)])
    except Unavailable as error:
        return [copy(error) for _ in entries]  # each is raised in a thread of its own
    for one, found, receipt in zip(entries, assessed, receipts, strict=True):
        if isinstance(receipt, Receipt) and receipt.outcome == "new":
            desk.note(one.site, one.in_force, one.comment, found)
    return receipts


def _assessed(desk: Desk, entries: Sequence[_Entry]) -> list[Assessment]:
    """Score and judge; of what passes, some may be asked about for the model's sake."""
    found = []
    for one, row in zip(entries, _scored(entries), strict=True):
        judged = policy.judge(one.in_force, one.comment, row, one.scorer.version, one.repeats)
        found.append(desk.asked(one.site, one.in_force, one.comment, judged))
    return found


def _scored(entries: Sequence[_Entry]) -> list[ScoreRow | None]:
    """Score what one model scores together."""
    rows: dict[int, ScoreRow | None] = {}
    for scorer in {id(one.scorer): one.scorer for one in entries}.values():
        places = [place for place, one in enumerate(entries) if one.scorer is scorer]
        comments = [entries[place].comment for place in places]
        scores = score_or_none(scorer, [one.text for one in comments], [one.author for one in comments])
        rows.update(zip(places, scores, strict=True))
    return [rows[place] for place in range(len(entries))]


def _submission(entry: _Entry, found: Assessment) -> Submission:
    return Submission(entry.site, entry.comment, found, entry.in_force.looks, entry.tick and entry.tick(found))
