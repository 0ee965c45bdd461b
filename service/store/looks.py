"""Blind looks: settled comments, drawn by lot, that somebody decides again without knowing it.

What waits to be looked at counts only while the comment has the version it was chosen at. An edit, an appeal, an undo
or an erasure so ends a look without knowing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from service.looks import Disagreement, InHand, Look, LookKind
from service.store.connection import Connection
from service.store.encoding import pack_detail
from service.store.kept import CHOICE_LETTERS, CHOICES, kept_comment, moment, outcome, paired
from service.store.lua import Call, Word
from service.store.names import Names
from service.store.nodes import Command
from service.values import Decision, KeptComment, Outcome

TRIED_AT_ONCE = 32
MOST_TRIED = 512  # so many that one reviewer must not have hide no others
SKIPPED_MS = 3_600_000
IN_HAND_MS = 86_400_000  # how long it is known what a reviewer has in hand; the lease itself is shorter
CLOCK_SLACK_MS = 5_000
WITH_NOTHING = " 0"
MOST_READ = 20_000

Fields = Mapping[str, str]


class Looks:
    """Every method raises StoreUnavailable or StoreFull; all may be repeated. `keep_ms` is how long a label is kept."""

    def __init__(self, connection: Connection, keep_ms: int) -> None:
        self._connection = connection
        self._keep_ms = keep_ms

    def hand(self, site: str, reviewer: str) -> list[InHand]:
        """Return what the reviewer has in hand while the lease lasts, by id; takes nothing."""
        names, now_ms = Names(site), datetime.now(UTC).timestamp() * 1000
        ids = sorted(self._connection.run("SMEMBERS", names.in_hand(reviewer)))
        rows = self._connection.run_all([command for one in ids for command in _held(names, one)])
        return [
            _in_hand(one, fields, due)
            for one, fields, due in zip(ids, rows[::2], rows[1::2], strict=True)
            if fields.get("gb") == reviewer and fields["gv"] == fields["v"] and due and float(due) > now_ms
        ]

    def take(self, site: str, reviewer: str, limit: int, lease_ms: int) -> list[KeptComment]:
        """Return what the reviewer has in hand, filled up to `limit`, as it is kept; the lease on all begins anew.

        Nobody gets a comment that they decided, or skipped within the hour. What is not answered when its lease ends is
        given to the next who takes.
        """
        names = Names(site)
        in_hand, due = self._connection.run_all([("SMEMBERS", names.in_hand(reviewer)), _waiting(names)])
        found = self._take(names, reviewer, limit, lease_ms, WITH_NOTHING, list(in_hand)) if in_hand else []
        others = [one for one in due if one not in in_hand]
        return found + self._first(names, reviewer, limit - len(found), lease_ms, WITH_NOTHING, others)

    def bring(self, site: str, reviewer: str, limit: int, lease_ms: int, token: str, since: datetime) -> int:
        """Hand out up to `limit` more, to go with the claim `token` and to seem to wait since `since` at most."""
        names, goes_with = Names(site), f"{token} {int(since.timestamp() * 1000)}"
        due = self._connection.run(*_waiting(names))
        return len(self._first(names, reviewer, limit, lease_ms, goes_with, due))

    def _first(
        self, names: Names, reviewer: str, limit: int, lease_ms: int, goes_with: str, ids: Sequence[str]
    ) -> list[KeptComment]:
        found: list[KeptComment] = []
        for start in range(0, len(ids), TRIED_AT_ONCE):
            if len(found) >= limit:
                break
            some = ids[start : start + TRIED_AT_ONCE]
            found += self._take(names, reviewer, limit - len(found), lease_ms, goes_with, some)
        return found

    def take_again(self, site: str, reviewer: str, comment_id: str, lease_ms: int, token: str) -> bool:
        """Hand back a look whose answer was undone, to go with the claim `token`; false when it cannot be had."""
        names = Names(site)
        _, _, since = (self._connection.run("HGET", names.comment(comment_id), "gl") or "").rpartition(" ")
        return bool(self._take(names, reviewer, 1, lease_ms, f"{token} {since}", [comment_id])) if since else False

    def extend(self, site: str, reviewer: str, ids: Sequence[str], lease_ms: int) -> None:
        """Begin the lease anew on those of the comments that the reviewer has in hand."""
        if ids:
            self._take(Names(site), reviewer, 0, lease_ms, WITH_NOTHING, ids)

    def _take(
        self, names: Names, reviewer: str, limit: int, lease_ms: int, goes_with: str, ids: Sequence[str]
    ) -> list[KeptComment]:
        keys = [*self._hands(names, reviewer), *map(names.comment, ids)]
        rows = self._connection.script("look_take", keys, [reviewer, limit, lease_ms, IN_HAND_MS, goes_with, *ids])
        return [kept_comment(one, paired(fields)) for one, fields in rows]

    def release(self, site: str, reviewer: str, ids: Sequence[str] | None = None, skip: bool = False) -> int:
        """Give back the comments named, or all in hand; count them. With `skip` not to be offered for an hour."""
        names = Names(site)
        ids = list(self._connection.run("SMEMBERS", names.in_hand(reviewer))) if ids is None else ids
        if not ids:
            return 0
        keys = [*self._hands(names, reviewer), *map(names.comment, ids)]
        return int(self._connection.script("look_release", keys, [reviewer, SKIPPED_MS if skip else 0, *ids]))

    def answer(
        self, site: str, reviewer: str, decisions: Sequence[Decision], operation: str, delay_ms: int
    ) -> list[Outcome]:
        """Keep what a reviewer says of comments in hand, in one round trip; `operation` takes effect once on each.

        An automatic verdict that is contradicted is corrected and told to the platform after `delay_ms`. A person's
        decision stays until a lead settles the disagreement; so does all that is escalated. `lost`: not in hand.
        """
        names = Names(site)
        own = [names.looks, names.in_hand(reviewer), names.differ, names.looked, names.diary(reviewer)]
        calls = [
            Call(
                "look_answer",
                [*names.shared, *names.own(one.id), *own],
                [*self._words(reviewer, one, operation, delay_ms), *_details(one)],
            )
            for one in decisions
        ]
        return self._outcomes(decisions, calls)

    def settle(self, site: str, lead: str, decision: Decision, operation: str, delay_ms: int) -> Outcome:
        """Keep a lead's last word, approve or reject, on a disagreement; `lost` when there is none (any more)."""
        names = Names(site)
        said = pack_detail({"decision": decision.decision, **_reason(decision), "final": True})
        args = [*self._words(lead, decision, operation, delay_ms), said]
        keys = [*names.shared, *names.own(decision.id), names.differ, names.looked]
        return self._outcomes([decision], [Call("look_settle", keys, args)])[0]

    def undo(self, site: str, comment_id: str, reviewer: str, operation: str, window_ms: int) -> Outcome:
        """Take a reviewer's last answer on a comment back; `lost` when it has none or the comment moved on."""
        return self.undo_all(site, [comment_id], reviewer, operation, window_ms)[0]

    def undo_all(self, site: str, ids: Sequence[str], reviewer: str, operation: str, window_ms: int) -> list[Outcome]:
        """Take answers of one reviewer back in one round trip; each stands for itself."""
        names, detail = Names(site), pack_detail({"undone": True})
        own = [names.looks, names.differ, names.looked, names.diary(reviewer)]
        calls = [
            Call(
                "look_undo",
                [*names.shared, *names.own(one), *own],
                [one, reviewer, f"u:{operation}", window_ms, self._keep_ms, detail],
            )
            for one in ids
        ]
        answers = self._connection.scripts(calls, durable=True)
        return [outcome(one, answer) for one, answer in zip(ids, answers, strict=True)]

    def answered(self, site: str, since: datetime | None = None, limit: int = MOST_READ) -> list[Look]:
        """Return the newest answers since then, oldest first, each with the last word on it."""
        first = str(int(since.timestamp() * 1000)) if since else "-"
        rows = self._connection.run("XREVRANGE", Names(site).looked, "+", first, "COUNT", limit)
        return list(_looks(rows[::-1]).values())

    def disagreements(self, site: str, limit: int = 50) -> list[Disagreement]:
        """Return what needs a lead's last word, oldest first; comments that moved on are dropped."""
        names = Names(site)
        ids = self._connection.run("ZRANGE", names.differ, 0, limit - 1)
        if not ids:
            return []
        keys = [*names.shared, names.differ, names.looked, *map(names.comment, ids)]
        rows = self._connection.script("look_differ", keys, ids)
        return [
            Disagreement(kept_comment(one, paired(fields)), _look(entry, paired(said)))
            for one, fields, entry, said in rows
        ]

    def counts(self, site: str) -> tuple[int, int]:
        """Count what is to be looked at, in hand or not, and the disagreements to be settled."""
        names = Names(site)
        waiting, differing = self._connection.run_all([("ZCARD", names.looks), ("ZCARD", names.differ)])
        return waiting, differing

    def trim(self, site: str, keep_ms: int) -> None:
        """Forget answers older than `keep_ms`."""
        oldest = int(datetime.now(UTC).timestamp() * 1000) - keep_ms
        self._connection.run("XTRIM", Names(site).looked, "MINID", oldest)

    def _words(self, by: str, decision: Decision, operation: str, delay_ms: int) -> list[Word]:
        return [
            decision.id,
            by,
            f"g:{operation}",
            CHOICE_LETTERS[decision.decision],
            decision.reason or "",
            decision.note or "",
            delay_ms,
            self._keep_ms,
            decision.decision,
        ]

    def _outcomes(self, decisions: Sequence[Decision], calls: Sequence[Call]) -> list[Outcome]:
        answers = self._connection.scripts(calls, durable=True)
        return [outcome(one.id, answer) for one, answer in zip(decisions, answers, strict=True)]

    def _hands(self, names: Names, reviewer: str) -> list[str]:
        return [*names.shared, names.looks, names.in_hand(reviewer), names.skipped(reviewer)]


