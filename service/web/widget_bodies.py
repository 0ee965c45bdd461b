"""What the widget may send."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from service.moderation.threads import Draft

MAX_PROBLEMS = 10
COMMENT_ID = r"^[A-Za-z0-9_][A-Za-z0-9._~:@+=-]{0,127}$"
NO_NUL = r"^[^\x00]*$"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=NO_NUL)]


class CheckBody(BaseModel):
    """A comment that somebody is about to post."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Name
    text: Text

    @field_validator("text")
    @classmethod
    def _within_limit(cls, text: str, info: ValidationInfo) -> str:
        limit = (info.context or {}).get("max_text_chars")
        if limit is not None and len(text) > limit:
            raise ValueError(f"should have at most {limit} characters; this one has {len(text)}")
        return text

    def to_draft(self) -> Draft:
        """Return the draft."""
        return Draft(self.name, self.text)


class PostBody(CheckBody):
    """A comment. `website` is a field that people do not see; only programs fill it in."""

    parent_id: Annotated[str, StringConstraints(pattern=COMMENT_ID)] | None = None
    nonce: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")] | None = None
    title: Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)] | None = None
    url: Annotated[str, StringConstraints(max_length=2048, pattern=NO_NUL)] | None = None
    website: Annotated[str, StringConstraints(max_length=0)] = ""

    def to_draft(self, origin: str | None = None) -> Draft:
        """Return the draft; an address on another site than `origin` is not believed."""
        own = origin is not None and (self.url or "").startswith(f"{origin}/")
        return Draft(self.name, self.text, self.parent_id, self.nonce, self.title or None, self.url if own else None)


def problems(found: Sequence[ErrorDetails]) -> list[dict[str, str]]:
    """Name the wrong fields, never what was in them."""
    known = set(PostBody.model_fields)
    return [{"field": _field(entry["loc"], known), "problem": _said(entry["msg"])} for entry in found[:MAX_PROBLEMS]]


def _field(place: Sequence[Any], known: set[str]) -> str:
    name = str(place[0]) if place else ""
    return name if name in known or not name else "(unknown)"


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
