"""Ask for a second opinion about what is in doubt, and judge anew with both."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
    """A comment, and what the policy made of it by its first scores."""

    in_force: Policy
    comment: Comment
    found: Assessment


def doubts(adviser: Adviser, in_force: Policy, found: Assessment) -> bool:
    """Tell whether a second opinion is to be asked for."""
    heads = adviser.heads
    return bool(heads) and is_doubtful(in_force, found, heads)


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
    doubtful = {place: case for place, case in enumerate(cases) if doubts(adviser, case.in_force, case.found)}
    answers = _asked(adviser, list(doubtful.values()), seconds)
    known = dict(zip(doubtful, answers, strict=True))
    return [_told(case, known.get(place, Silence.FAILED)) for place, case in enumerate(cases)]


def revised(case: Case, row: Mapping[str, float], version: str, heads: Sequence[str]) -> Assessment:
    """Judge a comment by the scores of both models together."""
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
    for start in range(0, len(cases), AT_ONCE):
        left = deadline - time.monotonic()
        if start and (left < 0 or found[-1] is Silence.BUSY):
            adviser.observe(Silence.BUSY.value, len(cases) - start, None)
            return [*found, *[Silence.BUSY] * (len(cases) - start)]
        found += _opinions(adviser, cases[start : start + AT_ONCE], left)
    return found


def _opinions(adviser: Adviser, cases: Sequence[Case], seconds: float) -> Iterator[Assessment | Silence]:
    """Ask about a few together; where that fails, one text must not cost the others their opinions."""
    answer = adviser.ask([case.comment.text for case in cases], [case.found.first_scores for case in cases], seconds)
    if answer is Silence.FAILED and len(cases) > 1 and adviser.heads:
        for case in cases:
            yield from _opinions(adviser, [case], seconds)
    elif isinstance(answer, Silence):
        yield from [answer] * len(cases)
    else:
        for case, row in zip(cases, answer, strict=True):
            yield revised(case, row, adviser.version, adviser.heads)
