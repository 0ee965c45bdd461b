"""Read what Perspective's clients ask; whatever is wrong is refused in Google's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.compat.google_json import BadJSON, checked
from service.compat.languages import detected
from service.compat.perspective_errors import invalid, unreadable, wrong, wrong_language
from service.compat.reading import read_json
from service.errors import InvalidJSON
from service.moderation.perspective import MEANINGS

MAX_TEXT_BYTES = 20_480
MODEL_LANGUAGES = frozenset({"en"})
SCORED_TYPES = (None, "SCORE_TYPE_UNSPECIFIED", "PROBABILITY")

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attribute by Perspective's name, Parley's that answer it, and the score below which it is left out."""

    name: str
    ours: tuple[str, ...]
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Question:
    """What `analyze` is asked."""

    text: str
    wanted: tuple[Wanted, ...]
    languages: tuple[str, ...]
    detected: tuple[str, ...]
    by_sentence: bool
    client_token: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What `suggestscore` is told: scores in [0, 1] by any names. `teller` tells senders apart."""

    text: str
    scores: Mapping[str, float]
    languages: tuple[str, ...]
    detected: tuple[str, ...]
    teller: str
    client_token: str | None


def read_question(body: bytes) -> Question:
    """Return what is asked; raises `Refusal`."""
    asked = _message("AnalyzeCommentRequest", body)
    text = _text(asked)
    if not asked.get("requestedAttributes"):
        raise wrong("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
    languages, seen = tuple(asked.get("languages", ())), tuple(detected(text))
    wanted = _wanted(asked, languages, seen)
    by_sentence = asked.get("spanAnnotations", False)
    return Question(text, tuple(wanted), languages, seen, by_sentence, asked.get("clientToken"))


def read_suggestion(body: bytes) -> Suggestion:
    """Return what is suggested; raises `Refusal`."""
    told = _message("SuggestCommentScoreRequest", body)
    text = _text(told)
    if not told.get("attributeScores"):
        raise invalid("Missing attribute_scores")
    return Suggestion(
        text,
        {name: _suggested(name, scores) for name, scores in told["attributeScores"].items()},
        tuple(told.get("languages", ())),
        tuple(detected(text)),
        "\n".join((told.get("communityId", ""), told.get("clientToken", ""))),
        told.get("clientToken"),
    )


def _message(name: str, body: bytes) -> Message:
    try:
        return checked(name, read_json(body) if body.strip() else {})
    except InvalidJSON:
        raise unreadable("Parsing error.") from None
    except BadJSON as fault:
        raise unreadable(fault.problem, fault.place) from None


def _text(message: Message) -> str:
    comment = message.get("comment", {})
    text: str = comment.get("text", "")
    if not text.strip():
        raise wrong("COMMENT_EMPTY", "Comment must be non-empty.")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise wrong("COMMENT_TOO_LONG", "Comment text too long.")
    if comment.get("type") == "HTML":
        raise invalid("Currently, only 'PLAIN_TEXT' comments are supported")
    if {"entries", "articleAndParentComment"} <= message.get("context", {}).keys():
        raise invalid("Context may have entries or article_and_parent_comment, not both")
    return text


def _wanted(asked: Message, languages: Sequence[str], seen: Sequence[str]) -> Iterable[Wanted]:
    drop = asked.get("dropUnsupportedAttributes", False)
    foreign = [language for language in languages if language.lower().partition("-")[0] not in MODEL_LANGUAGES]
    for name, parameters in asked["requestedAttributes"].items():
        if drop and (name not in MEANINGS or foreign):
            continue
        if name not in MEANINGS:
            raise invalid(f"Unknown requested attribute: {name}")
        if parameters.get("scoreType") not in SCORED_TYPES:
            raise invalid(f"Requested score type {parameters['scoreType']} is not supported by attribute {name}")
        if foreign:
            raise wrong_language(name, languages, seen, ", ".join(foreign))
        yield Wanted(name, MEANINGS[name], parameters.get("scoreThreshold"))


def _suggested(name: str, scores: Message) -> float:
    given = [scores.get("summaryScore"), *(span.get("score") for span in scores.get("spanScores", ()))]
    values = [score["value"] for score in given if score and "value" in score]
    if not values:
        raise invalid(f"Missing score for attribute {name}")
    if not all(0 <= value <= 1 for value in values):
        raise invalid(f"Score for attribute {name} should be between 0 and 1")
    return float(max(values))
