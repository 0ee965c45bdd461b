"""The people of all sites, each under one name, with a role per site and at most one open one-time link.

Fields of a user's hash: name · title · created, ms · disabled, ms · signed (in last), ms · role:<site>
password (its hash) · link (digest of the open one) · epoch (raised to end all sessions).
"""

import hmac
import re
import secrets
from collections.abc import Collection, Mapping

from service.errors import InvalidBody
from service.people import NAME_PATTERN, Role, User
from service.store.connection import Connection
from service.store.kept import moment
from service.store.names import USERS, link, sessions_of, user

NAME = re.compile(NAME_PATTERN)
TITLE_CHARS = 100
LINK_MS = 24 * 3_600_000
ROLE = "role:"


class Users:
    """Make, find and change users. What is read is never older than the call."""

    def __init__(self, connection: Connection, secret: bytes) -> None:
        self._connection = connection
        self._secret = secret

    def add(self, name: str, site: str, role: Role, title: str | None = None) -> tuple[str, str | None]:
        """Give a user a role on a site; make the user, with a one-time link, when there is none.

        Returns `new` and the link's token, `joined` when the user had no role there, or `there`: nothing changed.
        Raises InvalidBody for a name that cannot be one.
        """
        check_name(name)
        token, digest = self._new_token()
        outcome = self._connection.script(
            "user_add",
            [user(name), USERS, link(digest)],
            [name, site, role, (title or "")[:TITLE_CHARS], digest, LINK_MS],
        )
        return outcome, token if outcome == "new" else None

    def get(self, name: str) -> User | None:
        """Return the user."""
        return read_user(self._connection.run("HGETALL", user(name)))

    def all(self, site: str | None = None) -> list[User]:
        """Return the users of one site or of all, by name."""
        names = sorted(self._connection.run("SMEMBERS", USERS))
        records = self._connection.run_all([("HGETALL", user(name)) for name in names])
        found = [one for record in records if (one := read_user(record))]
        return [one for one in found if site is None or site in one.roles]

    def set_role(self, name: str, site: str, role: Role) -> bool:
        """Change a role; False when the user has none on `site`."""
        return bool(self._connection.script("user_role", [user(name)], [site, role]))

    def remove(self, name: str, site: str) -> None:
        """Take a user off a site. A user without any site is forgotten, with password and sessions."""
        self._connection.script("user_remove", [user(name), USERS, sessions_of(name)], [name, site])

    def disable(self, name: str, disabled: bool = True) -> bool:
        """Keep a user out at once, or let the user in again; False when there is no such user."""
        return bool(self._connection.script("user_disable", [user(name), sessions_of(name)], [int(disabled)]))

    def make_link(self, name: str, within: Collection[str] | None = None) -> tuple[str, str | None]:
        """Make a one-time link of 24 hours; the one before ends.

        Returns `made` and its token, `not_found`, or `elsewhere` when the user has a role outside `within`.
        """
        token, digest = self._new_token()
        bounds = "" if within is None else f",{','.join(within)},"
        outcome = self._connection.script("user_link", [user(name), link(digest)], [name, digest, LINK_MS, bounds])
        return outcome, token if outcome == "made" else None

    def holder(self, token: str) -> User | None:
        """Return whom a link signs in, and leave it as it is; None when it was used or has ended."""
        digest = self.digest(token)
        name = self._connection.run("GET", link(digest))
        record = self._connection.run("HGETALL", user(name)) if name else {}
        found = read_user(record)
        return found if found and record.get("link") == digest and found.disabled_at is None else None

    def password(self, name: str) -> tuple[str | None, str]:
        """Return the hash of a user's password, None when there is none, and the epoch it was read in."""
        kept, epoch = self._connection.run("HMGET", user(name), "password", "epoch")
        return kept, epoch or ""

    def renew_password(self, name: str, before: str, after: str) -> None:
        """Keep the same password under a stronger hash."""
        self._connection.script("password_renew", [user(name)], [before, after])

    def digest(self, token: str) -> str:
        """Return the keyed hash under which a link is kept."""
        return digest_of(self._secret, "link", token)

    def _new_token(self) -> tuple[str, str]:
        token = secrets.token_urlsafe(32)
        return token, self.digest(token)


def digest_of(secret: bytes, purpose: str, text: str) -> str:
    """Return the keyed hash that stands for `text` in the store; one of another purpose says nothing about it."""
    return hmac.digest(secret, f"{purpose}:{text}".encode(), "sha256").hex()


def check_name(name: str) -> None:
    """Raise InvalidBody unless `name` can be a user's."""
    if not NAME.fullmatch(name):
        problem = "2 to 40 small letters, digits, dots, hyphens and underscores, or an e-mail address in small letters"
        raise InvalidBody(f"A user's name has {problem}.", [{"field": "name", "problem": problem}])


def read_user(fields: Mapping[str, str]) -> User | None:
    """Make a user of the fields kept; None when there are none."""
    if "name" not in fields:
        return None
    return User(
        name=fields["name"],
        roles={key.removeprefix(ROLE): Role(kept) for key, kept in sorted(fields.items()) if key.startswith(ROLE)},
        created_at=moment(fields["created"]),
        title=fields["title"] or None,
        disabled_at=moment(fields["disabled"]) if "disabled" in fields else None,
        signed_in_at=moment(fields["signed"]) if "signed" in fields else None,
        has_password="password" in fields,
    )
