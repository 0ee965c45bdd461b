"""Explain a score by the model that has the last word on it."""

from models.explanation import Explanation
from service.moderation import scoring
from service.moderation.desk import Desk, Scorer
from service.moderation.second.hearing import heads_for
from service.moderation.second.own import own_of
from service.values import Assessment, Author


def explain(
    desk: Desk, scorer: Scorer, text: str, attribute: str, author: Author, found: Assessment, seconds: float
) -> tuple[Explanation, str]:
    """Tell which spans carried the score of `attribute`, and which model says so; raises `NotFound` for an unknown one.

    The second model is asked where it was heard; when that cannot be had within `seconds`, `scorer` explains its part.
    """
    own = own_of(scorer)
    if found.second and attribute in found.second.first and attribute in heads_for(desk.adviser, own):
        told = desk.adviser.explain(text, attribute, found.first_scores, seconds, own)
        if told:
            return told, desk.adviser.version
    return scoring.explain(scorer, text, attribute, author), scorer.version
