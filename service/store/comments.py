"""Comments from intake to erasure: kept once, edited, appealed, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from models.likeness import likeness
from service.errors import ParleyError, sound
from service.shares import NO_LOOKS, LookShares
from service.store.connection import Connection
from service.store.encoding import (
    author_digest,
    detail_of,
    fingerprint,
    keyed_hash,
    pack_assessment,
    pack_detail,
    pack_meta,
    steps,
    unpack_assessment,
)
from service.store.erased import Erased, Told, nobody
from service.store.health import Room
from service.store.kept import (
    LETTERS,
    STATES_AFTER,
    assessment_of,
    kept_comment,
    moment,
    outcome,
    queue_number,
)
from service.store.lots import Lots
from service.store.lua import Call, Word
from service.store.names import Names
from service.store.seconds import awaiting
from service.store.tallies import counting
from service.tallies import Tick
from service.values import (
    APPEALS_QUEUE,
    Assessment,
    Comment,
    EarlierVersion,
    KeptComment,
    Opinion,
    Outcome,
    Receipt,
    State,
    Verdict,
)

YEAR_MS = 365 * 86_400_000
VERSIONS_KEPT = 20
ERASED_AT_ONCE = 200
DOUBT = 0.05  # of any attribute; below it a comment that the policy approves follows no rejection


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment on its way in: of those settled at once lots are drawn by `looks`; `tick` is counted on the way."""

    site: str
    comment: Comment
    assessment: Assessment
    looks: LookShares = NO_LOOKS
    tick: Tick | None = None


