"""Coral's external moderation phase: Coral sends each comment before it is shown and does as the answer says.

The key stands in the phase's address and says which site it is; the signature proves that Coral sent it, once the site
knows the phase's signing secret (`parley sites coral`). Request, answer and signature are those of Coral's
EXTERNAL_MODERATION_PHASES.md. Coral skips a phase that fails, which may publish the comment; so where a comment could
not be judged (the store is away, too many or too much came at once, a defect), the answer is to withhold it. Errors
are for what the operator must put right: a wrong key, signature, address.

Coral sends no id of a comment, so one is made of who said what where: a repetition is the same comment, an edit a new
one.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

import orjson
from flask import Response, request

from service.compat.door import Door, Visit
from service.compat.intake import take
from service.compat.reading import clean, read_json
from service.errors import BadInput, BodyTooLarge, NotAuthenticated, ParleyError, TooManyRequests
from service.http.requests import bearer_token
from service.moderation import tenants
from service.values import Article, Assessment, Author, Comment, Verdict

SIGNATURE = "X-Coral-Signature"
METHOD = "sha256="
PREFIX = "coral-"
WITHHELD = "SYSTEM_WITHHELD"
UNJUDGED = (BodyTooLarge.status, TooManyRequests.status)
STATUSES = {Verdict.REVIEW: WITHHELD, Verdict.REJECT: "REJECTED"}  # approved: Coral goes on as it is set up
PARENT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
MAX_ID_CHARS = 200
MAX_ADDRESS_CHARS = 2048


def key_of(_body: bytes) -> str | None:
    """Return the key of the phase's address, for Coral sends no header of ours; or a bearer token; or None."""
    return request.args.get("key") or bearer_token()


def refuse(error: ParleyError) -> Response:
    """Return the order to withhold where the comment was not judged, else an error for Coral's log."""
    if error.status in UNJUDGED or error.status >= 500:
        return _answer({"status": WITHHELD})
    return _answer({"error": {"code": error.code, "message": error.detail}}, error.status)


door = Door("coral", ("/coral",), key_of, refuse)


@door.operation("POST", "/coral/moderation")
def moderate(visit: Visit) -> Response:
    """Take a comment in and tell Coral what to do with it."""
    _check_signature(visit)
    comment = parse(visit.body)
    if not comment.text:
        return _answer({})
    if len(comment.text) > visit.desk.settings.max_text_chars:
        return _answer({"status": WITHHELD})
    return _answer(verdict_of(take(visit, comment)))


def parse(body: bytes) -> Comment:
    """Return the comment; raises `BadInput`."""
    match read_json(body):
        case {"comment": {"body": str(text), **said}, "author": {"id": str(author)}, "story": {"id": str(story), **at}}:
            parent, url = said.get("parentID"), at.get("url")
        case _:
            raise BadInput("Coral's request has comment.body, author.id and story.id.")
    comment = Comment(
        id="",
        text=clean(text).strip(),
        author=Author(id=clean(author)[:MAX_ID_CHARS]),
        article=Article(clean(story)[:MAX_ID_CHARS], clean(url)[:MAX_ADDRESS_CHARS] if isinstance(url, str) else None),
        parent_id=parent if isinstance(parent, str) and PARENT_ID.fullmatch(parent) else None,
    )
    return replace(comment, id=PREFIX + blake2b(orjson.dumps(comment), digest_size=16).hexdigest())


def verdict_of(found: Assessment) -> dict[str, object]:
    """Return Coral's answer. It has no empty lists: Coral's own check refuses some."""
    status = STATUSES.get(found.verdict)
    if status is None:
        return {}
    flags = [{"actionType": "FLAG", "reason": reason} for reason in dict.fromkeys(_flags(found))]
    return {"status": status} | ({"actions": flags} if flags else {})


def is_signed(secret: str, header: str, body: bytes) -> bool:
    """Tell whether one of the signatures in `header` is that of `body`; there are two while a secret is replaced."""
    expected = hmac.digest(secret.encode(), body, "sha256").hex()
    given = [part.strip().removeprefix(METHOD) for part in header.split(",") if part.strip().startswith(METHOD)]
    return any(hmac.compare_digest(signature.encode(), expected.encode()) for signature in given)


def _check_signature(visit: Visit) -> None:
    secret = tenants.door_setting(tenants.find_site(visit.desk, visit.site), tenants.CORAL_SECRET)
    if secret and not is_signed(secret, request.headers.get(SIGNATURE, ""), visit.body):
        raise NotAuthenticated(f"{SIGNATURE} does not fit the secret of this site; set it with `parley sites coral`.")


def _flags(found: Assessment) -> Iterator[str]:
    for reason in found.reasons:
        if reason.attribute:
            yield "COMMENT_DETECTED_SPAM" if reason.attribute == "spam" else "COMMENT_DETECTED_TOXIC"


def _answer(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, content_type="application/json")
