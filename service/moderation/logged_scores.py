"""Read what another service once said of texts, from JSON lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedReader
from typing import Any

from service.moderation.exports.columns import author_of
from service.moderation.exports.entry import NO_TEXT, Skipped
from service.moderation.exports.rows import lines, parsed, summary
from service.values import Author

VERDICTS: Mapping[object, bool] = {True: True, False: False, "true": True, "false": False, "spam": True, "ham": False}
AKISMET = "akismet"


class Service(StrEnum):
    """Whose words a log keeps."""

    PERSPECTIVE = "perspective"
    AKISMET = "akismet"


@dataclass(frozen=True, slots=True)
class Logged:
    """A text and its scores there, in [0, 1] by that service's names; a verdict is the score 1 or 0 of `akismet`."""

    line: int
    text: str
    scores: Mapping[str, float]
    author: Author = field(default_factory=Author)
    id: str | None = None


def read_log(file: BufferedReader, service: Service) -> Iterator[Logged | Skipped]:
    """Return an entry for each line that is not empty.

    A line of Perspective's has its answer beside the text (`attributeScores`, or under `response`), or `scores` by
    name; one of Akismet's has `akismet`: true or false.
    """
    for number, line in lines(file):
        row = parsed(line)
        if row is None:
            yield Skipped(number, "no JSON object", is_broken=True)
            continue
        text, scores = _text(row), _scores(row) if service is Service.PERSPECTIVE else _verdict(row)
        if not text.strip() or not scores:
            yield Skipped(number, NO_TEXT if not text.strip() else f"nothing that {service.value} said", is_broken=True)
            continue
        yield Logged(number, text, scores, author_of(row.get("author")), _id(row))


def guess(file: BufferedReader) -> Service:
    """Tell whose words the log keeps, by how it begins."""
    start = file.peek(4096)[:4096]
    return Service.AKISMET if b'"akismet"' in start and b'"TOXICITY"' not in start else Service.PERSPECTIVE


def _text(row: Mapping[str, Any]) -> str:
    request = row.get("request")
    for holder in (row, request if isinstance(request, dict) else {}):
        comment = holder.get("comment")
        text = holder.get("text") or (comment.get("text") if isinstance(comment, dict) else comment)
        if isinstance(text, str):
            return text
    return ""


def _scores(row: Mapping[str, Any]) -> dict[str, float]:
    response, plain = row.get("response"), row.get("scores")
    answer = response if isinstance(response, dict) else row
    given = answer.get("attributeScores")
    found = {name: summary(score) for name, score in given.items()} if isinstance(given, dict) else {}
    if isinstance(plain, dict):
        found |= {name: summary({"summaryScore": {"value": score}}) for name, score in plain.items()}
    return {name: score for name, score in found.items() if score is not None}


def _verdict(row: Mapping[str, Any]) -> dict[str, float]:
    said = row.get("akismet")
    verdict = VERDICTS.get(said.strip().lower() if isinstance(said, str) else said) if _is_word(said) else None
    return {} if verdict is None else {AKISMET: float(verdict)}


def _is_word(said: object) -> bool:
    return isinstance(said, str | bool)


def _id(row: Mapping[str, Any]) -> str | None:
    return str(row["id"]) if isinstance(row.get("id"), str | int) else None
