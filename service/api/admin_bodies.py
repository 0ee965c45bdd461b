"""What requests about a site, its webhooks, keys and people may carry."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from service.api.bodies import Body, Query
from service.api.fields import Name, Origin, SiteName, UserName, WebhookUrl
from service.people import Role
from service.tenancy import Scope


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