class Comments:
    """Every method is one or two round trips and raises StoreUnavailable or StoreFull.

    `keep_ms` is how long a settled comment is kept; `ageing_ms` of waiting weigh as much as the highest risk; `secret`
    keys the hashes by which an author's comments are found.
    """

    def __init__(
        self, connection: Connection, secret: bytes, keep_ms: int, ageing_ms: int, room: Room | None = None
    ) -> None:
        self._connection = connection
        self._secret = secret
        self._lots = Lots(secret)
        self._keep_ms = keep_ms
        self._ageing_ms = ageing_ms
        self._room = room or Room(None)

    def submit(
        self, site: str, entries: Sequence[tuple[Comment, Assessment]], looks: LookShares = NO_LOOKS
    ) -> list[Receipt]:
        """Keep comments in one round trip; each receipt is `new`, `same` (with the first answer) or `conflict`.

        Of those settled at once, lots are drawn by `looks` for which somebody is to look at blind.
        """
        found = self.submit_each([Submission(site, *entry, looks) for entry in entries])
        return [sound(receipt) for receipt in found]

    def submit_each(self, submissions: Sequence[Submission]) -> list[Receipt | ParleyError]:
        """Keep comments as `submit` does, of any sites; what went wrong with one alone stands in its place."""
        self._room.demand()
        calls = [self._intake("submit", one.site, one.comment, one.assessment, one.looks) for one in submissions]
        beside = [counting(one.site, one.tick) for one in submissions if one.tick]
        beside += [awaiting(one.site, one.comment.id) for one in submissions if one.assessment.awaits_second]
        answers = self._connection.outcomes([*calls, *beside], durable=True)[: len(calls)]
        return [
            answer if isinstance(answer, ParleyError) else _receipt(one.comment, one.assessment, answer)
            for one, answer in zip(submissions, answers, strict=True)
        ]

    def road(self, site: str) -> str:
        """Name those that share a round trip, and so its failure: all, or in a cluster those of one site."""
        return site if self._connection.is_cluster else ""

    def edit(self, site: str, comment: Comment, assessment: Assessment, looks: LookShares = NO_LOOKS) -> Receipt | None:
        """Replace a comment; the receipt is `edited`, or `same` when this version is kept already. None: unknown id.

        A claim on it ends, a decision on it no longer stands, and the earlier version is kept.
        """
        self._room.demand()
        call = self._intake("edit", site, comment, assessment, looks, VERSIONS_KEPT)
        beside = [awaiting(site, comment.id)] if assessment.awaits_second else []
        answer = sound(self._connection.outcomes([call, *beside], durable=True)[0])
        return None if answer[0] == "not_found" else _receipt(comment, assessment, answer)

    def get(self, site: str, comment_id: str) -> KeptComment | None:
        """Return a comment as it is, or None."""
        fields = self._connection.run("HGETALL", Names(site).comment(comment_id))
        return kept_comment(comment_id, fields) if fields else None

    def several(self, site: str, ids: Sequence[str]) -> list[KeptComment | None]:
        """Return comments in one round trip, in the order of `ids`; None where there is none."""
        rows = self._connection.run_all([("HGETALL", Names(site).comment(comment_id)) for comment_id in ids])
        return [kept_comment(one, fields) if fields else None for one, fields in zip(ids, rows, strict=True)]

    def earlier(self, site: str, comment_id: str) -> list[EarlierVersion]:
        """Return what the comment said before, oldest first; of many edits the last twenty."""
        rows = self._connection.run("LRANGE", Names(site).earlier(comment_id), 0, -1)
        versions = (orjson.loads(row) for row in rows)
        return [EarlierVersion(text, unpack_assessment(packed), moment(at)) for at, packed, text in versions]

    def feedback(self, site: str, comment_id: str, opinion: Opinion, by: str, settles: State | None = None) -> Outcome:
        """Keep the platform's opinion as a label; a comment that waits or is claimed takes the state `settles`.

        The same opinion again is `repeated`. The platform is not told of what it said itself.
        """
        said = {"opinion": opinion}
        settled = pack_detail({**said, "state": settles}) if settles else ""
        letter = LETTERS[settles] if settles else ""
        args: list[Word] = [comment_id, opinion, by, letter, self._keep_ms, pack_detail(said), settled]
        return self._on_one("feedback", site, comment_id, args)

    def appeal(self, site: str, comment_id: str, note: str | None, by: str) -> Outcome:
        """Send a settled comment back to review, never to who decided it; `repeated` while an appeal is open."""
        return self._on_one("appeal", site, comment_id, [comment_id, note or "", by, queue_number(APPEALS_QUEUE)])

    def erase(self, site: str, comment_id: str, by: str | None = None, told: Told = nobody) -> Erased:
        """Forget a comment: text, queue, outbox, label. `by` is for the log, and so is what `told` answers."""
        digest = self._connection.run("HGET", Names(site).comment(comment_id), "u")
        return self._erase(site, [comment_id], digest or "-", by or "", told)

    def erase_author(self, site: str, author: str, by: str | None = None, told: Told = nobody) -> Erased:
        """Forget every comment of an author, named by id or, where the platform sent none, by e-mail.

        Before each lot of them goes, `told` hears their ids and names the models that learned from any.
        """
        digests = {keyed_hash(self._secret, author), keyed_hash(self._secret, author.strip().lower())}
        total = Erased()
        for digest in digests:
            while ids := self._connection.run("ZRANGE", Names(site).author(digest), 0, ERASED_AT_ONCE - 1):
                total += self._erase(site, ids, digest, by or "", told, digest)  # each leaves the list, so this ends
        return total

    def _erase(self, site: str, ids: Sequence[str], digest: str, by: str, told: Told, only_of: str = "") -> Erased:
        models = told(ids)
        who = [only_of, by, pack_detail({"models": models} if models else {})]
        pairs = zip(ids, self._bands(site, ids), strict=True)
        calls = [self._erasure(site, comment_id, digest, [*who, *bands]) for comment_id, bands in pairs]
        found = zip(ids, self._connection.scripts(calls, durable=True), strict=True)
        return Erased.of(found, models)

    def _bands(self, site: str, ids: Sequence[str]) -> list[list[str]]:
        """Return for each comment the bands and sketches of its present and earlier texts, in turn."""
        names = Names(site)
        texts = self._connection.run_all([("HGET", names.comment(one), "x") for one in ids])
        earlier = self._connection.run_all([("LRANGE", names.earlier(one), 0, -1) for one in ids])
        pairs = zip(texts, earlier, strict=True)
        return [_indexed([text or "", *(orjson.loads(row)[2] for row in rows)]) for text, rows in pairs]

    def _erasure(self, site: str, comment_id: str, digest: str, args: Sequence[Word]) -> Call:
        names = Names(site)
        own = [*names.own(comment_id), names.author(digest), names.looks, names.differ, names.looked]
        return Call("erase", [*names.shared, *own, *names.alike[:2], names.seconds], [comment_id, *args])

    def _on_one(self, script: str, site: str, comment_id: str, args: Sequence[Word]) -> Outcome:
        names = Names(site)
        call = Call(script, [*names.shared, *names.own(comment_id)], args)
        return outcome(comment_id, self._connection.scripts([call], durable=True)[0])

    def _intake(
        self, script: str, site: str, comment: Comment, assessment: Assessment, looks: LookShares, *more: Word
    ) -> Call:
        names, digest, sent = Names(site), author_digest(self._secret, comment.author), fingerprint(comment)
        share, may_follow = looks.of(assessment.verdict), _may_follow(assessment)
        is_looked_up = may_follow or assessment.verdict is Verdict.REVIEW
        return Call(
            script,
            [*names.shared, *names.own(comment.id), names.author(digest or "-"), names.looks, *names.alike],
            [
                comment.id,
                sent,
                LETTERS[STATES_AFTER[assessment.verdict]],
                queue_number(assessment.queue),
                round(assessment.risk * self._ageing_ms),
                comment.text,
                pack_meta(comment),
                pack_assessment(assessment),
                digest,
                self._keep_ms,
                self._keep_ms + YEAR_MS,  # outlives the comment, which may wait long before its time begins to run
                detail_of(assessment),
                int(self._connection.waits),
                share if self._lots.falls(share, "audit", site, comment.id, sent) else "",
                likeness(comment.text).written if is_looked_up else "",
                may_follow,
                steps(assessment.risk),
                *more,
            ],
        )


def _indexed(texts: Sequence[str]) -> list[str]:
    return [word for like in map(likeness, texts) for band in like.bands for word in (band, like.sketch)]


def _may_follow(assessment: Assessment) -> str:
    """Return the letters of the decisions that a comment like others may follow: `a`, `r`, both or none.

    A rule of the site stands above all; an approval lifts a review and no rejection, and only of what was scored. What
    is harmless beyond doubt is not even looked up: that is most comments, and the hot path.
    """
    codes = [reason.code for reason in assessment.reasons]
    if assessment.verdict is Verdict.REJECT or any(reason.is_rule for reason in assessment.reasons):
        return ""
    if assessment.verdict is Verdict.REVIEW:
        return "r" if "scorer_failed" in codes else "ar"
    return "r" if max(assessment.scores.values(), default=1.0) >= DOUBT else ""


def _receipt(comment: Comment, assessment: Assessment, answer: Sequence[Any]) -> Receipt:
    """Return the receipt; the answer brings an assessment where another than this one is kept."""
    match answer:
        case [word]:
            return Receipt(word, comment.id)
        case [word, received]:
            return Receipt(word, comment.id, assessment, moment(received))
        case [word, received, kept, *followed]:
            return Receipt(word, comment.id, assessment_of(kept, *followed), moment(received))
    raise AssertionError("no script answers more")
