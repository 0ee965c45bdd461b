"""What requests about a site's policy, webhook and keys may carry."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from service.api.bodies import Body, Query
from service.api.fields import Attribute, Name, Probability, SiteName, UserName, Version, WebhookUrl
from service.people import Role
from service.values import Rule, Scope, Threshold, Verdict

RuleField = Literal["text", "links", "author.id", "author.email", "author.url", "author.ip"]
RuleMatch = Literal["contains", "equals", "domain", "at_least"]
RuleValue = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class ThresholdBody(Body):
    """From which probability on an attribute asks for review and for rejection."""

    review: Probability = Field(description="From here on a person looks.", examples=[0.4])
    reject: Probability = Field(description="From here on it is rejected; not below `review`.", examples=[0.95])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.reject < self.review:
            raise ValueError("`reject` should not be below `review`")
        return self

    def to_value(self) -> Threshold:
        """Return the threshold."""
        return Threshold(self.review, self.reject)


class RuleBody(Body):
    """A rule of the site's own; it comes before every score."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] = Field(
        description="Shown as the reason.", examples=["No casinos"]
    )
    field: RuleField = Field(description="What is looked at.", examples=["text"])
    match: RuleMatch = Field(description="How; `at_least` belongs to `links` alone.", examples=["contains"])
    values: Annotated[list[RuleValue], Field(min_length=1, max_length=200)] = Field(
        description="Any of these; for `links` one whole number.", examples=[["casino", "jackpot"]]
    )
    verdict: Verdict = Field(description="What follows when it matches.", examples=["review"])

    @model_validator(mode="after")
    def _match_fits_field(self) -> Self:
        if (self.field == "links") != (self.match == "at_least"):
            raise ValueError("`links` goes with `at_least`, and nothing else does")
        if self.field == "links" and not (len(self.values) == 1 and _counts(self.values[0])):
            raise ValueError("`links` needs one whole number of 1 or more")
        return self

    def to_value(self) -> Rule:
        """Return the rule."""
        return Rule(self.name, self.field, self.match, tuple(self.values), self.verdict)


def _counts(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 4 and int(value) >= 1


class PolicyBody(Body):
    """A whole policy; it replaces the one in force."""

    thresholds: Annotated[dict[Attribute, ThresholdBody], Field(max_length=20)] = Field(
        description="Per attribute; an attribute left out never decides.",
        examples=[{"spam": {"review": 0.5, "reject": 0.95}}],
    )
    rules: Annotated[list[RuleBody], Field(max_length=100)] = Field(
        default_factory=list, description="Tried in this order."
    )
    expected_version: Version | None = Field(
        None, description="Refuse with 409 when the policy in force has another version. `If-Match` does so with 412."
    )


class SiteBody(Body):
    """A new site."""

    name: SiteName = Field(description="Short, for keys and addresses.", examples=["gazette"])
    title: Name | None = Field(None, description="For people.", examples=["The Gazette"])


class WebhookBody(Body):
    """Where decisions are delivered."""

    url: WebhookUrl | None = Field(description="null ends deliveries.", examples=["https://news.example/hooks/parley"])


class KeyBody(Body):
    """A new key."""

    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)] = Field(
        description="`submit`, `review`, `admin`; none implies another.", examples=[["submit"]]
    )
    name: Name | None = Field(None, description="To tell keys apart.", examples=["WordPress plug-in"])
    site: SiteName | None = Field(None, description="For which site; your key's own unless it is an operator's.")


class KeysQuery(Query):
    """Keys of which site."""

    site: SiteName | None = Field(None, description="Your key's own unless it is an operator's.")


class UserBody(Body):
    """A person who is to work on a site."""

    name: UserName = Field(description="What the person signs in with; one name on all sites.", examples=["ann"])
    role: Role = Field(description="`moderator`, `lead` or `admin`; each may all that the one before may.")
    title: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] | None = Field(
        None, description="Name that colleagues see.", examples=["Ann Arslan"]
    )
    site: SiteName | None = Field(None, description="On which site; your key's own unless it is an operator's.")


class RoleBody(Body):
    """What a person may do from now on."""

    role: Role = Field(description="`moderator`, `lead` or `admin`.", examples=["lead"])


class UsersQuery(Query):
    """People of which site."""

    site: SiteName | None = Field(None, description="Your key's own unless it is an operator's.")
