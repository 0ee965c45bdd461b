"""Stateless scoring: texts in, probabilities out, nothing kept."""

from collections.abc import Mapping

from flask import Response

from service.api.admin_answers import Scored, ScoredTexts, Why
from service.api.bodies import ScoreBody
from service.api.operation import Area, Call, answer
from service.errors import InvalidBody, ScorerFailed
from service.moderation import scoring
from service.moderation.desk import Scorer
from service.tenancy import Scope
from service.values import Author

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

    With `spans`, each score comes with the parts of the text that carried it (up to 10 texts).
    """
    scorer = call.desk.scorer_of(call.site)
    wanted = _wanted(scorer, body)
    author = body.author.to_value() if body.author else Author()
    rows = scoring.score_or_none(scorer, body.texts, [author] * len(body.texts))
    if None in rows:
        call.api.meters.count_scorer_failure()
        raise ScorerFailed
    results = [_scored(scorer, body, wanted, author, i, row) for i, row in enumerate(rows) if row is not None]
    return answer(ScoredTexts(scorer.version, results))


def _wanted(scorer: Scorer, body: ScoreBody) -> tuple[str, ...]:
    if body.spans and len(body.texts) > MAX_EXPLAINED_TEXTS:
        raise InvalidBody("", [{"field": "text", "problem": f"with `spans`, at most {MAX_EXPLAINED_TEXTS} texts"}])
    return tuple(body.attributes or scorer.attributes)


def _scored(
    scorer: Scorer, body: ScoreBody, wanted: tuple[str, ...], author: Author, i: int, row: Mapping[str, float]
) -> Scored:
    scores = {name: row[name] for name in wanted}
    return Scored(scores, _why(scorer, body.texts[i], wanted, author) if body.spans else None)


def _why(scorer: Scorer, text: str, wanted: tuple[str, ...], author: Author) -> dict[str, Why]:
    return {name: Why.of(scoring.explain(scorer, text, name, author)) for name in wanted}
