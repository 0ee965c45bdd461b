"""What people and platforms said of comments, kept with the text for training."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from service.store.connection import Connection
from service.store.encoding import keyed_hash, pack_detail
from service.store.kept import outcome
from service.store.label import Label, label_of
from service.store.lua import Call, Word
from service.store.names import Names
from service.values import Choice, Opinion, Outcome

AT_ONCE = 500
MOST_SUGGESTED = 20_000
MOST_LOOKED_AT = 20 * AT_ONCE  # for one page

T = TypeVar("T")


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
        """Keep an opinion on a text that was never submitted; one for each text and `teller`, the last one stands.

        Anybody with a key may suggest, so a site has at most MOST_SUGGESTED; then the oldest gives way to a new one.
        """
        names = Names(site)
        label_id = "~" + keyed_hash(self._secret, f"{teller}\0{text}")
        asked = [("ZCARD", names.suggested), ("ZRANGE", names.suggested, 0, 0)]
        count, oldest = self._connection.run_all(asked)
        leaving = oldest[0] if count >= MOST_SUGGESTED else ""
        told = pack_detail({"opinion": opinion})
        self._connection.script(
            "suggest",
            [names.events, names.labels, names.label(label_id), names.suggested, names.label(leaving or label_id)],
            [label_id, opinion, by, reason or "", text, self._keep_ms, told, leaving],
        )

    def get(self, site: str, label_id: str) -> Label | None:
        """Return a label by its id, which is its comment's, or None."""
        return next(self._read(site, [label_id]), None)

    def count(self, site: str) -> int:
        """Count the labels that are kept."""
        labels = Names(site).labels
        _, count = self._connection.run_all([("ZREMRANGEBYSCORE", labels, "-inf", self._ended_ms()), ("ZCARD", labels)])
        return int(count)

    def counts(self, site: str) -> Mapping[tuple[str, str], int]:
        """Count the labels by source and value; looks at each of them, a few hundred at a time."""
        names, found = Names(site), Counter[tuple[str, str]]()
        for ids in _lots((label_id for _, label_id in self._places(site)), AT_ONCE):
            rows = self._connection.run_all([("HMGET", names.label(one), "source", "value") for one in ids])
            found.update((source, value) for source, value in rows if source)
        return found

    def read(self, site: str, limit: int) -> list[Label]:
        """Return the newest labels, newest first."""
        ids = self._connection.run("ZRANGE", Names(site).labels, 0, limit - 1, "REV")
        return list(self._read(site, ids))

    def all(self, site: str, since: datetime | None = None) -> Iterator[Label]:
        """Return every label, the one kept first first; of `since`, those kept here from then on.

        Reads a few hundred at a time, so neither the server nor this process is held up; what comes meanwhile comes
        too. Labels of an import are in the order of the import, whatever their own time.
        """
        for ids in _lots((label_id for _, label_id in self._places(site, _since(since))), AT_ONCE):
            yield from self._read(site, ids)

    def page(
        self, site: str, after: str | None = None, limit: int = 100, source: str | None = None, value: str | None = None
    ) -> tuple[list[Label], str | None]:
        """Return labels, the one kept first first, and where to go on, or None at the end.

        `source` may be a kind such as `reviewer` or `import`, or the whole. Looks at no more than 10,000, so a page
        may be short, even empty, and yet not the last.
        """
        found: list[Label] = []
        place, looked_at = after, 0
        at_once = AT_ONCE if source or value else min(limit, AT_ONCE)
        for lot in _lots(islice(self._places(site, after), MOST_LOOKED_AT), at_once):
            kept = {label.comment_id: label for label in self._read(site, [label_id for _, label_id in lot])}
            for place, label_id in lot:
                label = kept.get(label_id)
                if label and label.is_of(source, value):
                    found.append(label)
                if len(found) == limit:
                    return found, place
            looked_at += len(lot)
        return found, place if looked_at == MOST_LOOKED_AT else None

    def drop(self, site: str, label_id: str, by: str, models: Sequence[str] = ()) -> bool:
        """Forget one label; False when there was none. The comment stays. The log names the `models` told."""
        names = Names(site)
        args: list[Word] = [label_id, by, pack_detail({"models": models} if models else {})]
        call = Call("label_drop", [*names.shared, *names.own(label_id)], args)
        return bool(self._connection.scripts([call], durable=True)[0])

    def dispute(self, site: str, comment_id: str, attribute: str, reviewer: str) -> Outcome:
        """Keep that `attribute` does not apply to the comment; the same again is `repeated`."""
        names = Names(site)
        args: list[Word] = [comment_id, attribute, reviewer, self._keep_ms, pack_detail({"attribute": attribute})]
        call = Call("dispute", [*names.shared, *names.own(comment_id)], args)
        return outcome(comment_id, self._connection.scripts([call], durable=True)[0])

    def _places(self, site: str, after: str | None = None) -> Iterator[tuple[str, str]]:
        """Return label ids in order, each with the place to go on after it: its score, and how many share it so far."""
        labels = Names(site).labels
        score, _, shared = (after or "-inf_0").rpartition("_")
        seen = int(shared)
        while True:
            command = ("ZRANGE", labels, score, "+inf", "BYSCORE", "LIMIT", seen, AT_ONCE, "WITHSCORES")
            flat = self._connection.run(*command)
            for label_id, at in zip(flat[::2], flat[1::2], strict=True):
                seen = seen + 1 if at == score else 1
                score = at
                yield f"{score}_{seen}", label_id
            if len(flat) < 2 * AT_ONCE:
                return

    def _read(self, site: str, ids: Sequence[str]) -> Iterator[Label]:
        """Return labels with what is known of their authors; an expired one is left out."""
        names = Names(site)
        asked = [("HGETALL", names.label(one)) for one in ids]
        told = [("HGET", names.comment(one), "m") for one in ids]
        rows = self._connection.run_all([*asked, *told])
        for label_id, fields, meta in zip(ids, rows[: len(ids)], rows[len(ids) :], strict=True):
            if fields:
                yield label_of(label_id, fields, meta)

    def _ended_ms(self) -> int:
        return int(time.time() * 1000) - self._keep_ms


def each_once(labels: Iterable[Label]) -> list[Label]:
    """Return the labels with one of each campaign and value, the first, so that no text teaches by its copies."""
    kept: dict[tuple[str, str], Label] = {}
    for label in labels:
        kept.setdefault((label.campaign or label.comment_id, label.value), label)
    return list(kept.values())


def _since(at: datetime | None) -> str | None:
    return None if at is None else f"{round(at.timestamp() * 1000)}_0"


def _lots(entries: Iterable[T], at_once: int) -> Iterator[list[T]]:
    source = iter(entries)
    while lot := list(islice(source, at_once)):
        yield lot
