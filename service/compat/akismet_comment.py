"""What an Akismet request says of a comment.

WordPress asks before it has an id for a comment, so the id is made of who said what where: asked or told of it again,
by the same words, Parley finds the comment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import urlsplit

import orjson

from service.compat.akismet_fields import Fields, is_true
from service.moderation.akismet import comment_id
from service.values import Article, Author, Comment

SPAM_NAMES = frozenset({"akismet-guaranteed-spam", "viagra-test-123"})
SPAM_EMAIL = "akismet-guaranteed-spam@example.com"
MAX_CHARS: Mapping[str, int] = {
    "comment_author": 200,
    "comment_author_email": 320,
    "comment_author_url": 2048,
    "permalink": 2048,
    "user_ip": 200,
    "user_agent": 1000,
}
MAX_BLOG_CHARS = 200
USUAL_PORTS = {"http": 80, "https": 443}
SLASHED = re.compile(r"\\(['\"\\])")
WORDPRESS = "WordPress/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request about a comment.

    `certain` is the answer that Akismet guarantees, whatever is written: spam, ham, or None. `blog` is a host and path.
    """

    comment: Comment
    blog: str
    is_test: bool
    certain: bool | None
    wants_discard: bool

    @property
    def guid(self) -> str:
        """Name the check, as WordPress keeps it."""
        return guid_of(self.comment)


def read(fields: Fields, client: str = "") -> Asked:
    """Return what is asked; `client` is how it names itself."""
    if client.startswith(WORDPRESS) and not fields.get("comment_ID"):
        fields = {name: SLASHED.sub(r"\1", value) for name, value in fields.items()}
    return Asked(
        comment=_comment(fields),
        blog=blog_of(fields.get("blog", "")),
        is_test=is_true(fields, "is_test"),
        certain=_certain(fields),
        wants_discard=is_true(fields, "test_discard"),
    )


def blog_of(uri: str) -> str:
    """Return the host and path of a blog's address, however it is written; what is no address is returned as it is."""
    uri = uri.strip()[:MAX_BLOG_CHARS]
    try:
        parts = urlsplit(uri if "//" in uri else f"//{uri}")
        port = "" if parts.port in (None, USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        return uri
    return f"{parts.hostname or ''}{port}{parts.path.rstrip('/')}"


def guid_of(comment: Comment) -> str:
    """Return 32 hexadecimal digits, made of who said what where."""
    author = comment.author
    said = (comment.text, author.name, author.email, author.url, comment.article.url, comment.honeypot)
    return blake2b(orjson.dumps(said), digest_size=16).hexdigest()


def moment(written: str) -> datetime | None:
    """Return a time in ISO 8601 or as databases write it, in UTC unless it says otherwise; None for anything else."""
    try:
        found = datetime.fromisoformat(written.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _comment(fields: Fields) -> Comment:
    said = {name: fields.get(name, "").strip()[:longest] or None for name, longest in MAX_CHARS.items()}
    comment = Comment(
        id="",
        text=fields.get("comment_content", "").strip(),
        author=Author(
            name=said["comment_author"],
            email=said["comment_author_email"],
            url=said["comment_author_url"],
            ip=said["user_ip"],
            user_agent=said["user_agent"],
        ),
        article=Article(url=said["permalink"]),
        created_at=moment(fields.get("comment_date_gmt", "")),
        honeypot=_in_honeypot(fields),
    )
    return replace(comment, id=comment_id(guid_of(comment)))


def _in_honeypot(fields: Fields) -> bool:
    return bool(fields.get(fields.get("honeypot_field_name", ""), "").strip())


def _certain(fields: Fields) -> bool | None:
    roles = {role.strip().lower() for role in fields.get("user_role", "").split(",")}
    if "administrator" in roles:
        return False
    name, email = (
        fields.get("comment_author", "").strip().lower(),
        fields.get("comment_author_email", "").strip().lower(),
    )
    return True if name in SPAM_NAMES or email == SPAM_EMAIL else None
