"""The queues: comments wait by age and risk, are leased, decided once, and come back when a lease ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, zip_longest
from typing import Any

import orjson

from service.store.connection import Connection
from service.store.encoding import pack_detail
from service.store.kept import CHOICE_LETTERS, kept_comment, outcome, paired, queue_number
from service.store.lots import Lots
from service.store.lua import Call, Word
from service.store.names import Names
from service.store.nodes import Command
from service.values import ESCALATED_QUEUE, QUEUES, Choice, Claim, Decision, KeptComment, Outcome, QueueCount

FIRST_WINDOW = 32
LARGEST_WINDOW = 1024
WINDOWS = 6  # each twice the one before: two thousand comments that one reviewer must not have hide no others
SKIPPED_MS = 3_600_000
REMEMBERED_MS = 3_600_000  # how long after its lease a claim is still known by its token
CLOCK_SLACK = timedelta(seconds=5)  # between this machine and the server; the server's clock decides
OLDEST_AMONG = 100
EVENTS = {Choice.APPROVE: "approved", Choice.REJECT: "rejected", Choice.ESCALATE: "escalated"}


class Queues:
    """Claims and decisions. Every method raises StoreUnavailable or StoreFull; all but reading may be repeated.

    `keep_ms` is how long a label is kept; by `lots` decisions are chosen for a second look.
    """

    def __init__(self, connection: Connection, keep_ms: int, lots: Lots) -> None:
        self._connection = connection
        self._keep_ms = keep_ms
        self._lots = lots

    def claim(
        self, site: str, queue: str, reviewer: str, limit: int, lease_ms: int, token: str, max_claimed: int
    ) -> Claim:
        """Lease up to `limit` comments, first in the queue first; the same token again gives the same claim.

        Comments that this reviewer skipped within the hour, or decided before an appeal, are passed over. None are
        given beyond `max_claimed` in the reviewer's hands.
        """
        args: list[Word] = [queue_number(queue), reviewer, limit, lease_ms, token, max_claimed, REMEMBERED_MS]
        start = 0
        for step in range(WINDOWS):
            end = start + min(max(FIRST_WINDOW, 2 * limit) * 2**step, LARGEST_WINDOW)
            ids = self._connection.run("ZRANGE", Names(site).waiting(queue), start, end - 1)
            word, *taken = self._take(site, reviewer, token, args, ids)
            if word == "known":
                return self.claimed(site, token) or _claim(token, queue, reviewer, [])
            if taken or word == "full" or len(ids) < end - start:
                return _claim(token, queue, reviewer, _comments(taken))
            start = end
        return _claim(token, queue, reviewer, [])

    def claim_these(
        self, site: str, queue: str, reviewer: str, ids: Sequence[str], lease_ms: int, token: str, max_claimed: int
    ) -> Claim:
        """Lease those of `ids` that wait in the queue and may be given; the same token again gives the same claim."""
        args: list[Word] = [queue_number(queue), reviewer, len(ids), lease_ms, token, max_claimed, REMEMBERED_MS]
        word, *taken = self._take(site, reviewer, token, args, ids)
        if word == "known":
            return self.claimed(site, token) or _claim(token, queue, reviewer, [])
        return _claim(token, queue, reviewer, _comments(taken))

    def _take(self, site: str, reviewer: str, token: str, args: Sequence[Word], ids: Sequence[str]) -> list[Any]:
        names = Names(site)
        comments = [names.comment(comment_id) for comment_id in ids]
        keys = [*names.shared, names.claim(token), names.skipped(reviewer), names.hand(reviewer), *comments]
        taken: list[Any] = self._connection.script("claim", keys, [*args, *ids])
        return taken

    def claimed(self, site: str, token: str) -> Claim | None:
        """Return what is left of a claim; None when the token is not known (any more)."""
        remembered = self._remembered(site, token)
        if not remembered:
            return None
        queue, reviewer, ids = remembered
        all_fields = self._connection.run_all([("HGETALL", Names(site).comment(comment_id)) for comment_id in ids])
        held = [
            kept_comment(comment_id, fields)
            for comment_id, fields in zip(ids, all_fields, strict=True)
            if fields.get("lt") == token
        ]
        return _claim(token, queue, reviewer, held)

    def extend(self, site: str, token: str, reviewer: str, lease_ms: int) -> Claim | None:
        """Start the lease anew on what is left of a claim; None when nothing is."""
        remembered = self._remembered(site, token)
        if not remembered or remembered[1] != reviewer:
            return None
        queue, _, ids = remembered
        names = Names(site)
        keys = [*names.shared, names.claim(token), names.hand(reviewer), *map(names.comment, ids)]
        left = self._connection.script("extend", keys, [reviewer, token, lease_ms, REMEMBERED_MS, *ids])
        return _claim(token, queue, reviewer, _comments(left)) if left else None

    def release(
        self, site: str, token: str, reviewer: str, ids: Sequence[str] | None = None, skip: bool = False
    ) -> int:
        """Give back the comments named, or all of the claim; count those that went back.

        With `skip` they are not offered to this reviewer again for an hour.
        """
        if ids is None:
            remembered = self._remembered(site, token)
            ids = remembered[2] if remembered else []
        if not ids:
            return 0
        names = Names(site)
        keys = [*names.shared, names.skipped(reviewer), *map(names.comment, ids)]
        skip_ms = SKIPPED_MS if skip else 0
        return int(self._connection.script("release", keys, [reviewer, token, skip_ms, *ids]))

    def decide(
        self,
        site: str,
        token: str,
        reviewer: str,
        decisions: Sequence[Decision],
        operation: str,
        delay_ms: int,
        look_share: float = 0.0,
    ) -> list[Outcome]:
        """Decide claimed comments in one round trip; each stands for itself.

        `operation` takes effect once on each comment: again it is `repeated`. `lost` tells who did what instead. The
        platform is told after `delay_ms`. Of the decisions in the first queue, `look_share` get a second look.
        """
        calls = [
            self._decision(site, token, reviewer, decision, operation, delay_ms, look_share) for decision in decisions
        ]
        answers = self._connection.scripts(calls, durable=True)
        return [outcome(decision.id, answer) for decision, answer in zip(decisions, answers, strict=True)]

    def _decision(
        self,
        site: str,
        token: str,
        reviewer: str,
        decision: Decision,
        operation: str,
        delay_ms: int,
        look_share: float,
    ) -> Call:
        names = Names(site)
        # Under one claim a comment is decided at most once, so its token names the decision, also in retries.
        drawn = self._lots.falls(look_share, "second", site, decision.id, token)
        args: list[Word] = [
            decision.id,
            reviewer,
            token,
            CHOICE_LETTERS[decision.decision],
            f"d:{operation}",
            delay_ms,
            self._keep_ms,
            decision.reason or "",
            decision.note or "",
            queue_number(ESCALATED_QUEUE),
            EVENTS[decision.decision],
            pack_detail({"reason": decision.reason} if decision.reason else {}),
            decision.decision,
            look_share if drawn else "",
        ]
        return Call("decide", [*names.shared, *names.own(decision.id), names.diary(reviewer), names.looks], args)

    def undo(
        self,
        site: str,
        comment_id: str,
        reviewer: str | None,
        operation: str,
        window_ms: int,
        by: str | None = None,
    ) -> Outcome:
        """Take back a reviewer's decision of the last `window_ms`; the comment waits again.

        Without a reviewer it takes back anybody's, however old; `by` then says in the log who did. An escalation can
        be undone while the comment waits.
        """
        call = self._undoing(site, comment_id, reviewer, operation, window_ms, by)
        return outcome(comment_id, self._connection.scripts([call], durable=True)[0])

    def undo_all(self, site: str, ids: Sequence[str], reviewer: str, operation: str, window_ms: int) -> list[Outcome]:
        """Take back several decisions of one reviewer in one round trip; each stands for itself."""
        calls = [self._undoing(site, one, reviewer, operation, window_ms) for one in ids]
        answers = self._connection.scripts(calls, durable=True)
        return [outcome(one, answer) for one, answer in zip(ids, answers, strict=True)]

    def _undoing(
        self, site: str, comment_id: str, reviewer: str | None, operation: str, window_ms: int, by: str | None = None
    ) -> Call:
        names, who = Names(site), by or reviewer or ""
        args: list[Word] = [comment_id, reviewer or "", f"u:{operation}", window_ms, who]
        return Call("undo", [*names.shared, *names.own(comment_id), names.diary(who)], args)

    def counts(self, site: str) -> list[QueueCount]:
        """Count what waits and is claimed. The oldest is looked for among the first hundred of each queue."""
        replies = self._connection.run_all([command for queue in QUEUES for command in _counting(Names(site), queue)])
        heads = replies[2::3]
        since = self._waiting_since(site, [comment_id for head in heads for comment_id in head])
        rows = zip(QUEUES, replies[::3], replies[1::3], heads, strict=True)
        return [QueueCount(queue, waiting, held, _oldest(since, head)) for queue, waiting, held, head in rows]

    def _waiting_since(self, site: str, ids: Sequence[str]) -> dict[str, int]:
        times = self._connection.run_all([("HMGET", Names(site).comment(one), "ws", "t") for one in ids])
        return {one: int(since or came) for one, (since, came) in zip(ids, times, strict=True) if came}

    def expire(self, site: str, limit: int = 100) -> int:
        """Return up to `limit` comments whose lease ended to their queues; count them."""
        names = Names(site)
        latest = _ms(datetime.now(UTC) + CLOCK_SLACK)
        due = self._connection.run_all(
            [("ZRANGE", names.claimed(queue), "-inf", latest, "BYSCORE", "LIMIT", 0, limit) for queue in QUEUES]
        )
        in_turn = (one for row in zip_longest(*due) for one in row if one is not None)
        ids = list(islice(in_turn, limit))
        if not ids:
            return 0
        return int(self._connection.script("expire", [*names.shared, *map(names.comment, ids)], ids))

    def _remembered(self, site: str, token: str) -> tuple[str, str, list[str]] | None:
        raw = self._connection.run("GET", Names(site).claim(token))
        if not raw:
            return None
        number, reviewer, *ids = orjson.loads(raw)
        return QUEUES[int(number) - 1], reviewer, ids


def _comments(rows: Sequence[Sequence[Any]]) -> list[KeptComment]:
    return [kept_comment(comment_id, paired(fields)) for comment_id, fields in rows]


def _claim(token: str, queue: str, reviewer: str, comments: Sequence[KeptComment]) -> Claim:
    ends = [kept.claimed_until for kept in comments if kept.claimed_until]
    return Claim(token, queue, reviewer, min(ends, default=datetime.now(UTC)), tuple(comments))


def _counting(names: Names, queue: str) -> list[Command]:
    waiting = names.waiting(queue)
    return [("ZCARD", waiting), ("ZCARD", names.claimed(queue)), ("ZRANGE", waiting, 0, OLDEST_AMONG - 1)]


def _oldest(since: Mapping[str, int], ids: Sequence[str]) -> float | None:
    times = [since[one] for one in ids if one in since]
    return max(0.0, round(datetime.now(UTC).timestamp() - min(times) / 1000, 3)) if times else None


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
