"""Count live comments in the process, off the road: how scores are spread, and what the challenger would have said."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from math import isnan
from operator import itemgetter

from service.moderation import policy
from service.moderation.desk import Scorer
from service.moderation.learning.serving import Scorers
from service.moderation.scoring import ScoreRow, score_or_none
from service.moderation.second.hearing import first_verdict
from service.store.connect import Store
from service.store.tally import bin_of
from service.tenancy import Policy
from service.values import Assessment, Comment

MOST_NOTES = 4000  # beyond these the oldest are not counted
AT_ONCE = 16  # texts that are scored before others have their turn
ONE_IN = 16  # whose features are looked up

Note = tuple[str, Policy, Comment, Assessment]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Counts of one site that are to be sent, once."""

    name: str
    site: str
    day: str
    versions: tuple[str, ...]
    scores: Counter[str]
    challenger: str | None
    shadow: Counter[str]
    differing: tuple[str, ...]


class Ledger:
    """Notes are counted and sent by one thread; any thread may add one, which costs next to nothing."""

    def __init__(
        self,
        store: Store,
        scorers: Scorers,
        unseen: Callable[[Sequence[str]], Iterable[float]] | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._scorers = scorers
        self._unseen = unseen
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Begin anew, as in a process that was forked."""
        self._notes: deque[Note] = deque(maxlen=MOST_NOTES)
        self.note = self._notes.append
        self._unsent: deque[_Batch] = deque(maxlen=MOST_NOTES)
        self._seen = 0
        self._batches = 0

    def send(self, process: str) -> None:
        """Count what was noted and send it; what could not be sent is sent again next time. Raises Unavailable."""
        taken = [self._notes.popleft() for _ in range(len(self._notes))]
        for site, notes in groupby(sorted(taken, key=itemgetter(0)), key=itemgetter(0)):
            self._unsent.append(self._counted(site, list(notes)))
        while self._unsent:
            self._send(process, self._unsent[0])
            self._unsent.popleft()

    def _send(self, process: str, batch: _Batch) -> None:
        book, shadows = self._store.scorebook, self._store.shadows
        book.count(batch.site, batch.day, process, batch.name, batch.versions, batch.scores)
        if batch.challenger and batch.shadow:
            shadows.count(batch.site, batch.challenger, process, batch.name, batch.shadow, batch.differing)

    def _counted(self, site: str, notes: Sequence[Note]) -> _Batch:
        self._batches += 1
        scored = [note for note in notes if note[3].scores]
        challenger = self._scorers.challenger(site)
        shadow, differing = _shadow(challenger, scored) if challenger else (Counter(), ())
        return _Batch(
            name=str(self._batches),
            site=site,
            day=self._clock().date().isoformat(),
            versions=tuple({assessment.model for *_, assessment in notes}),
            scores=_spread(assessment for *_, assessment in notes) + self._strange(scored),
            challenger=challenger.version if challenger else None,
            shadow=shadow,
            differing=differing,
        )

    def _strange(self, notes: Sequence[Note]) -> Counter[str]:
        first = -self._seen % ONE_IN
        self._seen += len(notes)
        texts = [comment.text for _, _, comment, _ in islice(notes, first, None, ONE_IN)]
        shares = self._unseen(texts) if self._unseen and texts else ()
        return Counter(f"u unseen {bin_of(float(share))}" for share in shares if not isnan(share))


def _spread(assessments: Iterable[Assessment]) -> Counter[str]:
    """Count comments, verdicts and scores by the first model that made them: no second opinion moves its scores."""
    counts: Counter[str] = Counter()
    for found in assessments:
        counts[f"{found.model} n"] += 1
        counts[f"{found.model} v {found.verdict}"] += 1
        counts.update(f"{found.model} s {name} {bin_of(score)}" for name, score in found.first_scores.items())
    return counts


def _shadow(challenger: Scorer, notes: Sequence[Note]) -> tuple[Counter[str], tuple[str, ...]]:
    """Count what `challenger` says of comments that were judged, and name those of which it says something else."""
    counts: Counter[str] = Counter()
    differing = []
    for (_, in_force, comment, found), row in zip(notes, _rows(challenger, notes), strict=True):
        if row is None:
            continue
        champion = _alone(in_force, comment, found)
        verdict = _verdict(challenger, in_force, comment, champion, row)
        counts["n"] += 1
        counts[f"v {champion.verdict} {verdict}"] += 1
        for side, scores in (("champion", champion.scores), ("challenger", row)):
            counts.update(f"h {side} {name} {bin_of(score)}" for name, score in scores.items())
        if verdict != champion.verdict:
            differing.append(comment.id)
    return counts, tuple(differing)


def _rows(challenger: Scorer, notes: Sequence[Note]) -> list[ScoreRow | None]:
    found: list[ScoreRow | None] = []
    for at in range(0, len(notes), AT_ONCE):
        some = [comment for _, _, comment, _ in notes[at : at + AT_ONCE]]
        found += score_or_none(challenger, [one.text for one in some], [one.author for one in some])
        time.sleep(0)  # whoever answers a request goes first
    return found


def _alone(in_force: Policy, comment: Comment, found: Assessment) -> Assessment:
    """Return what the champion made of a comment by itself: a second opinion is the same for every first model."""
    return first_verdict(in_force, comment, found) if found.second or found.awaits_second else found


def _verdict(challenger: Scorer, in_force: Policy, comment: Comment, champion: Assessment, row: ScoreRow) -> str:
    """Return the challenger's verdict; where a rule of the site spoke, no score matters."""
    if any(reason.is_rule for reason in champion.reasons):
        return champion.verdict
    return policy.judge(in_force, comment, row, challenger.version).verdict
