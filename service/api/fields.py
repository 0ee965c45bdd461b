"""The kinds of strings and moments a request may hold, each with its bounds."""

import ipaddress
import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, ValidationInfo

from models.attributes import ATTRIBUTES
from service.people import NAME_PATTERN

COMMENT_ID_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9._~:@+=-]{0,127}$"
LABEL_ID_PATTERN = r"^[A-Za-z0-9_~][A-Za-z0-9._~:@+=-]{0,127}$"  # a comment's, or one that begins with ~
CURSOR_PATTERN = r"^[0-9]{1,15}(\.[0-9]{1,10})?_[0-9]{1,9}$"
TOKEN_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"  # noqa: S105 - a shape, not a secret
SITE_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"
KEY_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
MODEL_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.[0-9]{1,9}$"
EVENT_ID_PATTERN = r"^[0-9]{1,18}(-[0-9]{1,18})?$"
USER_PATTERN = f"^({NAME_PATTERN})$"
NO_NUL = r"^[^\x00]*$"
WEB_ADDRESS = (
    r"^https?://([A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,39}\])(:[0-9]{1,5})?(/[!-~]*)?$"
)
WEB_ORIGIN = r"^https?://([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(:[0-9]{1,5})?$"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
MAX_CLAIM = 100
TEXT_LIMIT = "max_text_chars"  # the setting that bounds a text; the OpenAPI document puts its value in


def _within_limit(text: str, info: ValidationInfo) -> str:
    limit = (info.context or {}).get(TEXT_LIMIT)
    if limit is not None and len(text) > limit:
        raise ValueError(f"should have at most {limit} characters; this one has {len(text)}")
    return text


def _only_a_moment(value: object) -> object:
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise ValueError("should be a time such as 2026-11-22T14:05:00Z, with its offset")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def _reachable(url: str) -> str:
    host = urlsplit(url).hostname
    if host and ":" in host:
        ipaddress.IPv6Address(host)
    return url


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,9}", value):
        raise ValueError("should be a whole number")
    return value


def _whole(value: object) -> object:
    """Return 10 for 10.0: JSON knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _known_attribute(name: str) -> str:
    if name not in ATTRIBUTES:
        raise ValueError(f"should be one of {', '.join(ATTRIBUTES)}")
    return name


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("should be true or false")
    return value


CommentId = Annotated[str, StringConstraints(pattern=COMMENT_ID_PATTERN)]
Text = Annotated[
    str,
    StringConstraints(min_length=1, pattern=NO_NUL),
    AfterValidator(_within_limit),
    Field(json_schema_extra={"x-limit": TEXT_LIMIT}),
]
Name = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Email = Annotated[str, StringConstraints(max_length=320, pattern=NO_NUL)]
Address = Annotated[str, StringConstraints(max_length=2048, pattern=NO_NUL)]
Long = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Reviewer = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$")]
Token = Annotated[str, StringConstraints(pattern=TOKEN_PATTERN)]
SiteName = Annotated[str, StringConstraints(pattern=SITE_PATTERN)]
UserName = Annotated[str, StringConstraints(pattern=USER_PATTERN)]
EventId = Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN)]
WebhookUrl = Annotated[str, StringConstraints(max_length=2048, pattern=WEB_ADDRESS), AfterValidator(_reachable)]
Origin = Annotated[str, StringConstraints(max_length=300, pattern=WEB_ORIGIN)]
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_a_moment), AfterValidator(_in_utc)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
AskShare = Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)]
ModelVersion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Attribute = Annotated[str, AfterValidator(_known_attribute), Field(json_schema_extra={"enum": list(ATTRIBUTES)})]
LeaseSeconds = Annotated[int, Field(ge=1, le=86_400), BeforeValidator(_whole)]
ClaimSize = Annotated[int, Field(ge=1, le=MAX_CLAIM), BeforeValidator(_whole)]
FollowHours = Annotated[int, Field(ge=1, le=168), BeforeValidator(_whole)]
Version = Annotated[int, Field(ge=0, le=2**53), BeforeValidator(_whole)]
# In a query everything arrives as a string.
QueryLimit = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_digits)]
Days = Annotated[int, Field(ge=1, le=365), BeforeValidator(_digits)]
QueryFlag = Annotated[bool, BeforeValidator(_true_or_false)]
