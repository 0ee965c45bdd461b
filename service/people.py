"""The people who review: what they may do on which site, and how long they stay signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# A short name, or an e-mail address by which an OpenID provider knows the person.
NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{1,39}|[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9][a-z0-9.-]{0,187}[a-z0-9]"


class Role(StrEnum):
    """What a person may do on a site; each role may all that the one before may."""

    MODERATOR = "moderator"
    LEAD = "lead"
    ADMIN = "admin"

    def covers(self, least: "Role") -> bool:
        """Say whether who has this role may do what asks for `least`."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(least)


class Proof(StrEnum):
    """How a person showed who they are."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    LINK = "link"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class User:
    """A person, known by one name on all sites; `roles` maps site to role and `title` is the name shown to others."""

    name: str
    roles: Mapping[str, Role]
    created_at: datetime
    title: str | None = None
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None
    has_password: bool = False

    @property
    def actor(self) -> str:
        """Name this person as claims, decisions and events do."""
        return f"user:{self.name}"

    @property
    def shown_name(self) -> str:
        """Name this person for people."""
        return self.title or self.name

    def sites(self, least: Role = Role.MODERATOR) -> list[str]:
        """List the sites on which the role covers `least`, in order."""
        return sorted(site for site, role in self.roles.items() if role.covers(least))


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which a person is signed in; `id` is the keyed hash of what the browser holds."""

    id: str
    user: str
    proof: Proof
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
