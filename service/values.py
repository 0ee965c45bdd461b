"""The frozen values that travel the road; the words are those of the glossary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

DEFAULT_QUEUE = "main"
ESCALATED_QUEUE = "escalated"
APPEALS_QUEUE = "appeals"
PROBABILITY_STEPS = 10_000
SECOND_OPINION = "second_opinion"
QUEUES = (DEFAULT_QUEUE, ESCALATED_QUEUE, APPEALS_QUEUE)


class Verdict(StrEnum):
    """What the policy says of a comment."""

    APPROVE = "approve"
    REVIEW = "review"
    REJECT = "reject"


class State(StrEnum):
    """Where a comment is now."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Choice(StrEnum):
    """What a person can decide."""

    APPROVE = "approve"
    REJECT = "reject"
    ESCALATE = "escalate"


class Opinion(StrEnum):
    """What the platform can say of a comment afterwards."""

    SPAM = "spam"
    NOT_SPAM = "not_spam"
    ABUSIVE = "abusive"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment, as far as the platform tells."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    url: str | None = None
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What the comment stands under."""

    id: str | None = None
    url: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's text with its author, article and parent; `id` is the platform's own, unique within the site.

    `honeypot` says that a field was filled in which people do not see.
    """

    id: str
    text: str
    author: Author = Author()
    article: Article = Article()
    parent_id: str | None = None
    created_at: datetime | None = None
    honeypot: bool = False


def rounded(probability: float) -> float:
    """Return `probability` with four decimals; what is judged, shown and kept has no more."""
    return round(probability * PROBABILITY_STEPS) / PROBABILITY_STEPS


def decimals(probability: float) -> str:
    """Return `probability` as people read it: two decimals, or up to four where it has more."""
    whole, part = divmod(round(probability * PROBABILITY_STEPS), PROBABILITY_STEPS)
    return f"{whole}.{part // 100:02}" + f"{part % 100:02}".rstrip("0")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is.

    `code` is `score`, `scorer_failed`, `second_opinion` while the second model is still to be heard, `asked` where the
    model is to learn from it, `campaign` where a decision was followed, or that of a rule: `rule_words`,
    `rule_pattern`, `rule_links`, `rule_domain`, `rule_listed`, `rule_repeated`, `rule_honeypot`, `rule_timeout`.
    `score` and `threshold` are probabilities in [0, 1].
    """

    code: str
    text: str
    attribute: str | None = None
    score: float | None = None
    threshold: float | None = None

    @property
    def is_rule(self) -> bool:
        """Whether a rule of the site gave it."""
        return self.code.startswith("rule_")


@dataclass(frozen=True, slots=True)
class Second:
    """A second opinion: the model that gave it, and what the first model alone had said where both spoke."""

    version: str
    first: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What Parley thinks of one version of a comment. Its numbers have at most four decimals, for the store keeps four.

    `scores` maps attribute to probability and is empty when scoring failed; where there is a `second` opinion, they are
    those of both models together. `risk` in [0, 1] orders the queue.
    """

    verdict: Verdict
    scores: Mapping[str, float]
    reasons: tuple[Reason, ...]
    model: str
    policy: int
    risk: float = 0.0
    queue: str = DEFAULT_QUEUE
    second: Second | None = None

    @property
    def first_scores(self) -> Mapping[str, float]:
        """What `model` alone said: the numbers to hold against those of another first model."""
        return {**self.scores, **self.second.first} if self.second else self.scores

    @property
    def second_opinion(self) -> str | None:
        """The second model, where it was heard."""
        return self.second.version if self.second else None

    @property
    def awaits_second(self) -> bool:
        """Whether the second model is still to be heard."""
        return bool(self.reasons) and self.reasons[0].code == SECOND_OPINION

    def model_of(self, attribute: str) -> str:
        """Name the model that has the last word on an attribute."""
        return self.second.version if self.second and attribute in self.second.first else self.model


@dataclass(frozen=True, slots=True)
class Receipt:
    """The lasting answer to a submitted comment. `outcome` is `new`, `same` or `conflict`."""

    outcome: str
    id: str
    assessment: Assessment | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's last decision on a comment."""

    decision: Choice
    by: str
    at: datetime
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class KeptComment:
    """A comment as the store holds it, claimed perhaps as `copy_of` another. Every change raises `version` by one."""

    comment: Comment
    state: State
    assessment: Assessment
    received_at: datetime
    version: int
    queue: str | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    decided: Decided | None = None
    edits: int = 0
    escalation_note: str | None = None
    appeal_note: str | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What an edited comment said before."""

    text: str
    assessment: Assessment
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A reviewer's lease on some comments and their near-copies; `token` fences every decision made under it."""

    token: str
    queue: str
    reviewer: str
    expires_at: datetime
    comments: tuple[KeptComment, ...] = ()
    copies: tuple[KeptComment, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides of one comment."""

    id: str
    decision: Choice
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision, undo, edit, appeal or feedback.

    `outcome` is `done`, `repeated` (the same operation came before), `lost` (the claim or state does not allow it),
    `not_yours`, `too_late` or `not_found`. `state`, `by` and `at` tell how the comment stands now.
    """

    id: str
    outcome: str
    state: State | None = None
    version: int | None = None
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How full a queue is."""

    name: str
    waiting: int
    claimed: int
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit log. Never holds comment text or an author's details."""

    id: str
    type: str
    at: datetime
    comment: str | None = None
    by: str | None = None
    version: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell the platform of a comment's state."""

    comment_id: str
    state: State
    version: int
    attempt: int
