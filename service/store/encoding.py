"""How a comment is written down, in few bytes: a waiting comment costs memory until a person has looked.

Fields of a comment's hash:
s state (w waiting, c claimed, a approved, r rejected) · v version · t received, ms · x text · m author, article,
parent, created, honeypot · k assessment · f fingerprint of what was sent · u keyed hash of the author · e ids of its
events · n edits · fo decision that was followed, JSON · fr the same after it was undone
q queue's number · z place it had in it when it was taken off · ws waiting since, ms, when that is not t
g campaign it had when it left the queues
lm reviewer · lt token · ld deadline, ms, of the claim · lc comment whose copy it was claimed as
d decision (a, r, e) · by · at, ms · y reason · o note · fq queue before the escalation · es its note · lop last
operation · ap note of the appeal · nb reviewers who must not have it
gk kind of the blind look it was chosen for · gp probability of that · gv version it had · gb who looks · gl claim it
goes with, and since when it seems to wait, ms · ga who answered · gt at, ms · gd what (a, r, e) · gy reason · go note ·
gs state before the answer corrected it · ge its entries in the stream of answers · gop last operation on a look
xs state · xv version · xa attempts of what is to be told to the platform · xh state it last heard · xd version told
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import orjson

from service.values import (
    PROBABILITY_STEPS,
    QUEUES,
    Article,
    Assessment,
    Author,
    Comment,
    Reason,
    Second,
    Verdict,
    decimals,
)

# What is kept refers to these by their place, so it must not follow a model's own order; a new one goes to the end.
ATTRIBUTES = (
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "identity_attack",
    "profanity",
    "sexually_explicit",
)
CODES = (
    *("score", "rule", "scorer_failed", "default"),
    *("rule_words", "rule_pattern", "rule_links", "rule_domain", "rule_listed", "rule_honeypot", "rule_timeout"),
    "campaign",
    "rule_repeated",
    "asked",
    "second_opinion",
)
VERDICTS = tuple(Verdict)
# Sentences that most reasons are; such a reason keeps the number instead. A new sentence goes to the end.
SENTENCES = (
    "{name} {score:.2f} reaches the limit for review, {threshold:.2f}.",
    "{name} {score:.2f} reaches the limit for rejection, {threshold:.2f}.",
    "{name} {shown_score} reaches the limit for review, {shown_threshold}.",
    "{name} {shown_score} reaches the limit for rejection, {shown_threshold}.",
    "{name} {shown_score} reaches the limit for review, {shown_threshold} (second opinion).",
    "{name} {shown_score} reaches the limit for rejection, {shown_threshold} (second opinion).",
)
COMMONEST_FIRST = (2, 3, 4, 5, 0, 1)
DETAIL = ("verdict", "model", "policy", "like", "by")
AUTHOR_FIELDS = 6
AUTHOR_PARTS = attrgetter("id", "name", "email", "url", "ip", "user_agent")
ARTICLE_PARTS = attrgetter("id", "url", "title")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fingerprint(comment: Comment) -> str:
    """Return what tells two bodies with one id apart, as 12 characters."""
    return _short(blake2b(orjson.dumps(comment), digest_size=9).digest())


def keyed_hash(secret: bytes, text: str) -> str:
    """Return the name under which an author's comments are listed, as 12 characters."""
    return _short(blake2b(text.encode(), digest_size=9, key=blake2b(secret, digest_size=32).digest()).digest())


def author_digest(secret: bytes, author: Author) -> str:
    """Return the name under which this author's comments are listed; empty when nobody knows who it is."""
    named = author.id or (author.email or "").strip().lower()
    return keyed_hash(secret, named) if named else ""


