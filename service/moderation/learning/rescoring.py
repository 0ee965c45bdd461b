"""Scores that one model gives past comments: those it gave then, and the others anew while there is time."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from models.classifier import Classifier
from models.delta import unpack
from models.errors import ModelError
from service.errors import Conflict, NotFound, SetupError
from service.moderation.desk import Desk, NoScorer, Scorer
from service.moderation.scoring import ScoreRow, score_or_none
from service.values import Comment, KeptComment

AT_ONCE = 100

Scored = tuple[KeptComment, ScoreRow]


def scorer_of(desk: Desk, site: str, version: str) -> Scorer | None:
    """Return what scores with this version; None in a process that has loaded no model.

    Raises NotFound for one that is not kept, and Conflict for one that cannot be used here.
    """
    if isinstance(desk.scorer, NoScorer):
        return None
    serving = desk.scorer_of(site)
    if version in (serving.version, desk.scorer.version):
        return serving if version == serving.version else desk.scorer
    packed = desk.store.models.packed(site, version)
    if packed is None:
        raise NotFound(f"There is no model {version!r} on this site (any more).")
    try:
        return _opened(desk, packed)
    except ModelError as error:
        raise Conflict(f"The model {version!r} cannot be used: {error}") from error


def _opened(desk: Desk, packed: bytes) -> Scorer:
    if desk.watch:
        return desk.watch.scorers.open_model(packed)
    if isinstance(desk.scorer, Classifier):
        return desk.scorer.adapted(unpack(packed))
    raise SetupError("This process can load no model.")


def rescored(desk: Desk, site: str, comments: Iterable[KeptComment], version: str, seconds: float) -> Iterator[Scored]:
    """Yield comments with the scores of `version`, in their order, until `seconds` are over.

    What another model scored is left out in a process that has loaded none, and what this one fails at.
    """
    deadline, scorer = time.monotonic() + seconds, scorer_of(desk, site, version)
    source = iter(comments)
    while lot := list(islice(source, AT_ONCE)):
        yield from _scored(lot, version, scorer)
        if time.monotonic() > deadline:
            return


def needed_scorer(desk: Desk, site: str, version: str) -> Scorer:
    """Return what scores with this version; raises SetupError in a process that has loaded no model."""
    scorer = scorer_of(desk, site, version)
    if scorer is None:
        raise SetupError("This process has loaded no model.")
    return scorer


def _scored(lot: Sequence[KeptComment], version: str, scorer: Scorer | None) -> Iterator[Scored]:
    others = [kept.comment for kept in lot if not _is_by(kept, version)]
    anew = iter(_scores(scorer, others))
    for kept in lot:
        scores = kept.assessment.first_scores if _is_by(kept, version) else next(anew)
        if scores is not None:
            yield kept, scores


def _scores(scorer: Scorer | None, comments: Sequence[Comment]) -> Sequence[ScoreRow | None]:
    if scorer is None or not comments:
        return [None] * len(comments)
    return score_or_none(scorer, [one.text for one in comments], [one.author for one in comments])


def _is_by(kept: KeptComment, version: str) -> bool:
    """Tell whether this model scored it; where it failed there are no scores."""
    return kept.assessment.model == version and bool(kept.assessment.scores)
