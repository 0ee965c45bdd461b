"""Nearly the same comment many times is one card: looked at once, decided once, undone once, followed by later ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from models.likeness import overlap
from service.errors import ClaimLost, Conflict, NotFound
from service.moderation import policy, review
from service.moderation.desk import Desk
from service.store.campaigns import Following, Precedent
from service.values import DEFAULT_QUEUE, Choice, Claim, Decision, KeptComment, Outcome

COMPARED = 100  # of each campaign, to find those that differ most
SHOWN = 5
AT_ONCE = 200
ROUNDS = 100
LONGEST_FOLLOW = timedelta(days=7)
FOLLOW = timedelta(hours=24)
RISK_MARGIN = 0.05  # above the riskiest approved, up to which a later one follows the approval
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text, and whether the card's own text has it too."""

    text: str
    same: bool


@dataclass(frozen=True, slots=True)
class Variant:
    """A copy that is not quite one. `overlap` is the share of word pairs it has in common with the card, in [0, 1]."""

    comment: KeptComment
    overlap: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A claimed comment and the campaign behind it.

    `size` counts all of the campaign that wait or are claimed, this one too: 1 when it stands alone. `copies` of them
    came with the claim. Of the first hundred `differing` have other words than the card, and `variants` are the five
    that differ most, the strangest first.
    """

    comment: KeptComment
    size: int = 1
    copies: tuple[KeptComment, ...] = ()
    variants: tuple[Variant, ...] = ()
    differing: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a decision on a campaign.

    `operation` undoes it. `outcomes` are those of the claimed ones; `decided` counts all, those that waited elsewhere
    too. `complete` is false when more is left than one call decides: repeat it. `until` is when the following ends.
    """

    operation: str
    outcomes: tuple[Outcome, ...]
    decided: int
    complete: bool
    until: datetime | None = None


def cards(desk: Desk, site: str, *claims: Claim) -> list[Card]:
    """Return what was claimed with `campaigns`, card by card, in the order of the claims; two round trips."""
    held = [kept for claim in claims for kept in claim.comments]
    numbers = desk.store.campaigns.numbers(site, [kept.comment.id for kept in held])
    sizes = desk.store.campaigns.sizes(site, numbers.values())
    copies: dict[str, list[KeptComment]] = {}
    for kept in (copy for claim in claims for copy in claim.copies):
        copies.setdefault(kept.copy_of or "", []).append(kept)
    return [_card(kept, sizes.get(numbers.get(kept.comment.id, ""), 1), copies) for kept in held]


def _card(kept: KeptComment, size: int, copies: Mapping[str, Sequence[KeptComment]]) -> Card:
    own = tuple(copies.get(kept.comment.id, ()))
    variants = preview(kept, own)
    return Card(kept, max(size, 1), own, tuple(variants[:SHOWN]), len(variants))


def preview(comment: KeptComment, copies: Sequence[KeptComment]) -> list[Variant]:
    """Return the copies whose words differ from the card's, of the first hundred, the strangest first."""
    text, first = comment.comment.text, copies[:COMPARED]
    shares = [(overlap(text, copy.comment.text), copy) for copy in first if copy.comment.text != text]
    differing = sorted((pair for pair in shares if pair[0] < 1), key=lambda pair: pair[0])
    return [Variant(copy, round(share, 4), difference(text, copy.comment.text)) for share, copy in differing]


def difference(text: str, other: str) -> tuple[Part, ...]:
    """Return `other` in parts, each marked as standing in `text` too or not; joined they are `other`."""
    known, words = text.split(" "), other.split(" ")
    parts: list[Part] = []
    for kind, _, _, start, end in SequenceMatcher(None, known, words, autojunk=False).get_opcodes():
        if end > start:
            gap = " " if end < len(words) else ""
            parts.append(Part(" ".join(words[start:end]) + gap, kind == "equal"))
    return tuple(parts)


def decide(
    desk: Desk,
    site: str,
    reviewer: str,
    token: str,
    decision: Decision,
    leave_out: Sequence[str] = (),
    follow: timedelta | None = None,
    operation: str | None = None,
) -> Settlement:
    """Decide the campaign of the claimed comment `decision.id`, all but `leave_out`, which stay claimed by themselves.

    The same `operation` takes effect once on each comment, and finishes what an earlier try left. With `follow`, at
    most seven days, later members take the same state at once. All are one decision, so lots for a second look are
    drawn for the card alone. Raises `ClaimLost` when the comment is not claimed under `token` and was not decided by
    this operation, or when this operation was undone.
    """
    once = review.once(site, reviewer, operation)
    if desk.store.campaigns.is_undone(site, once):
        raise ClaimLost("This decision was undone.")
    work = _Work(desk, site, reviewer, decision, once)
    campaign, card = desk.store.campaigns.number(site, decision.id), desk.store.comments.get(site, decision.id)
    claim = desk.store.queues.claimed(site, token)
    desk.store.campaigns.part(site, token, reviewer, [one for one in leave_out if one != decision.id])
    [first] = work.decide(token, [decision.id], policy.current(desk, site).looks.decisions)
    if first.outcome not in review.TOOK_EFFECT or card is None:
        raise ClaimLost("The comment is not claimed by you any more, so nothing was decided.")
    held = claim.copies if claim else ()
    copies = [kept for kept in held if kept.copy_of == decision.id and kept.comment.id not in leave_out]
    until = work.follow(campaign, [card, *copies], follow) if follow else None
    outcomes = [first, *work.decide(token, [kept.comment.id for kept in copies])]
    more, complete = work.sweep(campaign, claim.queue if claim else DEFAULT_QUEUE)
    decided = sum(outcome.outcome in review.TOOK_EFFECT for outcome in outcomes) + more
    return Settlement(once, tuple(outcomes), decided, complete, until)


