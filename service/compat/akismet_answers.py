"""Akismet's answers: one bare word with status 200, errors included; the reason stands in a header."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from flask import Response

from service.errors import BadInput, BodyTooLarge, NotAllowed, NotAuthenticated, NotFound, ParleyError, WrongMethod
from service.values import State, Verdict

INVALID = "invalid"
THANKS = "Thanks for making the web a better place."
TEXT = "text/plain; charset=utf-8"
DEBUG_HELP, ERROR = "X-akismet-debug-help", "X-akismet-error"
GUID, PRO_TIP = "X-akismet-guid", "X-akismet-pro-tip"
HELD = "held for moderation"
SETTLED = {State.APPROVED: Verdict.APPROVE, State.REJECTED: Verdict.REJECT}
AT_NO_CALL = (NotFound, WrongMethod)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a comment is called; `held` asks to keep it until a person decided, `discard` calls it blatant."""

    is_spam: bool
    held: bool = False
    discard: bool = False

    def answer(self, guid: str) -> Response:
        """Return the answer; WordPress keeps `guid` to know the comment again."""
        headers = {GUID: guid}
        if self.discard:
            headers[PRO_TIP] = "discard"
        if self.held:
            headers[ERROR] = HELD  # WordPress and Discourse then drop the word and hold the comment
        return word("true" if self.is_spam else "false", headers)


def finding_of(verdict: Verdict, review: str, *, blatant: bool = False) -> Finding:
    """Put a verdict into Akismet's words; `review` says what to call a comment that waits: hold, spam or ham."""
    if verdict is Verdict.REVIEW:
        return Finding(review == "spam", held=review == "hold")
    is_spam = verdict is Verdict.REJECT
    return Finding(is_spam, discard=is_spam and blatant)


def word(content: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Return a bare word; no newline follows it."""
    return Response(content, status, headers, content_type=TEXT)


def document(content: object) -> Response:
    """Return a JSON document."""
    return Response(orjson.dumps(content), content_type="application/json; charset=utf-8")


def refuse(error: ParleyError) -> Response:
    """Say that the call was not valid, or that it failed: then not `invalid`, at which WordPress gives up its key."""
    told = {DEBUG_HELP: " ".join(error.detail.encode("ascii", "replace").decode().split())}
    if isinstance(error, AT_NO_CALL):
        return word(INVALID, told, error.status)
    if isinstance(error, NotAuthenticated | NotAllowed) or (
        isinstance(error, BadInput) and not isinstance(error, BodyTooLarge)
    ):
        return word(INVALID, told)
    # Neither true nor false: WordPress holds the comment and asks again later.
    return word("error", told | {ERROR: error.code}, error.status)
