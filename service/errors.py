"""The exception tree. One place, `service.api.problems`, turns it into answers.

ParleyError
├── BadInput                 the caller must change the request
│   ├── InvalidJSON          400
│   ├── InvalidBody          422  carries one entry per wrong field
│   ├── UnsupportedMedia     415
│   ├── BodyTooLarge         413
│   └── WrongMethod          405
├── NotAuthenticated         401
│   ├── SignInNeeded         a page asks who is there
│   └── SignInFailed         wrong name, password or link
├── NotAllowed               403
├── NotFound                 404
├── Conflict                 409
│   ├── CommentConflict      the id is known with another body
│   ├── ClaimLost            the claim ended, or somebody else decided
│   ├── PolicyMoved          412  the policy has another version by now
│   └── GateFailed           a model may not be promoted without a written reason
├── TooManyRequests          429  retry helps
├── Unavailable              503  retry helps
│   ├── StoreUnavailable     Redis is away or slow
│   ├── StoreFull            Redis or its disk is full
│   ├── NotReady             a comment cannot be taken now
│   ├── ScorerFailed         the model failed at a text that is not kept
│   ├── ProviderUnavailable  the OpenID provider is away
│   └── TooManyStreams       the process serves as many live streams as it can
└── SetupError               the operator must change something; never an answer to a request
    ├── DataLocked           another process owns the data directory
    └── EngineRefused        no Redis server fits, or the data was written by another one
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

T = TypeVar("T")


class ParleyError(Exception):
    """Anything Parley raises on purpose.

    `code` is stable and meant for programs, `title` for people; `retry_after_seconds` is set when a retry can help.
    """

    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    retry_after_seconds: int | None = None

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title

    def extras(self) -> Mapping[str, object]:
        """Return further members of the problem document."""
        return {}


class BadInput(ParleyError):
    """The request is wrong; sending it again will not help."""

    code = "bad-input"
    title = "The request is not valid"
    status = 400


class InvalidJSON(BadInput):
    """The body is not JSON."""

    code = "invalid-json"
    title = "The body is not valid JSON"


class InvalidBody(BadInput):
    """The body is JSON of the wrong shape; `errors` holds `{"field", "problem"}` entries."""

    code = "invalid-body"
    title = "The body does not have the expected shape"
    status = 422

    def __init__(self, detail: str = "", errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)

    def extras(self) -> Mapping[str, object]:
        """Name every wrong field."""
        return {"errors": list(self.errors)} if self.errors else {}


class UnsupportedMedia(BadInput):
    """The body is not declared as JSON."""

    code = "unsupported-media-type"
    title = "Send the body as application/json"
    status = 415


class BodyTooLarge(BadInput):
    """The body is larger than this service takes."""

    code = "body-too-large"
    title = "The body is too large"
    status = 413


class WrongMethod(BadInput):
    """The address does not take the method; the `Allow` header says which it takes."""

    code = "method-not-allowed"
    title = "This method is not allowed here"
    status = 405


class NotAuthenticated(ParleyError):
    """No key, or one that is unknown or revoked; `key_given` tells which."""

    code = "not-authenticated"
    title = "A valid API key is needed"
    status = 401

    def __init__(self, detail: str = "", *, key_given: bool = False) -> None:
        super().__init__(detail)
        self.key_given = key_given


class SignInNeeded(NotAuthenticated):
    """A page is for people who signed in."""

    code = "sign-in-needed"
    title = "Please sign in"


class SignInFailed(NotAuthenticated):
    """The name, the password or the link is not right; which of them is not told."""

    code = "sign-in-failed"
    title = "That did not work"


class NotAllowed(ParleyError):
    """The key or the person is known, but may not do this."""

    code = "not-allowed"
    title = "This is not allowed"
    status = 403


class NotFound(ParleyError):
    """There is no such thing on this site."""

    code = "not-found"
    title = "Not found"
    status = 404


class Conflict(ParleyError):
    """The thing is not in a state that allows this."""

    code = "conflict"
    title = "The request conflicts with what is kept"
    status = 409


class CommentConflict(Conflict):
    """The comment's id is known with another body."""

    code = "comment-conflict"
    title = "A comment with this id exists with another body"


class ClaimLost(Conflict):
    """The claim ended before the decision came, or somebody else decided."""

    code = "claim-lost"
    title = "This claim is no longer yours"


class PolicyMoved(Conflict):
    """The policy in force is not the one that `If-Match` names."""

    code = "policy-moved"
    title = "The policy has another version by now"
    status = 412


class GateFailed(Conflict):
    """The model's report is missing or a line of its gate does not hold, and no reason to promote it was written."""

    code = "gate-failed"
    title = "This model did not pass its gate"


class TooManyRequests(ParleyError):
    """The key sends faster than it may."""

    code = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str = "", retry_after_seconds: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(ParleyError):
    """Parley cannot do this now; the same request may succeed soon."""

    code = "unavailable"
    title = "Parley cannot take this now"
    status = 503
    retry_after_seconds = 2


class StoreUnavailable(Unavailable):
    """Redis is away or too slow."""

    code = "store-unavailable"
    title = "The store does not answer"


class StoreFull(Unavailable):
    """Redis or the disk under it is full; what drains the queue still works."""

    code = "store-full"
    title = "The store is full"
    retry_after_seconds = 30


class NotReady(Unavailable):
    """A comment cannot be taken now; `reasons` says what is missing."""

    code = "not-ready"
    title = "Parley cannot take comments now"

    def __init__(self, reasons: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.reasons = reasons or {}

    def extras(self) -> Mapping[str, object]:
        """Name what is missing."""
        return {"reasons": dict(self.reasons)}


class ScorerFailed(Unavailable):
    """The model failed at this text; a comment with it would go to review."""

    code = "scorer-failed"
    title = "The text could not be scored"
    retry_after_seconds = 5


class ProviderUnavailable(Unavailable):
    """The OpenID provider does not answer, or not as one should; a password or a link still signs in."""

    code = "provider-unavailable"
    title = "The sign-in provider does not answer"
    retry_after_seconds = 10


class TooManyStreams(Unavailable):
    """The process serves as many live streams as it can; poll, or try again."""

    code = "too-many-streams"
    title = "Too many live streams"
    retry_after_seconds = 10


class SetupError(ParleyError):
    """The installation is wrong; the message says what to change."""

    code = "setup"
    title = "Parley is not set up correctly"


class DataLocked(SetupError):
    """Another process owns the data directory."""

    code = "data-locked"
    title = "The data directory is in use"


class EngineRefused(SetupError):
    """No usable Redis server was found, or the data needs another one."""

    code = "engine-refused"
    title = "No suitable Redis server"


def sound(outcome: "T | ParleyError") -> T:
    """Return an outcome, or raise the error that stands in its place."""
    if isinstance(outcome, ParleyError):
        raise outcome
    return outcome
