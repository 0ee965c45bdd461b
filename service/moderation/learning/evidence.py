"""What people decided, as evidence on automation: each row with the chance it had to be seen by a person.

Almost everything under review is decided, so it stands for itself. Of what automation settles only blind looks are
drawn by lot: each stands for all that were not drawn. Nothing else of what automation settled may count, for somebody
complained of it *because* it was wrong; and texts that never came here as comments say nothing of how many there are.
So without blind looks nothing is known of automation, whatever the number of labels.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from service.looks import Look, LookKind
from service.moderation.desk import Desk
from service.moderation.learning.rescoring import Scored, rescored
from service.store.label import Label
from service.store.labels import each_once
from service.values import Choice, KeptComment, Opinion, Verdict

DAYS = 90
MOST = 10_000  # labels that are read
SECONDS = 3.0
STRATA = (Verdict.APPROVE, Verdict.REVIEW, Verdict.REJECT)
BAD: Mapping[str, bool] = {
    Choice.APPROVE: False,
    Choice.REJECT: True,
    Opinion.FINE: False,
    Opinion.SPAM: True,
    Opinion.ABUSIVE: True,
}
# A reason for a rejection → the attribute it speaks of.
ATTRIBUTE_OF: Mapping[str, str] = {
    "spam": "spam",
    "insult": "insult",
    "threat": "threat",
    "hate": "identity_attack",
    "sexual": "sexually_explicit",
    "profanity": "profanity",
}

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows that people decided, n of them.

    `scores` (n × attributes) are the model's, `bad` says that a person would reject, `about` names the attribute of
    the reason given or is empty. `stratum` is the place in STRATA of what automation had said, and `weights` > 0 say
    how many comments a row stands for, up to a factor that all share. `learned` counts the rows left out because the
    model had learned from them. `lately` counts the verdicts of the last comments, looked at or not.
    """

    attributes: tuple[str, ...]
    scores: Floats
    bad: Flags
    about: NDArray[np.str_]
    stratum: NDArray[np.int64]
    weights: Floats
    learned: int = 0
    lately: tuple[int, ...] = (0, 0, 0)

    def __len__(self) -> int:
        return len(self.bad)

    def reaching(self, limits: Mapping[str, float]) -> Flags:
        """Return which rows reach any of the limits."""
        columns = [place for place, name in enumerate(self.attributes) if name in limits]
        floors = np.array([limits[self.attributes[place]] for place in columns])
        return np.asarray((self.scores[:, columns] >= floors).any(axis=1), dtype=np.bool_)

    def unseen(self, place: int) -> float:
        """Return how many comments a stratum stands for of which there is no row; 0 where there are rows."""
        if not self.lately[place] or (self.stratum == place).any():
            return 0.0
        others = sum(count for at, count in enumerate(self.lately) if (self.stratum == at).any())
        return self.lately[place] * float(self.weights.sum()) / others if others else 1.0


@dataclass(frozen=True, slots=True)
class _Row:
    kept: KeptComment
    bad: bool
    reason: str
    share: float  # the chance it had to be seen


def gather(desk: Desk, site: str, version: str, past: Iterable[KeptComment] = ()) -> Evidence:
    """Return what people decided in the last ninety days, of the newest 10,000 labels, with the scores of `version`.

    What that model learned from is left out; `past` are comments that came lately, decided or not. Takes about three
    seconds at most: older rows that another model scored are left out then.
    """
    since = datetime.now(UTC) - timedelta(days=DAYS)
    rows = [*_reviewed(desk, site, since), *_looked_at(desk, site, since)]
    learned = desk.store.models.learned(site, version, [row.kept.comment.id for row in rows])
    fresh = {row.kept.comment.id: row for row in rows if row.kept.comment.id not in learned}
    newest_first = sorted((row.kept for row in fresh.values()), key=lambda kept: kept.received_at, reverse=True)
    scored = list(rescored(desk, site, newest_first, version, SECONDS))
    lately = Counter(kept.assessment.verdict for kept in past if _stands(kept))
    return replace(_evidence(scored, fresh), learned=len(learned), lately=tuple(lately[verdict] for verdict in STRATA))


def _reviewed(desk: Desk, site: str, since: datetime) -> list[_Row]:
    """Return what was under review and is decided; copies of one campaign are one row."""
    labels = desk.store.labels.read(site, MOST)
    days = DAYS if len(labels) < MOST else max((datetime.now(UTC) - labels[-1].at).total_seconds() / 86_400, 0.01)
    named = {label.comment_id: label for label in each_once(_telling(labels, since))}
    kept = _comments(desk, site, list(named))
    found = [
        (one, named[one.comment.id]) for one in kept if _stands(one) and one.comment.text == named[one.comment.id].text
    ]
    under_review = [pair for pair in found if pair[0].assessment.verdict is Verdict.REVIEW]
    waiting = sum(desk.store.browse.sizes(site).values())
    share = len(under_review) / max(len(under_review) + waiting, 1) * min(days / DAYS, 1.0)
    return [_Row(one, BAD[label.value], label.reason or "", share) for one, label in under_review]


def _telling(labels: Iterable[Label], since: datetime) -> Iterable[Label]:
    return (
        label for label in labels if label.value in BAD and label.at >= since and not label.comment_id.startswith("~")
    )


def _looked_at(desk: Desk, site: str, since: datetime) -> list[_Row]:
    """Return the automatic verdicts that were drawn by lot and looked at."""
    looks = {look.comment_id: look for look in desk.store.looks.answered(site, since) if look.kind is LookKind.AUDIT}
    waiting, _ = desk.store.looks.counts(site)
    answered = len(looks) / max(len(looks) + waiting, 1)
    kept = [one for one in _comments(desk, site, list(looks)) if _stands(one) and not one.edits]
    pairs = ((one, looks[one.comment.id]) for one in kept)
    return [
        _Row(one, look.truth is Choice.REJECT, _reason(look), look.share * answered)
        for one, look in pairs
        if look.truth
    ]


def _reason(look: Look) -> str:
    return look.reason or ""


def _comments(desk: Desk, site: str, ids: Sequence[str]) -> list[KeptComment]:
    found: list[KeptComment] = []
    for start in range(0, len(ids), 500):
        found += desk.store.browse.many(site, ids[start : start + 500]).values()
    return found


def _stands(kept: KeptComment) -> bool:
    """Tell whether thresholds alone made the verdict: no rule, no campaign, no failure of the scorer."""
    return all(reason.code == "score" for reason in kept.assessment.reasons)


def _evidence(scored: Collection[Scored], rows: Mapping[str, _Row]) -> Evidence:
    attributes = tuple(sorted({name for _, scores in scored for name in scores}))
    found = [rows[kept.comment.id] for kept, _ in scored]
    values = [[scores.get(name, 0.0) for name in attributes] for _, scores in scored]
    return Evidence(
        attributes=attributes,
        scores=np.array(values, dtype=np.float64).reshape(len(found), len(attributes)),
        bad=np.array([row.bad for row in found], dtype=np.bool_),
        about=np.array([ATTRIBUTE_OF.get(row.reason, "") if row.bad else "" for row in found], dtype=np.str_),
        stratum=np.array([STRATA.index(row.kept.assessment.verdict) for row in found], dtype=np.int64),
        weights=np.array([1 / max(row.share, 1e-9) for row in found], dtype=np.float64),
    )
