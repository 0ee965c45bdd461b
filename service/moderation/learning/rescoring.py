"""Scores that one model gives past comments: those it gave then, and the others anew while there is time."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from models.classifier import Classifier, Context
from models.delta import unpack
from models.errors import ModelError
from service.errors import Conflict, NotFound, SetupError
from service.moderation.desk import Desk, NoScorer, Scorer
from service.moderation.learning.promote import base_version
from service.moderation.scoring import ScoreRow
from service.values import Comment, KeptComment, rounded

AT_ONCE = 100

Scored = tuple[KeptComment, ScoreRow]


def version_of(desk: Desk, site: str, version: str | None = None) -> str:
    """Name the model meant: `version`, else the site's champion, else the base; raises NotFound for an unknown one."""
    base = base_version(desk)
    found = version or desk.store.models.standing(site).champion or base
    if found != base and desk.store.models.get(site, found) is None:
        raise NotFound(f"There is no model {found!r} on this site.")
    return found


def scorer_of(desk: Desk, site: str, version: str) -> Scorer | None:
    """Return what scores with this version; None in a process that has loaded no model.

    Raises NotFound for one that is not kept, and Conflict for one that cannot be used here.
    """
    if isinstance(desk.scorer, NoScorer):
        return None
    if version == desk.scorer.version:
        return desk.scorer
    packed = desk.store.models.packed(site, version)
    if packed is None or not isinstance(desk.scorer, Classifier):
        raise NotFound(f"There is no model {version!r} on this site (any more).")
    try:
        return desk.scorer.adapted(unpack(packed))
    except ModelError as error:
        raise Conflict(f"The model {version!r} cannot be used: {error}") from error


def rescored(desk: Desk, site: str, comments: Iterable[KeptComment], version: str, seconds: float) -> Iterator[Scored]:
    """Yield comments with the scores of `version`, in their order, until `seconds` are over.

    What another model scored is left out in a process that has loaded none.
    """
    deadline, scorer = time.monotonic() + seconds, scorer_of(desk, site, version)
    source = iter(comments)
    while lot := list(islice(source, AT_ONCE)):
        yield from _scored(lot, version, scorer)
        if time.monotonic() > deadline:
            return


def score_comments(scorer: Scorer, comments: Sequence[Comment]) -> list[ScoreRow]:
    """Score comments as intake does, with four decimals."""
    contexts = [Context(one.author.name, one.author.email, one.author.url) for one in comments]
    scores = scorer.score([one.text for one in comments], contexts)
    return [{name: rounded(score) for name, score in scores.row(place).items()} for place in range(len(comments))]


def needed_scorer(desk: Desk, site: str, version: str) -> Scorer:
    """Return what scores with this version; raises SetupError in a process that has loaded no model."""
    scorer = scorer_of(desk, site, version)
    if scorer is None:
        raise SetupError("This process has loaded no model.")
    return scorer


def _scored(lot: Sequence[KeptComment], version: str, scorer: Scorer | None) -> Iterator[Scored]:
    others = [kept for kept in lot if not _is_by(kept, version)]
    anew = iter(score_comments(scorer, [kept.comment for kept in others]) if scorer and others else ())
    for kept in lot:
        if _is_by(kept, version):
            yield kept, kept.assessment.scores
        elif scorer:
            yield kept, next(anew)


def _is_by(kept: KeptComment, version: str) -> bool:
    """Tell whether this model scored it; where it failed there are no scores."""
    return kept.assessment.model == version and bool(kept.assessment.scores)
