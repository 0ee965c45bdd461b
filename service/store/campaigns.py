"""Campaigns: near-identical comments in the queues, decided together, undone together, followed by later ones.

A campaign is a number shared by its comments while they wait or are claimed. What intake needs to find it lies in
scripts/likeness.lua; here is what people need.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1

import orjson

from service.store.connection import Connection
from service.store.encoding import steps
from service.store.kept import CHOICE_LETTERS, moment
from service.store.lua import Word
from service.store.names import Names
from service.store.nodes import Command
from service.values import Choice

DAY_MS = 86_400_000
TOGETHER_MS = 8 * DAY_MS  # how long an operation on a campaign is known, to undo it as one
UNDONE = ""  # a member of an operation's list that is no comment: the operation was undone
FOLLOWED = "campaign "  # begins another: the campaign whose later members followed it
PAGE = 200


@dataclass(frozen=True, slots=True)
class Following:
    """A decision that later members of a campaign follow until `until`; `like` is the comment it was made on."""

    campaign: str
    like: str
    decision: Choice
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Precedent:
    """What is to be followed: a decision on `like`. An approval is followed by nothing riskier than `risk`."""

    like: str
    decision: Choice
    by: str
    risk: float
    reason: str | None = None


class Campaigns:
    """Every method raises StoreUnavailable or StoreFull, may be repeated, and reads no more than it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def numbers(self, site: str, ids: Sequence[str]) -> dict[str, str]:
        """Return the campaign of each comment that has one and is in a queue."""
        if not ids:
            return {}
        scores = self._connection.run("ZMSCORE", Names(site).mates, *ids)
        return {one: str(int(score)) for one, score in zip(ids, scores, strict=True) if score is not None}

    def sizes(self, site: str, campaigns: Collection[str]) -> dict[str, int]:
        """Count the members of campaigns that wait or are claimed."""
        mates, each = Names(site).mates, list(dict.fromkeys(campaigns))
        counts = self._connection.run_all([("ZCOUNT", mates, campaign, campaign) for campaign in each])
        return dict(zip(each, counts, strict=True))

    def number(self, site: str, comment_id: str) -> str:
        """Return the campaign of a comment, also when it left the queues, or the one it would begin."""
        names = Names(site)
        commands: list[Command] = [("ZSCORE", names.mates, comment_id), ("HGET", names.comment(comment_id), "g")]
        listed, noted = self._connection.run_all(commands)
        if listed is not None:
            return str(int(listed))
        begun = int(sha1(comment_id.encode(), usedforsecurity=False).hexdigest()[:11], 16)  # as likeness.lua does
        return str(noted or begun)

    def members(self, site: str, campaign: str, limit: int, start: int = 0) -> list[str]:
        """Return up to `limit` members that wait or are claimed, from place `start`."""
        return list(self._connection.run(*_listing(Names(site).mates, campaign, limit, start)))

    def together(self, site: str, ids: Sequence[str], cards: int, copies: int) -> dict[str, str]:
        """Return `ids` in order, each with its campaign or "", then up to `copies` more of the first `cards`."""
        numbers = self.numbers(site, ids)
        found = {one: numbers.get(one, "") for one in ids}
        first = list(dict.fromkeys(numbers.get(one, one) for one in ids))[:cards]
        campaigns = [campaign for campaign in first if campaign in numbers.values()]
        mates, left = Names(site).mates, copies
        rows = self._connection.run_all([_listing(mates, campaign, copies) for campaign in campaigns])
        for campaign, members in zip(campaigns, rows, strict=True):
            fresh = [one for one in members if one not in found][:left]
            found |= dict.fromkeys(fresh, campaign)
            left -= len(fresh)
        return found

    def part(self, site: str, token: str, reviewer: str, ids: Sequence[str]) -> None:
        """Take claimed comments out of their campaign, each to be decided by itself."""
        names = Names(site)
        if ids:
            self._connection.script("part", [*names.shared, *map(names.comment, ids)], [reviewer, token, *ids])

    def follow(self, site: str, campaign: str, operation: str, precedent: Precedent, follow_ms: int) -> datetime | None:
        """Let later members follow a decision; None when the operation was undone meanwhile."""
        names = Names(site)
        record = {
            "op": operation,
            "state": CHOICE_LETTERS[precedent.decision],
            "by": precedent.by,
            "like": precedent.like,
            "risk": steps(precedent.risk),
            **({"reason": precedent.reason} if precedent.reason else {}),
        }
        keys = [*names.shared, names.follows, names.operation(operation)]
        args: list[Word] = [campaign, follow_ms, TOGETHER_MS, orjson.dumps(record).decode(), operation]
        until_ms = self._connection.script("follow", keys, args)
        return moment(until_ms) if until_ms else None

    def following(self, site: str) -> list[Following]:
        """List the decisions that are followed now, the newest first."""
        records = self._connection.run("HGETALL", Names(site).follows)
        found = [_following(campaign, orjson.loads(record)) for campaign, record in records.items()]
        now = datetime.now(found[0].until.tzinfo) if found else None
        return sorted((one for one in found if now and one.until > now), key=lambda one: one.at, reverse=True)

    def mark_undone(self, site: str, operation: str, reviewer: str | None, by: str) -> str:
        """Mark an operation as undone and end its following; answers `marked`, `not_yours` or `not_found`.

        Nothing is decided or followed by this operation afterwards, however late it is repeated.
        """
        names = Names(site)
        keys = [*names.shared, names.follows, names.operation(operation)]
        return str(self._connection.script("unfollow", keys, [operation, TOGETHER_MS, reviewer or "", by]))

    def counts_together(self, site: str, operations: Sequence[str]) -> list[int]:
        """Count what each operation decided together, 0 for one that decided no campaign."""
        names = Names(site)
        sizes = self._connection.run_all([("ZCARD", names.operation(operation)) for operation in operations])
        return [max(size - 1, 0) for size in sizes]  # one member names the reviewer

    def is_undone(self, site: str, operation: str) -> bool:
        """Say whether an operation was undone."""
        return self._connection.run("ZSCORE", Names(site).operation(operation), UNDONE) is not None

    def of_operation(self, site: str, operation: str) -> Iterator[list[str]]:
        """Yield the comments that an operation decided, then those that followed it until it was undone, in pages."""
        names, since = Names(site), dict[str, int]()
        for rows in self._pages(names.operation(operation), "-inf"):
            pairs = list(zip(rows[::2], rows[1::2], strict=True))
            since |= {one.removeprefix(FOLLOWED): int(at) for one, at in pairs if one.startswith(FOLLOWED)}
            yield [one for one, _ in pairs if one != UNDONE and " " not in one]  # no id has a space
        for campaign, at in since.items():
            for rows in self._pages(names.followed, at):
                later = (one.partition(" ") for one in rows[::2])
                yield [comment_id for number, _, comment_id in later if number == campaign]

    def _pages(self, key: str, lowest: int | str) -> Iterator[list[str]]:
        """Yield members and scores of a ZSET, one after the other, from a score on."""
        start = 0
        while True:
            limit = ("BYSCORE", "LIMIT", start, PAGE, "WITHSCORES")
            rows = self._connection.run("ZRANGE", key, lowest, "+inf", *limit)
            yield rows
            if len(rows) < 2 * PAGE:
                return
            start += PAGE


def _listing(mates: str, campaign: str, limit: int, start: int = 0) -> Command:
    return ("ZRANGE", mates, campaign, campaign, "BYSCORE", "LIMIT", start, limit)


def _following(campaign: str, record: Mapping[str, object]) -> Following:
    words = {letter: choice for choice, letter in CHOICE_LETTERS.items()}
    return Following(
        campaign=campaign,
        like=str(record["like"]),
        decision=words[str(record["state"])],
        by=str(record["by"]),
        at=moment(str(record["at"])),
        until=moment(str(record["until_ms"])),
    )
