"""One label: what somebody said of a text, and what is known beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from service.store.encoding import AUTHOR_FIELDS, unpack_assessment
from service.values import Assessment, Author


@dataclass(frozen=True, slots=True)
class Label:
    """The last word on a comment.

    `source` is `reviewer:<who>` with the value `approve` or `reject`, or `platform` with one of the opinions. For a
    text that is no comment here it is `suggested`, with any of these, or `import:<file>` with `approve` or `reject`;
    then the id begins with `~`, as no comment's does. `disputed` are the attributes that a reviewer said do not apply;
    the value `wrong_reason` says no more than that. Labels of one `campaign` are one decision on nearly one text:
    `each_once` leaves one of them.

    `assessment` is what the policy had said when the label was given: it tells what a rejection without a reason may
    speak of. Nobody saw it where `is_blind`. `says` are attributes that the label itself names, with probabilities.
    `author_digest` is the author's keyed hash or empty, `author` has no more than name, e-mail and address.
    `reference` is an imported comment's id on its platform. `at` is when it was said; see `Labels.all` for the order.
    """

    comment_id: str
    source: str
    value: str
    by: str
    at: datetime
    text: str
    reason: str | None = None
    disputed: tuple[str, ...] = ()
    campaign: str | None = None
    assessment: Assessment | None = None
    is_blind: bool = False
    says: Mapping[str, float] = field(default_factory=dict)
    author_digest: str = ""
    author: Author = field(default_factory=Author)
    reference: str | None = None

    def is_of(self, source: str | None, value: str | None) -> bool:
        """Tell whether it is of this source, or kind of source, and has this value; None means any."""
        kind, _, _ = self.source.partition(":")
        return source in (None, self.source, kind) and value in (None, self.value)


def label_of(label_id: str, fields: Mapping[str, str], meta: str | None = None) -> Label:
    """Return a label from the fields of its hash, and what is kept around its comment, if that is still there."""
    return Label(
        comment_id=label_id,
        source=fields["source"],
        value=fields["value"],
        by=fields["by"],
        at=datetime.fromtimestamp(float(fields["at"]) / 1000, UTC),
        text=fields["text"],
        reason=fields["reason"] or None,
        disputed=tuple(fields.get("not", "").split()),
        campaign=fields.get("campaign") or None,
        assessment=unpack_assessment(fields["k"]) if fields.get("k") else None,
        is_blind=bool(fields.get("blind")),
        says=orjson.loads(fields["says"]) if fields.get("says") else {},
        author_digest=fields.get("u", "").partition(" ")[0],
        author=_author(meta or fields.get("m")),
        reference=fields.get("ref") or None,
    )


def _author(meta: str | None) -> Author:
    """Return of an author what a model may look at."""
    known: list[str | None] = orjson.loads(meta)[:AUTHOR_FIELDS] if meta else []
    _, name, email, url, *_ = (*known, None, None, None, None)
    return Author(name=name, email=email, url=url)
