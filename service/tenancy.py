"""What belongs to a site: its keys, its policy and what it wants of the doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.shares import DEFAULT_LOOKS, LookShares
from service.values import Verdict


class Scope(StrEnum):
    """What an API key may do. `operator` spans sites and is granted on the command line alone."""

    SUBMIT = "submit"
    REVIEW = "review"
    ADMIN = "admin"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which probability on an attribute asks for review and for rejection."""

    review: float
    reject: float


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """What an admin answers for, as shares in (0, 1).

    At most `rejections` of the automatic rejections may hit a good comment; at most `approvals` of the comments that a
    person would reject may be published automatically.
    """

    rejections: float
    approvals: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A site's own rule: when `field` matches any of `values`, the verdict is `verdict`.

    Which fields and matches there are, and which go together, is told by service/moderation/rules.py.
    """

    name: str
    field: str
    match: str
    values: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's thresholds, rules and shares of blind looks; `version` 0 is the built-in one.

    Where there is a `budget`, the thresholds follow from it. `asks` is the share in [0, 1) of comments that a person
    sees because the model would learn most from them.
    """

    version: int
    thresholds: Mapping[str, Threshold]
    rules: tuple[Rule, ...] = ()
    looks: LookShares = DEFAULT_LOOKS
    budget: ErrorBudget | None = None
    asks: float = 0.0
    created_at: datetime | None = None
    created_by: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A tenant: its own keys, policy, queues and webhook.

    `doors` holds what it wants of other services' APIs; `origins` are the pages on which the widget may stand.
    """

    name: str
    title: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    created_at: datetime | None = None
    doors: Mapping[str, str] = field(default_factory=dict)
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of an API key, kept as a keyed hash; `is_door` tells one that other services' clients can hold."""

    id: str
    site: str
    scopes: frozenset[Scope]
    name: str | None = None
    created_at: datetime | None = None
    revoked_at: datetime | None = None
    is_door: bool = False
