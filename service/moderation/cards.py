"""Cards: the comments in a reviewer's hand, each with what a person needs to judge it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.moderation import record, review
from service.moderation.desk import Desk
from service.store.browse import AuthorRecord
from service.values import Claim, EarlierVersion, KeptComment

LONGEST_CONVERSATION = 12
HISTORY = 20
SEVERE_ABOVE = 0.5
SEVERE = ("threat", "identity_attack", "sexually_explicit")


@dataclass(frozen=True, slots=True)
class Campaign:
    """Near-identical comments that this card stands for: how many wait, and how many of them differ somewhat."""

    size: int
    differing: int


@dataclass(frozen=True, slots=True)
class Card:
    """A claimed comment. `is_blind`: shown without scores and reasons, so that they cannot sway the answer."""

    kept: KeptComment
    claim: str
    record: AuthorRecord
    parent: KeptComment | None
    age_seconds: float
    is_severe: bool
    campaign: Campaign | None = None
    is_blind: bool = False

    @property
    def id(self) -> str:
        """Return the comment's id."""
        return self.kept.comment.id


@dataclass(frozen=True, slots=True)
class History:
    """A comment, what it said before, and what else its author wrote, newest first."""

    kept: KeptComment
    earlier: list[EarlierVersion]
    others: list[KeptComment]


def hand(desk: Desk, site: str, reviewer: str, queue: str) -> list[Card]:
    """Return what `reviewer` holds of a queue, as cards, the oldest claim first; takes nothing."""
    claims = [claim for claim in reversed(desk.store.browse.hand(site, reviewer)) if claim.queue == queue]
    return cards_of(desk, site, claims)


def take(desk: Desk, site: str, reviewer: str, queue: str, limit: int, operation: str | None = None) -> list[Card]:
    """Claim up to `limit` more comments; the same `operation` again gives the same cards."""
    return cards_of(desk, site, [review.claim(desk, site, reviewer, queue, limit, operation=operation)])


def cards_of(desk: Desk, site: str, claims: Sequence[Claim]) -> list[Card]:
    """Return the cards of claimed comments: three round trips, however many there are."""
    held = [(claim.token, kept) for claim in claims for kept in claim.comments]
    parents = desk.store.browse.many(site, sorted(_parent_ids(kept for _, kept in held)))
    records = desk.store.browse.records(site, [kept.comment.author for _, kept in held])
    return [_card(token, kept, own_record, parents) for (token, kept), own_record in zip(held, records, strict=True)]


def conversation(desk: Desk, site: str, comment_id: str) -> list[KeptComment]:
    """Return the comment and what it answers, the oldest first; of a long thread the last twelve."""
    chain = [record.find(desk, site, comment_id)]
    seen = {comment_id}
    while (parent_id := chain[-1].comment.parent_id) and parent_id not in seen and len(chain) < LONGEST_CONVERSATION:
        parent = desk.store.comments.get(site, parent_id)
        if parent is None:
            break
        chain.append(parent)
        seen.add(parent_id)
    return chain[::-1]


def history(desk: Desk, site: str, comment_id: str) -> History:
    """Return what the author wrote besides; raises `NotFound`."""
    kept = record.find(desk, site, comment_id)
    written = desk.store.browse.by_author(site, kept.comment.author, HISTORY + 1)
    others = [other for other in written if other.comment.id != comment_id]
    return History(kept, desk.store.comments.earlier(site, comment_id), others[:HISTORY])


def is_severe(kept: KeptComment) -> bool:
    """Say whether the text is of the kind that one may not want to meet unprepared."""
    assessment = kept.assessment
    named = any(reason.attribute == "severe_toxicity" for reason in assessment.reasons)
    return named or any(assessment.scores.get(name, 0.0) >= SEVERE_ABOVE for name in SEVERE)


def spread(cards: Sequence[Card]) -> list[Card]:
    """Return the cards with the severe ones as far apart as there are others between them; else in their order."""
    severe = [card for card in cards if card.is_severe]
    spaced = [card for card in cards if not card.is_severe]
    step = len(spaced) / (len(severe) + 1)
    first = min(1, len(spaced))  # never at once, where there is another
    for number in range(len(severe), 0, -1):  # from the end, so that the places before stay
        spaced.insert(max(first, round(number * step)), severe[number - 1])
    return spaced


def _parent_ids(comments: Iterable[KeptComment]) -> set[str]:
    return {kept.comment.parent_id for kept in comments if kept.comment.parent_id}


def _card(token: str, kept: KeptComment, own_record: AuthorRecord, parents: Mapping[str, KeptComment]) -> Card:
    return Card(
        kept=kept,
        claim=token,
        record=own_record,
        parent=parents.get(kept.comment.parent_id or ""),
        age_seconds=max(0.0, (datetime.now(UTC) - kept.received_at).total_seconds()),
        is_severe=is_severe(kept),
    )
