"""What Parley answers about scores, policies, sites and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from models.explanation import Explanation
from service.api.assessments import ModelName, Scores, SecondName
from service.people import Role, User
from service.shares import LookShares
from service.tenancy import ApiKey, ErrorBudget, Policy, Rule, Scope, Site, Threshold


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text and what it did to a score."""

    start: Annotated[int, Field(description="First character, counted in code points from 0.")]
    end: Annotated[int, Field(description="One past the last character.")]
    contribution: Annotated[float, Field(description="What it adds to the log-odds; negative lowers the score.")]
    without: Annotated[float, Field(description="The score if it were not there.")]


@dataclass(frozen=True, slots=True)
class Disguise:
    """A part of the text that hides a word."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Why:
    """What made one score: `bias`, `author` and every span's contribution add up to `logit`."""

    logit: Annotated[float, Field(description="The log-odds before calibration.")]
    bias: Annotated[float, Field(description="The log-odds of saying nothing.")]
    author: Annotated[float, Field(description="What the author's name, link and address add.")]
    spans: Annotated[list[Span], Field(description="In the order of the text.")]
    disguises: list[Disguise]
    model: ModelName

    @classmethod
    def of(cls, found: Explanation, model: str) -> Self:
        """Show an explanation."""
        spans = [Span(span.start, span.end, float(span.contribution), float(span.without)) for span in found.spans]
        disguises = [Disguise(hidden.start, hidden.end, hidden.word) for hidden in found.disguises]
        # float: sums over NumPy arrays may come as NumPy's own numbers, which are no JSON.
        return cls(float(found.logit), float(found.bias), float(found.author), spans, disguises, model)


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one text."""

    scores: Scores
    second_opinion: SecondName
    explanations: Annotated[
        Mapping[str, Why] | None, Field(description="Per attribute, when `spans` was asked for; else null.")
    ]


@dataclass(frozen=True, slots=True)
class ScoredTexts:
    """One result per text, in the order of the request."""

    model: ModelName
    results: list[Scored]


@dataclass(frozen=True, slots=True)
class Budget:
    """What an admin answers for, as shares."""

    wrong_rejections: Annotated[float, Field(description="Of the automatic rejections.")]
    published_abuse: Annotated[float, Field(description="Of the comments that a person would reject.")]

    @classmethod
    def of(cls, budget: ErrorBudget) -> Self:
        """Show a budget."""
        return cls(budget.rejections, budget.approvals)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A site's policy."""

    version: Annotated[int, Field(description="0 is the built-in policy.")]
    thresholds: Mapping[str, Threshold]
    rules: tuple[Rule, ...]
    looks: Annotated[LookShares, Field(description="Which share of what is settled somebody looks at again, blind.")]
    error_budget: Annotated[Budget | None, Field(description="What the thresholds follow from; null: from nothing.")]
    asks: Annotated[float, Field(description="Which share of comments is shown to a person for the model to learn.")]
    created_at: datetime | None
    created_by: str | None

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Show a policy."""
        return cls(
            version=policy.version,
            thresholds=policy.thresholds,
            rules=policy.rules,
            looks=policy.looks,
            error_budget=Budget.of(policy.budget) if policy.budget else None,
            asks=policy.asks,
            created_at=policy.created_at,
            created_by=policy.created_by,
        )


@dataclass(frozen=True, slots=True)
class SiteShown:
    """A site, without its secret."""

    name: str
    title: str | None
    webhook_url: str | None
    created_at: datetime | None
    origins: Annotated[tuple[str, ...], Field(description="Where the widget may stand; it is off while there is none.")]

    @classmethod
    def of(cls, site: Site) -> Self:
        """Show a site."""
        return cls(site.name, site.title, site.webhook_url, site.created_at, site.origins)


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites this key may see."""

    sites: list[SiteShown]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where decisions are delivered."""

    url: str | None
    secret: Annotated[
        str | None, Field(description="Signs deliveries (`whsec_…`); shown only when this request made it.")
    ]


@dataclass(frozen=True, slots=True)
class Coral:
    """How a site stands with Coral."""

    signed: Annotated[bool, Field(description="Whether signatures are checked.")]


@dataclass(frozen=True, slots=True)
class Akismet:
    """What a site wants of Akismet's API."""

    review: Annotated[str, Field(description="What a comment is called that waits for a person.")]
    webhook: Annotated[str | None, Field(description="Where WordPress hears of decisions.")]


@dataclass(frozen=True, slots=True)
class KeyShown:
    """What is known of an API key."""

    id: str
    site: str
    scopes: list[Scope]
    door: Annotated[bool, Field(description="Short, for clients of other services.")]
    name: str | None
    created_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """Show a key."""
        return cls(key.id, key.site, sorted(key.scopes), key.is_door, key.name, key.created_at, key.revoked_at)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys, revoked ones too."""

    keys: list[KeyShown]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, and the only sight of its secret part."""

    id: str
    site: str
    scopes: list[Scope]
    door: Annotated[bool, Field(description="Short, for clients of other services.")]
    name: str | None
    created_at: datetime | None
    key: Annotated[str, Field(description="Send it as `Authorization: Bearer …`. It is not shown again.")]

    @classmethod
    def of(cls, key: ApiKey, plaintext: str) -> Self:
        """Show a new key."""
        return cls(key.id, key.site, sorted(key.scopes), key.is_door, key.name, key.created_at, plaintext)


@dataclass(frozen=True, slots=True)
class UserShown:
    """A person who works on a site."""

    name: str
    site: str
    role: Role
    title: str | None
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None

    @classmethod
    def of(cls, user: User, site: str) -> Self:
        """Show a person as one site sees them."""
        role = user.roles[site]
        return cls(user.name, site, role, user.title, user.created_at, user.signed_in_at, user.disabled_at)


@dataclass(frozen=True, slots=True)
class Users:
    """The people of a site, by name."""

    users: list[UserShown]


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who was just added."""

    user: UserShown
    link: Annotated[
        str | None,
        Field(description="Signs in once, within 24 hours; not shown again. null for who was known before."),
    ]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just made."""

    link: Annotated[str, Field(description="Signs in once, within 24 hours; not shown again.")]
