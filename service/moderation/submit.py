"""A comment comes in: score it, let the policy speak, keep it, and queue it when it is borderline."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

from service.errors import CommentConflict, NotFound, ParleyError, Unavailable, sound
from service.moderation import policy
from service.moderation.company import Road
from service.moderation.desk import Desk, Scorer
from service.moderation.rules import looks_at_repeats
from service.moderation.scoring import ScoreRow, score_or_none
from service.moderation.second.hearing import Case, doubts, foreseen, heard, patience
from service.moderation.second.own import own_of
from service.store.comments import Submission
from service.tallies import Tick
from service.tenancy import Policy
from service.values import Assessment, Author, Comment, Receipt


@dataclass(frozen=True, slots=True)
class _Entry:
    """A comment on its way in, and what judges it; `repeats` tells how often its text came lately.

    One that was found doubtful goes again with what was `found` by a second opinion.
    """

    site: str
    comment: Comment
    in_force: Policy
    scorer: Scorer
    repeats: int
    tick: Callable[[Assessment], Tick] | None = None
    found: Assessment | None = None


Outcome = Receipt | ParleyError | Case


def submit(desk: Desk, site: str, comment: Comment, tick: Callable[[Assessment], Tick] | None = None) -> Receipt:
    """Take one comment; durable when this returns.

    The same id and body again gets the first answer (`same`); the same id with another body raises `CommentConflict`.
    What `tick` makes of the assessment is counted in the same round trip, whatever the outcome.
    """
    [entry] = _entries(desk, site, [comment], tick)
    receipt = _gone(desk, entry)
    if receipt.outcome == "conflict":
        raise CommentConflict(f"Comment {comment.id!r} was sent before with another body; use PUT when it was edited.")
    return receipt


def submit_batch(desk: Desk, site: str, comments: Sequence[Comment]) -> list[Receipt]:
    """Take many comments in one round trip; each has its own outcome, `conflict` among them."""
    entries = _entries(desk, site, comments)
    return [sound(receipt) for receipt in _keep(desk, entries, _settled(desk, entries, _assessed(desk, entries)))]


def edit(desk: Desk, site: str, comment: Comment) -> Receipt:
    """Take a new version of a known comment: scored and decided anew, the earlier one kept in its trace."""
    [entry] = _entries(desk, site, [comment])
    [assessment] = _settled(desk, [entry], _assessed(desk, [entry]))
    receipt = desk.store.comments.edit(site, comment, assessment, entry.in_force.looks)
    if receipt is None:
        raise NotFound(f"There is no comment {comment.id!r}.")
    return receipt


def foresee(desk: Desk, site: str, comments: Sequence[Comment]) -> list[Assessment]:
    """Say what would become of comments, by both models where they are in doubt; nothing is kept.

    Where the second opinion cannot be had in time, the first model's word stands.
    """
    in_force = policy.current(desk, site)
    scorer = desk.scorer_of(site)
    found, own = assess(scorer, in_force, comments), own_of(scorer)
    cases = [Case(in_force, *pair, own) for pair in zip(comments, found, strict=True)]
    return foreseen(desk.adviser, cases, patience(desk.settings, len(cases)))


def score(desk: Desk, site: str, texts: Sequence[str], author: Author | None = None) -> list[Assessment]:
    """Score texts as comments would be; of one that cannot be scored, the scores are empty.

    While the store is away and the site's limits are not known, the first model answers alone.
    """
    comments = [Comment("-", text, author or Author()) for text in texts]
    if desk.adviser.heads:
        with suppress(Unavailable):
            return foresee(desk, site, comments)
    return assess(desk.scorer_of(site), policy.DEFAULT_POLICY, comments)


def assess(
    scorer: Scorer, in_force: Policy, comments: Sequence[Comment], repeats: Sequence[int] = ()
) -> list[Assessment]:
    """Score `comments` with one model and apply the policy; nothing is kept.

    `repeats` tells how often each text came lately.
    """
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


def _gone(desk: Desk, entry: _Entry) -> Receipt:
    """Send one comment on the road that all share.

    A doubtful one comes back unkept, so that no other waits while its own thread asks about it; then it goes again.
    """
    road: Road[_Entry, Outcome] = desk.company.road(desk.store.comments.road(entry.site))
    outcome = road.go(entry, partial(_take, desk))
    if isinstance(outcome, Case):
        [found] = _settled(desk, [entry], [outcome])
        outcome = road.go(replace(entry, found=found), partial(_take, desk))
    assert not isinstance(outcome, Case)
    return sound(outcome)


def _take(desk: Desk, entries: Sequence[_Entry]) -> Sequence[Outcome]:
    """Score and judge; keep all but the doubtful, which are answered as they are."""
    assessed = _assessed(desk, entries)
    sure = [(one, found) for one, found in zip(entries, assessed, strict=True) if not isinstance(found, Case)]
    kept = iter(_keep(desk, [one for one, _ in sure], [found for _, found in sure]))
    return [found if isinstance(found, Case) else next(kept) for found in assessed]


def _keep(desk: Desk, entries: Sequence[_Entry], assessed: Sequence[Assessment]) -> Sequence[Receipt | ParleyError]:
    """Keep what was judged; when the store does not answer, nobody need ask it again."""
    if not entries:
        return []
    try:
        receipts = desk.store.comments.submit_each([*map(_submission, entries, assessed)])
    except Unavailable as error:
        return [copy(error) for _ in entries]  # each is raised in a thread of its own
    for one, found, receipt in zip(entries, assessed, receipts, strict=True):
        if isinstance(receipt, Receipt) and receipt.outcome == "new":
            desk.note(one.site, one.in_force, one.comment, found)
    return receipts


def _assessed(desk: Desk, entries: Sequence[_Entry]) -> list[Assessment | Case]:
    """Score and judge what is not judged yet; a case is in doubt."""
    fresh = [one for one in entries if one.found is None]
    rows = iter(_scored(fresh) if fresh else ())
    return [one.found or _judged(desk, one, next(rows)) for one in entries]


def _judged(desk: Desk, one: _Entry, row: ScoreRow | None) -> Assessment | Case:
    """Judge by the first scores; of what passes, some may be asked about for the model's sake."""
    found = policy.judge(one.in_force, one.comment, row, one.scorer.version, one.repeats)
    case = Case(one.in_force, one.comment, found, own_of(one.scorer))
    if doubts(desk.adviser, case):
        return case
    return desk.asked(one.site, one.in_force, one.comment, found)


def _settled(desk: Desk, entries: Sequence[_Entry], assessed: Sequence[Assessment | Case]) -> list[Assessment]:
    """Ask for second opinions about the cases."""
    cases = [found for found in assessed if isinstance(found, Case)]
    answers = iter(heard(desk.adviser, cases, patience(desk.settings, len(entries))))
    pairs = zip(entries, assessed, strict=True)
    return [
        desk.asked(one.site, one.in_force, one.comment, next(answers)) if isinstance(found, Case) else found
        for one, found in pairs
    ]


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
