"""Perspective's Comment Analyzer: scores for a text, suggestions of better ones, and the discovery document.

`analyze` keeps nothing, whatever `doNotStore` says. `suggestscore` keeps its text as a label for training.
"""

from collections.abc import Mapping, Sequence

import orjson
from flask import Response, request

from service.compat import discovery
from service.compat.door import Door, Hall, Visit
from service.compat.perspective_errors import refuse
from service.compat.perspective_requests import Question, Suggestion, Wanted, read_question, read_suggestion
from service.compat.sentences import Stretch, sentences_of, whole
from service.errors import ScorerFailed
from service.http.requests import bearer_token
from service.moderation import feedback, submit
from service.moderation.perspective import MEANINGS, MODERATED
from service.moderation.scoring import ScoreRow
from service.tenancy import Scope
from service.values import Choice, Opinion

LIKELY = 0.5
MAX_REASON_CHARS = 200


def key_of(_body: bytes) -> str | None:
    """Return the key of the query or of the headers Google knows, or None."""
    return request.args.get("key") or request.headers.get("X-Goog-Api-Key") or bearer_token()


door = Door("perspective", ("/v1alpha1", "/v1beta1", "/$discovery"), key_of, refuse, cross_origin=True)


@door.page("GET", "/$discovery/rest")
def describe(hall: Hall) -> Response:
    """Return the discovery document.

    Its address comes from PARLEY_PUBLIC_URL: the Host of a request is anybody's word, and clients send keys there. Only
    without that setting, on one's own machine, does the request's own address stand in.
    """
    root = hall.desk.settings.public_url or request.host_url
    return _answer(discovery.document(f"{root.rstrip('/')}/"))


@door.operation("POST", "/v1alpha1/comments:analyze", (Scope.SUBMIT, Scope.REVIEW))
def analyze(visit: Visit) -> Response:
    """Score a text and, on request, each of its sentences."""
    question = read_question(visit.body)
    stretches = sentences_of(question.text) if question.by_sentence else []
    summary, *rows = _scored(visit, [question.text, *(stretch.text for stretch in stretches)])
    spans = list(zip(stretches, rows, strict=True)) or [(whole(question.text), summary)]
    found = {wanted.name: _attribute(wanted, summary, spans) for wanted in question.wanted if _counts(wanted, summary)}
    scores: dict[str, object] = {"attributeScores": found} if found else {}
    return _answer(scores | _around(question))


@door.operation("POST", "/v1alpha1/comments:suggestscore")
def suggest_score(visit: Visit) -> Response:
    """Keep what somebody holds of a text, as far as it says something that a label can say."""
    told = read_suggestion(visit.body)
    opinion = opinion_of(told.scores)
    if opinion:
        reason = ", ".join(f"{name} {score:g}" for name, score in told.scores.items())
        feedback.suggest(
            visit.desk, visit.site, told.text, opinion, visit.actor(), told.teller, reason[:MAX_REASON_CHARS]
        )
    return _answer(_echo(told))


def opinion_of(scores: Mapping[str, float]) -> Opinion | Choice | None:
    """Return what suggested scores amount to; None when they leave open what the text is.

    APPROVED and DELETED are Coral's words for what a moderator decided.
    """
    likely = {name for name, score in scores.items() if score >= LIKELY}
    for name, meaning in MODERATED.items():
        if name in likely:
            return meaning
    if "SPAM" in likely:
        return Opinion.SPAM
    if likely & MEANINGS.keys():
        return Opinion.ABUSIVE
    if scores.keys() & {"TOXICITY", "LIKELY_TO_REJECT"}:
        return Opinion.FINE
    return Opinion.NOT_SPAM if "SPAM" in scores else None


def _scored(visit: Visit, texts: Sequence[str]) -> list[ScoreRow]:
    found = [assessment.scores for assessment in submit.score(visit.desk, visit.site, texts)]
    if not all(found):
        visit.hall.meters.count_scorer_failure()
        raise ScorerFailed
    return found


def _counts(wanted: Wanted, summary: ScoreRow) -> bool:
    return wanted.threshold is None or _value(wanted, summary) >= wanted.threshold


def _attribute(wanted: Wanted, summary: ScoreRow, spans: Sequence[tuple[Stretch, ScoreRow]]) -> dict[str, object]:
    shown = [{"begin": at.begin, "end": at.end, "score": _score(wanted, row)} for at, row in spans]
    return {"spanScores": shown, "summaryScore": _score(wanted, summary)}


def _score(wanted: Wanted, row: ScoreRow) -> dict[str, object]:
    return {"value": _value(wanted, row), "type": "PROBABILITY"}


def _value(wanted: Wanted, row: ScoreRow) -> float:
    return max(row[name] for name in wanted.ours)


def _around(question: Question) -> dict[str, object]:
    languages = question.languages or question.detected[:1]
    return {"languages": languages, "detectedLanguages": question.detected} | _token(question.client_token)


def _echo(told: Suggestion) -> dict[str, object]:
    requested: dict[str, object] = {"requestedLanguages": told.languages} if told.languages else {}
    return requested | {"detectedLanguages": told.detected} | _token(told.client_token)


def _token(client_token: str | None) -> dict[str, object]:
    return {"clientToken": client_token} if client_token else {}


def _answer(content: object) -> Response:
    return Response(orjson.dumps(content), content_type="application/json; charset=UTF-8")
