"""What people and platforms said of comments, kept with the text for training."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.store.connection import Connection
from service.store.kept import moment
from service.store.names import Names


@dataclass(frozen=True, slots=True)
class Label:
    """The last word on a comment.

    `source` is `reviewer:<who>` with the value `approve` or `reject`, or `platform` with one of the opinions. Labels of
    one `campaign` are one decision on nearly one text: `each_once` leaves one of them.
    """

    comment_id: str
    source: str
    value: str
    by: str
    at: datetime
    text: str
    reason: str | None = None
    campaign: str | None = None


class Labels:
    """Read labels; the decisions write them. A label holds text, so it is kept no longer than `keep_ms`."""

    def __init__(self, connection: Connection, keep_ms: int) -> None:
        self._connection = connection
        self._keep_ms = keep_ms

    def get(self, site: str, comment_id: str) -> Label | None:
        """Return the label of a comment, or None."""
        return _label(comment_id, self._connection.run("HGETALL", Names(site).label(comment_id)))

    def count(self, site: str) -> int:
        """Count the labels that are kept."""
        labels = Names(site).labels
        _, count = self._connection.run_all([("ZREMRANGEBYSCORE", labels, "-inf", self._ended_ms()), ("ZCARD", labels)])
        return int(count)

    def read(self, site: str, limit: int) -> list[Label]:
        """Return the newest labels, newest first."""
        names = Names(site)
        ids = self._connection.run("ZRANGE", names.labels, 0, limit - 1, "REV")
        rows = self._connection.run_all([("HGETALL", names.label(comment_id)) for comment_id in ids])
        found = (_label(comment_id, fields) for comment_id, fields in zip(ids, rows, strict=True))
        return [label for label in found if label]

    def _ended_ms(self) -> int:
        return int(time.time() * 1000) - self._keep_ms


def each_once(labels: Iterable[Label]) -> list[Label]:
    """Return the labels with one of each campaign and value, the first, so that no text teaches by its copies."""
    kept: dict[tuple[str, str], Label] = {}
    for label in labels:
        kept.setdefault((label.campaign or label.comment_id, label.value), label)
    return list(kept.values())


def _label(comment_id: str, fields: Mapping[str, str]) -> Label | None:
    if not fields:
        return None
    return Label(
        comment_id=comment_id,
        source=fields["source"],
        value=fields["value"],
        by=fields["by"],
        at=moment(fields["at"]),
        text=fields["text"],
        reason=fields["reason"] or None,
        campaign=fields.get("campaign") or None,
    )
