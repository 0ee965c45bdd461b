"""Ask for a second opinion about what is in doubt, and judge anew with both."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from models.second.sentences import NONE, SentenceHeads
from service.moderation import policy
from service.moderation.second.adviser import Adviser, Silence
from service.moderation.second.doubt import is_doubtful
from service.settings import Settings
from service.tenancy import Policy
from service.values import SECOND_OPINION, Assessment, Comment, Reason, Second, Verdict

AT_ONCE = 16  # texts that are read before others have their turn
BATCH_PATIENCE = 4  # times as long as one comment waits
UNHURRIED_SECONDS = 3600.0
WAITS = Reason(SECOND_OPINION, "Waits for a second opinion.")


@dataclass(frozen=True, slots=True)
class Case:
    """A comment, and what the policy made of it by its first scores; `own` are the heads of its site."""

    in_force: Policy
    comment: Comment
    found: Assessment
    own: SentenceHeads = field(default_factory=lambda: NONE)


def doubts(adviser: Adviser, case: Case) -> bool:
    """Tell whether a second opinion is to be asked for."""
    heads = heads_for(adviser, case.own)
    return bool(heads) and is_doubtful(case.in_force, case.found, heads)


def heads_for(adviser: Adviser, own: SentenceHeads) -> tuple[str, ...]:
    """Name the attributes of which a second opinion says something on this site; none where nobody answers."""
    heads = adviser.heads
    return (*heads, *(name for name in adviser.fitting(own) if name not in heads)) if heads and own else heads


def patience(settings: Settings, texts: int) -> float:
    """Return how many seconds so many texts together may wait for second opinions."""
    return settings.second_seconds * (1 if texts == 1 else BATCH_PATIENCE)


def heard(adviser: Adviser, cases: Sequence[Case], seconds: float) -> list[Assessment]:
    """Return the assessments of doubtful comments that are to be kept: with the second opinion, or until it comes.

    One that cannot be asked about within `seconds` waits for review. Where the second model fails, the first verdict
    stands.
    """
    answers = _asked(adviser, cases, seconds)
    return [_kept(case, answer) for case, answer in zip(cases, answers, strict=True)]


def reheard(adviser: Adviser, cases: Sequence[Case]) -> list[Assessment]:
    """Return the assessments of comments that waited for a second opinion, however long that takes.

    Where the second model fails, or there is none, the first verdict stands after all.
    """
    answers = _asked(adviser, cases, UNHURRIED_SECONDS)
    pairs = zip(cases, answers, strict=True)
    return [
        answer if isinstance(answer, Assessment) else first_verdict(case.in_force, case.comment, case.found)
        for case, answer in pairs
    ]


def first_verdict(in_force: Policy, comment: Comment, found: Assessment) -> Assessment:
    """Judge by what the first model said alone."""
    return policy.judge(in_force, comment, found.first_scores, found.model)


def foreseen(adviser: Adviser, cases: Sequence[Case], seconds: float) -> list[Assessment]:
    """Return the assessments of comments that are not kept: without a second opinion, what the first model says."""
    doubtful = {place: case for place, case in enumerate(cases) if doubts(adviser, case)}
    answers = _asked(adviser, list(doubtful.values()), seconds)
    known = dict(zip(doubtful, answers, strict=True))
    return [_told(case, known.get(place, Silence.FAILED)) for place, case in enumerate(cases)]


def revised(case: Case, row: Mapping[str, float], version: str, heads: Sequence[str]) -> Assessment:
    """Judge a comment by the scores of both models together; the first verdict stands where the second kept silent."""
    if row == case.found.first_scores:
        return first_verdict(case.in_force, case.comment, case.found)
    first = {name: case.found.first_scores[name] for name in heads if name in case.found.scores}
    return policy.judge(case.in_force, case.comment, row, case.found.model, second=Second(version, first))


def waiting(found: Assessment) -> Assessment:
    """Return the assessment of a comment that waits for a second opinion."""
    return replace(found, verdict=Verdict.REVIEW, reasons=(WAITS, *found.reasons))


def _kept(case: Case, answer: Assessment | Silence) -> Assessment:
    return waiting(case.found) if answer is Silence.BUSY else _told(case, answer)


def _told(case: Case, answer: Assessment | Silence) -> Assessment:
    return answer if isinstance(answer, Assessment) else case.found


def _asked(adviser: Adviser, cases: Sequence[Case], seconds: float) -> list[Assessment | Silence]:
    """Ask some at a time; when the time is over, the others are not asked. The first ones are in any case."""
    deadline, found = time.monotonic() + seconds, list[Assessment | Silence]()
    for lot in _lots(cases):
        left, unasked = deadline - time.monotonic(), len(cases) - len(found)
        if found and (left < 0 or found[-1] is Silence.BUSY):
            adviser.observe(Silence.BUSY.value, unasked, None)
            return [*found, *[Silence.BUSY] * unasked]
        found += _opinions(adviser, lot, left)
    return found


def _lots(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield a few cases at a time, in their order, each lot for the same heads of a site."""
    for _, alike in groupby(cases, key=lambda case: id(case.own)):
        lot = list(alike)
        yield from (lot[start : start + AT_ONCE] for start in range(0, len(lot), AT_ONCE))


def _opinions(adviser: Adviser, cases: Sequence[Case], seconds: float) -> Iterator[Assessment | Silence]:
    """Ask about a few together; where that fails, one text must not cost the others their opinions."""
    own = cases[0].own
    texts, first = [case.comment.text for case in cases], [case.found.first_scores for case in cases]
    answer = adviser.ask(texts, first, seconds, own)
    if answer is Silence.FAILED and len(cases) > 1 and adviser.heads:
        for case in cases:
            yield from _opinions(adviser, [case], seconds)
    elif isinstance(answer, Silence):
        yield from [answer] * len(cases)
    else:
        for case, row in zip(cases, answer, strict=True):
            yield revised(case, row, adviser.version, heads_for(adviser, own))
