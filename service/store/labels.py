"""What people and platforms said of comments, kept with the text for training."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.store.connection import Connection
from service.store.encoding import keyed_hash, pack_detail
from service.store.kept import moment, outcome
from service.store.lua import Call, Word
from service.store.names import Names
from service.values import Choice, Opinion, Outcome


@dataclass(frozen=True, slots=True)
class Label:
    """The last word on a comment.

    `source` is `reviewer:<who>` with the value `approve` or `reject`, or `platform` with one of the opinions. For a
    text that is no comment here it is `suggested`, with any of these; then the id begins with `~`, as no comment's
    does. `disputed` are the attributes that a reviewer said do not apply; the value `wrong_reason` says no more than
    that.
    """

    comment_id: str
    source: str
    value: str
    by: str
    at: datetime
    text: str
    reason: str | None = None
    disputed: tuple[str, ...] = ()


class Labels:
    """Read labels; the decisions write them. A label holds text, so it is kept no longer than `keep_ms`.

    `secret` keys the hashes under which suggestions are kept.
    """

    def __init__(self, connection: Connection, keep_ms: int, secret: bytes) -> None:
        self._connection = connection
        self._keep_ms = keep_ms
        self._secret = secret

    def suggest(
        self, site: str, text: str, opinion: Opinion | Choice, by: str, teller: str = "", reason: str | None = None
    ) -> None:
        """Keep an opinion on a text that was never submitted; one for each text and `teller`, the last one stands."""
        names = Names(site)
        label_id = "~" + keyed_hash(self._secret, f"{teller}\0{text}")
        self._connection.script(
            "suggest",
            [names.events, names.labels, names.label(label_id)],
            [label_id, opinion, by, reason or "", text, self._keep_ms, pack_detail({"opinion": opinion})],
        )

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

    def dispute(self, site: str, comment_id: str, attribute: str, reviewer: str) -> Outcome:
        """Keep that `attribute` does not apply to the comment; the same again is `repeated`."""
        names = Names(site)
        args: list[Word] = [comment_id, attribute, reviewer, self._keep_ms, pack_detail({"attribute": attribute})]
        call = Call("dispute", [*names.shared, *names.own(comment_id)], args)
        return outcome(comment_id, self._connection.scripts([call], durable=True)[0])

    def _ended_ms(self) -> int:
        return int(time.time() * 1000) - self._keep_ms


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
        disputed=tuple(fields.get("not", "").split()),
    )
