"""Stateless scoring: texts in, probabilities out, nothing kept."""

import time
from collections.abc import Sequence

from flask import Response

from service.api.admin_answers import Scored, ScoredTexts, Why
from service.api.bodies import ScoreBody
from service.api.operation import Area, Call, answer
from service.errors import InvalidBody, ScorerFailed
from service.moderation import submit
from service.moderation.desk import Scorer
from service.moderation.second.explaining import explain
from service.moderation.second.hearing import patience
from service.tenancy import Scope
from service.values import Assessment, Author

MAX_EXPLAINED_TEXTS = 10
area = Area("Scores", "Score texts without keeping them; works while the store is away.")


@area.operation(
    "POST",
    "/v1/scores",
    scopes=(Scope.SUBMIT, Scope.REVIEW),
    body=ScoreBody,
    answers={200: ScoredTexts},
)
def score_texts(call: Call, body: ScoreBody) -> Response:
    """Score one or many texts.

    With `spans`, each score comes with the parts of the text that carried it (up to 10 texts). Where a score is near a
    limit of the site, a second model is asked too, as it would be about a comment.
    """
    scorer = call.desk.scorer_of(call.site)
    wanted = _wanted(scorer, body)
    author = body.author.to_value() if body.author else Author()
    found = submit.score(call.desk, call.site, body.texts, author)
    if not all(one.scores for one in found):
        call.api.meters.count_scorer_failure()
        raise ScorerFailed
    whys = _whys(call, scorer, body, wanted, found) if body.spans else [None] * len(found)
    results = [
        Scored({name: one.scores[name] for name in wanted}, one.second_opinion, why)
        for one, why in zip(found, whys, strict=True)
    ]
    return answer(ScoredTexts(found[0].model, results))


def _wanted(scorer: Scorer, body: ScoreBody) -> tuple[str, ...]:
    if body.spans and len(body.texts) > MAX_EXPLAINED_TEXTS:
        raise InvalidBody("", [{"field": "text", "problem": f"with `spans`, at most {MAX_EXPLAINED_TEXTS} texts"}])
    return tuple(body.attributes or scorer.attributes)


def _whys(
    call: Call, scorer: Scorer, body: ScoreBody, wanted: tuple[str, ...], found: Sequence[Assessment]
) -> list[dict[str, Why]]:
    """Explain each score; the second model, which reads a text once for every word, has as long as for a batch."""
    deadline = time.monotonic() + patience(call.desk.settings, MAX_EXPLAINED_TEXTS)
    author = body.author.to_value() if body.author else Author()

    def why(text: str, name: str, one: Assessment) -> Why:
        told = explain(call.desk, scorer, text, name, author, one, deadline - time.monotonic())
        return Why.of(*told)

    pairs = zip(body.texts, found, strict=True)
    return [{name: why(text, name, one) for name in wanted} for text, one in pairs]