def undo(desk: Desk, site: str, reviewer: str, operation: str, anyone: bool = False) -> int:
    """Take a decision on a campaign back, and what followed it, as `undo_each` does; returns how many wait again."""
    outcomes = undo_each(desk, site, reviewer, operation, anyone)
    return sum(outcome.outcome in review.TOOK_EFFECT for outcome in outcomes)


def undo_each(desk: Desk, site: str, reviewer: str, operation: str, anyone: bool = False) -> list[Outcome]:
    """Take a decision on a campaign back, and what followed it: all wait again.

    Nobody follows it any more from the first moment. Repeating it finishes what an earlier try left. Raises `NotFound`,
    or `Conflict` when it is somebody else's; with `anyone`, whoever made it and whenever.
    """
    word = desk.store.campaigns.mark_undone(site, operation, None if anyone else reviewer, reviewer)
    if word == "not_found":
        raise NotFound("There is no such operation; a decision on a campaign is known for eight days.")
    if word == "not_yours":
        raise Conflict(review.WHY_NOT_UNDONE["not_yours"])
    window_ms = desk.settings.undo_seconds * MILLISECONDS
    whose = None if anyone else reviewer
    return [
        outcome
        for ids in desk.store.campaigns.of_operation(site, operation)
        for outcome in desk.store.queues.undo_all(site, ids, whose, operation, window_ms, by=reviewer)
    ]


def following(desk: Desk, site: str) -> list[Following]:
    """List the decisions that later comments follow now, the newest first."""
    return desk.store.campaigns.following(site)


@dataclass(frozen=True, slots=True)
class _Work:
    """One decision on one campaign, as it goes through the members in bounded steps."""

    desk: Desk
    site: str
    reviewer: str
    decision: Decision
    operation: str

    def decide(self, token: str, ids: Sequence[str], look_share: float = 0.0) -> list[Outcome]:
        """Decide comments claimed under `token`, two hundred in a round trip."""
        delay_ms = int(self.desk.settings.delivery_delay_seconds * MILLISECONDS)
        found: list[Outcome] = []
        for start in range(0, len(ids), AT_ONCE):
            decisions = [replace(self.decision, id=one) for one in ids[start : start + AT_ONCE]]
            found += self.desk.store.queues.decide(
                self.site, token, self.reviewer, decisions, self.operation, delay_ms, look_share, self.decision.id
            )
        return found

    def follow(self, campaign: str, seen: Sequence[KeptComment], how_long: timedelta) -> datetime | None:
        """Let later members take the same state; an escalation is not followed."""
        if self.decision.decision is Choice.ESCALATE:
            return None
        risk = max(kept.assessment.risk for kept in seen) + RISK_MARGIN
        decision = self.decision
        precedent = Precedent(decision.id, decision.decision, self.reviewer, min(risk, 1.0), decision.reason)
        follow_ms = int(min(how_long, LONGEST_FOLLOW) / timedelta(milliseconds=1))
        return self.desk.store.campaigns.follow(self.site, campaign, self.operation, precedent, follow_ms)

    def sweep(self, campaign: str, queue: str) -> tuple[int, bool]:
        """Claim and decide what else of the campaign waits in `queue`; returns how many, and whether nothing is left.

        Each step has a claim of its own, named by the operation, so that a repetition finds what a dead one held.
        """
        queues, lease_ms = self.desk.store.queues, review.lease_ms_of(self.desk)
        stays = self.decision.decision is Choice.ESCALATE  # listed with its campaign, in another queue
        count = start = 0
        for step in range(ROUNDS):
            page = self.desk.store.campaigns.members(self.site, campaign, AT_ONCE, start)
            if not page:
                return count, True
            token = f"{self.operation}.{step}"
            fresh, claim = queues.take(self.site, queue, self.reviewer, page, lease_ms, token)
            outcomes = self.decide(token, [kept.comment.id for kept in claim.comments])
            count += sum(outcome.outcome in review.TOOK_EFFECT for outcome in outcomes)
            if fresh:
                start += len(page) - (0 if stays else len(claim.comments))
        return count, False