def _waiting(names: Names) -> Command:
    latest = int(datetime.now(UTC).timestamp() * 1000) + CLOCK_SLACK_MS
    return ("ZRANGE", names.looks, "-inf", latest, "BYSCORE", "LIMIT", 0, MOST_TRIED)


def _details(decision: Decision) -> list[str]:
    """Return what the log says of an answer to an audit, and to a second look."""
    said = {"decision": decision.decision, **_reason(decision)}
    return [pack_detail({"look": kind, **said}) for kind in (LookKind.AUDIT, LookKind.SECOND)]


def _reason(decision: Decision) -> dict[str, object]:
    return {"reason": decision.reason} if decision.reason else {}


def _held(names: Names, comment_id: str) -> list[Command]:
    return [("HGETALL", names.comment(comment_id)), ("ZSCORE", names.looks, comment_id)]


def _in_hand(comment_id: str, fields: Fields, due: str) -> InHand:
    token, _, since = fields["gl"].rpartition(" ")
    return InHand(kept_comment(comment_id, fields), token, moment(since), moment(int(float(due))))


def _looks(rows: Sequence[tuple[str, Fields]]) -> dict[str, Look]:
    """Return the answers by entry, in order, with last words put to what they settle."""
    found: dict[str, Look] = {}
    for entry, fields in rows:
        if "of" not in fields:
            found[entry] = _look(entry, fields)
        elif fields["of"] in found:
            found[fields["of"]] = _settled(found[fields["of"]], fields)
    return found


def _look(entry: str, fields: Fields) -> Look:
    return Look(
        comment_id=fields["i"],
        kind=LookKind(fields["k"]),
        share=float(fields["p"]),
        first=CHOICES[fields["d"]],
        answer=CHOICES[fields["a"]],
        by=fields["b"],
        at=moment(entry.partition("-")[0]),
        first_by=fields["fb"] or None,
        first_reason=fields["fy"] or None,
        reason=fields["y"] or None,
    )


def _settled(look: Look, fields: Fields) -> Look:
    return replace(look, final=CHOICES[fields["a"]], settled_by=fields["b"])
