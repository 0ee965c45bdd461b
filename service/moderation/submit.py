"""A comment comes in: score it, let the policy speak, keep it, and queue it when it is borderline."""

from collections.abc import Callable, Sequence

from service.errors import CommentConflict, NotFound
from service.moderation import policy
from service.moderation.desk import Desk, Scorer
from service.moderation.rules import looks_at_repeats
from service.moderation.scoring import score_or_none
from service.tallies import Tick
from service.tenancy import Policy
from service.values import Assessment, Comment, Receipt


def submit(desk: Desk, site: str, comment: Comment, tick: Callable[[Assessment], Tick] | None = None) -> Receipt:
    """Take one comment; durable when this returns.

    The same id and body again gets the first answer (`same`); the same id with another body raises `CommentConflict`.
    What `tick` makes of the assessment is counted in the same round trip, whatever the outcome.
    """
    in_force = policy.current(desk, site)
    [assessment] = _assessed(desk, site, in_force, [comment])
    ticks = [tick(assessment)] if tick else []
    [receipt] = desk.store.comments.submit(site, [(comment, assessment)], in_force.looks, ticks)
    if receipt.outcome == "conflict":
        raise CommentConflict(f"Comment {comment.id!r} was sent before with another body; use PUT when it was edited.")
    if receipt.outcome == "new":
        desk.note(site, in_force, comment, assessment)
    return receipt


def submit_batch(desk: Desk, site: str, comments: Sequence[Comment]) -> list[Receipt]:
    """Take many comments in one round trip; each has its own outcome, `conflict` among them."""
    in_force = policy.current(desk, site)
    entries = list(zip(comments, _assessed(desk, site, in_force, comments), strict=True))
    receipts = desk.store.comments.submit(site, entries, in_force.looks)
    for entry, receipt in zip(entries, receipts, strict=True):
        if receipt.outcome == "new":
            desk.note(site, in_force, *entry)
    return receipts


def edit(desk: Desk, site: str, comment: Comment) -> Receipt:
    """Take a new version of a known comment: scored and decided anew, the earlier one kept in its trace."""
    in_force = policy.current(desk, site)
    [assessment] = _assessed(desk, site, in_force, [comment])
    receipt = desk.store.comments.edit(site, comment, assessment, in_force.looks)
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


def _assessed(desk: Desk, site: str, in_force: Policy, comments: Sequence[Comment]) -> list[Assessment]:
    """Assess comments that came in; only where a rule asks, a round trip more counts how often their texts came."""
    repeats = desk.store.repeats.count(site, comments) if looks_at_repeats(in_force.rules) else ()
    assessed = assess(desk.scorer_of(site), in_force, comments, repeats)
    return desk.questions.chosen(site, in_force.asks, desk.scorer, comments, assessed) if in_force.asks else assessed
