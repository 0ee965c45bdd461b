"""Look without taking: what waits, what a reviewer holds and decided, what else an author wrote; always bounded."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from service.store.connection import Connection
from service.store.encoding import author_digest
from service.store.kept import STATES, answered, kept_comment
from service.store.names import Names
from service.values import QUEUES, Author, Claim, KeptComment, State

CHUNK = 500
LINES_PER_COMMENT = 10
MOST_CLAIMS = 50  # of one reviewer; a page needs a few
RECORD_OF = 50
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """How an author's last comments ended, up to fifty; those that still wait are in neither number."""

    approved: int = 0
    rejected: int = 0

    @property
    def settled(self) -> int:
        """Count both."""
        return self.approved + self.rejected


class Browse:
    """Reads for people. Every method raises StoreUnavailable; `secret` keys the hashes of authors."""

    def __init__(self, connection: Connection, secret: bytes) -> None:
        self._connection = connection
        self._secret = secret

    def sizes(self, site: str) -> dict[str, int]:
        """Count what waits in each queue; cheap enough to be asked every few seconds."""
        replies = self._connection.run_all([("ZCARD", Names(site).waiting(queue)) for queue in QUEUES])
        return dict(zip(QUEUES, replies, strict=True))

    def colleagues(self, site: str) -> dict[str, int]:
        """Return how many comments each reviewer holds."""
        held = self._connection.run("HGETALL", Names(site).held)
        return {reviewer: int(count) for reviewer, count in held.items()}

    def hand(self, site: str, reviewer: str) -> list[Claim]:
        """Return what `reviewer` holds, by claim, the newest fifty claims; comments in the order they were taken."""
        names = Names(site)
        tokens = self._connection.run("ZRANGE", names.hand(reviewer), 0, MOST_CLAIMS - 1, "REV")
        remembered = self._connection.run_all([("GET", names.claim(token)) for token in tokens])
        taken = [(token, *orjson.loads(raw)) for token, raw in zip(tokens, remembered, strict=True) if raw]
        fields = self._fields(site, [one for _, _, _, *ids in taken for one in ids])
        claims = (_claim(token, number, who, ids, fields) for token, number, who, *ids in taken)
        return [claim for claim in claims if claim.comments]

    def waiting(self, site: str, queue: str, most: int) -> Iterator[KeptComment]:
        """Yield what waits in the queue, first in order first, of the first `most`."""
        key = Names(site).waiting(queue)
        for start in range(0, most, CHUNK):
            ids = self._connection.run("ZRANGE", key, start, min(start + CHUNK, most) - 1)
            yield from self.many(site, ids).values()
            if len(ids) < CHUNK:
                return

    def past(self, site: str, most: int) -> Iterator[KeptComment]:
        """Yield up to `most` comments that are still kept, the newest first, each as it is now.

        Looks at ten lines of the log for each of `most`, no more.
        """
        found, last = 0, "+"
        for _ in range(0, LINES_PER_COMMENT * most, CHUNK):
            rows = self._connection.run("XREVRANGE", Names(site).events, last, "-", "COUNT", CHUNK)
            ids = list(dict.fromkeys(fields["id"] for _, fields in rows if fields["e"] == "received"))
            kept = list(self.many(site, ids).values())[: most - found]
            yield from kept
            found += len(kept)
            if found >= most or len(rows) < CHUNK:
                return
            last = f"({rows[-1][0]}"

    def many(self, site: str, ids: Sequence[str]) -> dict[str, KeptComment]:
        """Return those of the comments that there are."""
        return {one: kept_comment(one, fields) for one, fields in self._fields(site, ids).items()}

    def decided_count(self, site: str, reviewer: str, since: datetime) -> int:
        """Count the comments that `reviewer` decided since then, of the last two days; an undone one does not count."""
        return int(self._connection.run("ZCOUNT", Names(site).diary(reviewer), _ms(since), "+inf"))

    def decided(self, site: str, reviewer: str, most: int) -> list[tuple[KeptComment, str]]:
        """Return the last decisions of `reviewer` that still stand, newest first, each with its operation.

        An answer to a blind look is one as any other: `decided` is what the reviewer said.
        """
        ids = self._connection.run("ZRANGE", Names(site).diary(reviewer), 0, most - 1, "REV")
        found = (_own_decision(one, fields, reviewer) for one, fields in self._fields(site, ids).items())
        return [decision for decision in found if decision]

    def by_author(self, site: str, author: Author, most: int) -> list[KeptComment]:
        """Return the newest comments of an author, newest first; none when the platform does not tell who it is."""
        digest = author_digest(self._secret, author)
        if not digest:
            return []
        ids = self._connection.run("ZRANGE", Names(site).author(digest), 0, most - 1, "REV")
        return list(self.many(site, ids).values())

    def records(self, site: str, authors: Sequence[Author], besides: Collection[str] = ()) -> list[AuthorRecord]:
        """Tell for each author how many of the last fifty comments were approved and rejected, in two round trips.

        The comments `besides` do not count.
        """
        names, digests = Names(site), [author_digest(self._secret, author) for author in authors]
        known = sorted({digest for digest in digests if digest})
        ids = self._connection.run_all([("ZRANGE", names.author(one), 0, RECORD_OF - 1, "REV") for one in known])
        asked = [(digest, one) for digest, found in zip(known, ids, strict=True) for one in found if one not in besides]
        states = self._connection.run_all([("HGET", names.comment(one), "s") for _, one in asked])
        counts: dict[str, list[State]] = {digest: [] for digest in known}
        for (digest, _), letter in zip(asked, states, strict=True):
            if letter:
                counts[digest].append(STATES[letter])
        return [_record(counts.get(digest, [])) for digest in digests]

    def _fields(self, site: str, ids: Sequence[str]) -> dict[str, Fields]:
        names = Names(site)
        rows: list[Any] = self._connection.run_all([("HGETALL", names.comment(one)) for one in ids])
        return {one: fields for one, fields in zip(ids, rows, strict=True) if fields}


def _claim(token: str, number: str, reviewer: str, ids: Sequence[str], fields: Mapping[str, Fields]) -> Claim:
    held = [kept_comment(one, fields[one]) for one in ids if one in fields and fields[one].get("lt") == token]
    ends = [kept.claimed_until for kept in held if kept.claimed_until]
    cards = tuple(kept for kept in held if kept.copy_of is None)
    copies = tuple(kept for kept in held if kept.copy_of is not None)
    return Claim(token, QUEUES[int(number) - 1], reviewer, min(ends, default=datetime.now(UTC)), cards, copies)


def _own_decision(one: str, fields: Fields, reviewer: str) -> tuple[KeptComment, str] | None:
    kept, said = kept_comment(one, fields), answered(fields, reviewer)
    if said:
        return replace(kept, decided=said), fields["gop"].removeprefix("g:")
    return (kept, fields.get("lop", "").removeprefix("d:")) if fields.get("by") == reviewer else None


def _record(states: Sequence[State]) -> AuthorRecord:
    return AuthorRecord(states.count(State.APPROVED), states.count(State.REJECTED))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
