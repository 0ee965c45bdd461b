"""What requests about a site's policy, webhook and keys may carry."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from service.api.bodies import Body, Query
from service.api.fields import Attribute, Name, Origin, Probability, SiteName, UserName, Version, WebhookUrl
from service.moderation import rules
from service.people import Role
from service.shares import DEFAULT_LOOKS, LookShares
from service.tenancy import Rule, Scope, Threshold
from service.values import Verdict

RuleField = Literal[
    "text",
    "links",
    "repeats",
    "honeypot",
    "author.id",
    "author.name",
    "author.email",
    "author.url",
    "author.ip",
]
RuleMatch = Literal["contains", "equals", "pattern", "domain", "network", "at_least", "filled"]
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
    match: RuleMatch = Field(
        description="How: whole words, the whole field, a regular expression, a domain with those below it (of any "
        "link in a text), a network of addresses; `at_least` for `links` and `repeats` (how often the text came within "
        "a day), `filled` for `honeypot`.",
        examples=["contains"],
    )
    values: Annotated[list[RuleValue], Field(max_length=200)] = Field(
        default_factory=list,
        description="Any of these; for `links` and `repeats` one whole number, for `honeypot` none.",
        examples=[["casino", "jackpot"]],
    )
    verdict: Verdict = Field(description="What follows when it matches.", examples=["review"])

    @model_validator(mode="after")
    def _match_fits_field(self) -> Self:
        fault = rules.fault(self.field, self.match, self.values)
        if fault:
            raise ValueError(f"should {fault}")
        return self

    def to_value(self) -> Rule:
        """Return the rule."""
        return Rule(self.name, self.field, self.match, tuple(self.values), self.verdict)


class LookSharesBody(Body):
    """Which share of what is settled somebody looks at again, blind; 0 turns it off."""

    decisions: Probability = Field(DEFAULT_LOOKS.decisions, description="Of people's decisions.", examples=[0.02])
    approvals: Probability = Field(DEFAULT_LOOKS.approvals, description="Of automatic approvals.", examples=[0.005])
    rejections: Probability = Field(DEFAULT_LOOKS.rejections, description="Of automatic rejections.", examples=[0.02])

    def to_value(self) -> LookShares:
        """Return the shares."""
        return LookShares(self.decisions, self.approvals, self.rejections)


class PolicyBody(Body):
    """A whole policy; it replaces the one in force."""

    thresholds: Annotated[dict[Attribute, ThresholdBody], Field(max_length=20)] = Field(
        description="Per attribute; an attribute left out never decides.",
        examples=[{"spam": {"review": 0.5, "reject": 0.95}}],
    )
    rules: Annotated[list[RuleBody], Field(max_length=100)] = Field(
        default_factory=list, description="Tried in this order."
    )
    looks: LookSharesBody = Field(
        default_factory=LookSharesBody, description="How much somebody looks at again, to know the error rates."
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


class OriginsBody(Body):
    """On which pages the widget may stand."""

    origins: Annotated[list[Origin], Field(max_length=20)] = Field(
        description="All of them; none switches the widget off.", examples=[["https://blog.example"]]
    )


class CoralBody(Body):
    """What Coral signs its requests with."""

    secret: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")] | None = Field(
        description="As Coral shows it in the moderation phase; null forgets it.", examples=["ssec_0f3a"]
    )


class AkismetWebhookBody(Body):
    """Where WordPress hears of decisions, and what makes it believe them."""

    url: WebhookUrl = Field(
        description="The route of its Akismet plugin.", examples=["https://blog.example/wp-json/akismet/v1/webhook"]
    )
    key: Name = Field(description="The key of this site that WordPress holds.", examples=["k3y0fthesite"])


class AkismetBody(Body):
    """What a site wants of Akismet's API."""

    review: Literal["hold", "spam", "ham"] = Field(
        "hold", description="What a comment is called that waits for a person; `hold` keeps it pending in WordPress."
    )
    webhook: AkismetWebhookBody | None = Field(None, description="Left out: WordPress is told nothing.")


EITHER_KIND_OF_KEY: JsonDict = {
    "anyOf": [
        {"required": ["scopes"], "properties": {"scopes": {"minItems": 1}, "door": {"const": False}}},
        {"required": ["door"], "properties": {"scopes": {"items": {"const": "submit"}}, "door": {"const": True}}},
    ]
}


class KeyBody(Body):
    """A new key: one with `scopes`, or a door key."""

    model_config = ConfigDict(json_schema_extra=EITHER_KIND_OF_KEY)

    scopes: Annotated[list[Scope], Field(max_length=4)] = Field(
        default_factory=list, description="`submit`, `review`, `admin`; none implies another.", examples=[["submit"]]
    )
    door: bool = Field(
        False, description="Make a door key instead: 12 characters, for clients of other services; may only submit."
    )
    name: Name | None = Field(None, description="To tell keys apart.", examples=["WordPress plug-in"])
    site: SiteName | None = Field(None, description="For which site; your key's own unless it is an operator's.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.door and set(self.scopes) - {Scope.SUBMIT}:
            raise ValueError("`scopes` of a door key should be `submit` alone, or left out")
        if not self.door and not self.scopes:
            raise ValueError("`scopes` should have at least 1 item unless `door` is true")
        return self


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
