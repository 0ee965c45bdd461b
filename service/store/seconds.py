"""Comments that wait for a second opinion: listed as they are kept, off the list when it was heard or needs no more."""

from collections.abc import Sequence

from service.shares import NO_LOOKS, LookShares
from service.store.connection import Connection
from service.store.encoding import fingerprint, pack_assessment, pack_detail
from service.store.kept import LETTERS, STATES_AFTER, outcome
from service.store.lots import Lots
from service.store.lua import Call
from service.store.names import Names
from service.values import Assessment, KeptComment, Outcome


def awaiting(site: str, comment_id: str) -> Call:
    """Return the call that lists a comment, to be sent beside the one that keeps it."""
    return Call("await_second", [Names(site).seconds], [comment_id])


class Seconds:
    """Every method may be repeated: who dies between asking and writing down leaves the comment on the list.

    `keep_ms` is how long a blind look may wait; `ageing_ms` of waiting weigh as much as the highest risk.
    """

    def __init__(self, connection: Connection, lots: Lots, keep_ms: int, ageing_ms: int) -> None:
        self._connection = connection
        self._lots = lots
        self._keep_ms = keep_ms
        self._ageing_ms = ageing_ms

    def waiting(self, sites: Sequence[str], limit: int) -> dict[str, list[str]]:
        """Return the first ids on the list of each site that has any, in one round trip."""
        found = self._connection.run_all([("ZRANGE", Names(site).seconds, 0, limit - 1) for site in sites])
        return {site: ids for site, ids in zip(sites, found, strict=True) if ids}

    def count(self, site: str) -> int:
        """Count what is on the list of a site."""
        return int(self._connection.run("ZCARD", Names(site).seconds))

    def revise(
        self, site: str, revised: Sequence[tuple[KeptComment, Assessment]], looks: LookShares = NO_LOOKS
    ) -> list[Outcome]:
        """Give comments their new assessments, each if it still waits as it was read; all leave the list.

        `lost` are those that were claimed, decided or edited meanwhile. Of those settled, lots are drawn by `looks`.
        """
        calls = [self._revision(site, kept, assessment, looks) for kept, assessment in revised]
        answers = self._connection.scripts(calls, durable=True)
        return [outcome(kept.comment.id, answer) for (kept, _), answer in zip(revised, answers, strict=True)]

    def drop(self, site: str, ids: Sequence[str]) -> None:
        """Take comments off the list that need no second opinion any more."""
        if ids:
            self._connection.run("ZREM", Names(site).seconds, *ids)

    def _revision(self, site: str, kept: KeptComment, found: Assessment, looks: LookShares) -> Call:
        names, one, share = Names(site), kept.comment.id, looks.of(found.verdict)
        falls = self._lots.falls(share, "audit", site, one, fingerprint(kept.comment))
        return Call(
            "revise",
            [*names.shared, *names.own(one), names.seconds, names.looks],
            [
                one,
                kept.version,
                LETTERS[STATES_AFTER[found.verdict]],
                round(found.risk * self._ageing_ms),
                pack_assessment(found),
                pack_detail(_detail(found)),
                self._keep_ms,
                share if falls else "",
            ],
        )


def _detail(found: Assessment) -> dict[str, object]:
    told = {"verdict": found.verdict, "model": found.model, "policy": found.policy}
    return {**told, "second_opinion": found.second_opinion}