def _short(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode()


def pack_meta(comment: Comment) -> str:
    """Write down everything of a comment but its id and text."""
    created = comment.created_at and (comment.created_at - EPOCH) // timedelta(microseconds=1)
    around = (
        *AUTHOR_PARTS(comment.author),
        *ARTICLE_PARTS(comment.article),
        comment.parent_id,
        created,
        comment.honeypot or None,
    )
    return _dumps(_trimmed(around))


def unpack_comment(comment_id: str, text: str, meta: str) -> Comment:
    """Read a comment back; `created_at` comes back in UTC, exact to the microsecond."""
    parts = _padded(orjson.loads(meta), AUTHOR_FIELDS + 6)
    *article, parent_id, created, honeypot = parts[AUTHOR_FIELDS:]
    return Comment(
        id=comment_id,
        text=text,
        author=Author(*parts[:AUTHOR_FIELDS]),
        article=Article(*article),
        parent_id=parent_id,
        created_at=None if created is None else EPOCH + timedelta(microseconds=created),
        honeypot=bool(honeypot),
    )


def pack_assessment(assessment: Assessment) -> str:
    """Write an assessment down; probabilities keep four decimals. A second opinion comes last, where there is one."""
    known, others = _pack_scores(assessment.scores)
    second = [assessment.second.version, *_pack_scores(assessment.second.first)] if assessment.second else None
    return _dumps(
        [
            VERDICTS.index(assessment.verdict),
            assessment.policy,
            assessment.model,
            _steps(assessment.risk),
            QUEUES.index(assessment.queue),
            known,
            [_pack_reason(reason) for reason in assessment.reasons],
            *([others] if others or second else []),
            *([second] if second else []),
        ]
    )


def _pack_scores(scores: Mapping[str, float]) -> tuple[list[int | None], dict[str, int]]:
    """Return the scores of known attributes by their place, and the others by name."""
    known = _trimmed([_steps(scores.get(name)) for name in ATTRIBUTES])
    return known, {name: steps(score) for name, score in scores.items() if name not in ATTRIBUTES}


def _unpack_scores(known: Sequence[int | None], others: Mapping[str, int]) -> dict[str, float]:
    found = dict(zip(ATTRIBUTES, known, strict=False)) | dict(others)
    return {name: steps / PROBABILITY_STEPS for name, steps in found.items() if steps is not None}


def unpack_assessment(packed: str) -> Assessment:
    """Read an assessment back."""
    verdict, policy, model, risk, queue, known, reasons, *rest = orjson.loads(packed)
    others, second = _padded(rest, 2)
    return Assessment(
        verdict=VERDICTS[verdict],
        scores=_unpack_scores(known, others or {}),
        reasons=tuple(_unpack_reason(*reason) for reason in reasons),
        model=model,
        policy=policy,
        risk=risk / PROBABILITY_STEPS,
        queue=QUEUES[queue],
        second=Second(second[0], _unpack_scores(*second[1:])) if second else None,
    )


def _pack_reason(reason: Reason) -> list[Any]:
    code = CODES.index(reason.code) if reason.code in CODES else reason.code
    name = reason.attribute
    attribute = ATTRIBUTES.index(name) if name in ATTRIBUTES else name
    score, threshold = _steps(reason.score), _steps(reason.threshold)
    written = (number for number in COMMONEST_FIRST if _sentence(number, name, score, threshold) == reason.text)
    text = next(written, reason.text)
    return _trimmed([code, text, attribute, score, threshold])


def _unpack_reason(
    code: int | str,
    text: int | str,
    attribute: int | str | None = None,
    score: int | None = None,
    threshold: int | None = None,
) -> Reason:
    name = ATTRIBUTES[attribute] if isinstance(attribute, int) else attribute
    return Reason(
        code=CODES[code] if isinstance(code, int) else code,
        text=_sentence(text, name, score, threshold) or "" if isinstance(text, int) else text,
        attribute=name,
        score=_probability(score),
        threshold=_probability(threshold),
    )


def _sentence(number: int, attribute: str | None, score: int | None, threshold: int | None) -> str | None:
    if attribute is None or score is None or threshold is None:
        return None
    name = attribute.replace("_", " ").capitalize()
    reached, limit = score / PROBABILITY_STEPS, threshold / PROBABILITY_STEPS
    return SENTENCES[number].format(
        name=name, score=reached, threshold=limit, shown_score=decimals(reached), shown_threshold=decimals(limit)
    )


def detail_of(assessment: Assessment) -> str:
    """Return what the log says of an assessment; every comment has such a line, so it goes without names."""
    return _dumps([assessment.verdict, assessment.model, assessment.policy])


def steps(probability: float) -> int:
    """Return a probability as it is written down."""
    return round(probability * PROBABILITY_STEPS)


def pack_detail(detail: Mapping[str, object]) -> str:
    """Return the log's form of an event's detail."""
    return _dumps(detail) if detail else ""


def unpack_detail(packed: str) -> Mapping[str, object]:
    """Read an event's detail back."""
    detail = orjson.loads(packed) if packed else {}
    return dict(zip(DETAIL, detail, strict=False)) if isinstance(detail, list) else detail


def _steps(probability: float | None) -> int | None:
    return None if probability is None else round(probability * PROBABILITY_STEPS)


def _probability(steps: int | None) -> float | None:
    return None if steps is None else steps / PROBABILITY_STEPS


def _trimmed(parts: Sequence[Any]) -> list[Any]:
    end = len(parts)
    while end and parts[end - 1] is None:
        end -= 1
    return list(parts[:end])


def _padded(parts: list[Any], length: int) -> list[Any]:
    return parts + [None] * (length - len(parts))


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
