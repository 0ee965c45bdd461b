"""Cards: the comments in a reviewer's hand, each with what a person needs to judge it."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.moderation import campaigns, looks, record, review
from service.moderation.campaigns import Variant
from service.moderation.desk import Desk
from service.store.browse import AuthorRecord
from service.values import APPEALS_QUEUE, DEFAULT_QUEUE, Claim, EarlierVersion, KeptComment

LONGEST_CONVERSATION = 12
HISTORY = 20
SEVERE_ABOVE = 0.5
SEVERE = ("threat", "identity_attack", "sexually_explicit")


@dataclass(frozen=True, slots=True)
class Campaign:
    """Near-identical comments that this card stands for: how many, how many differ, and those that differ most."""

    size: int
    differing: int
    variants: tuple[Variant, ...] = ()


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
    return cards_of(desk, site, [claim for claim in claims(desk, site, reviewer) if claim.queue == queue])


def claims(desk: Desk, site: str, reviewer: str) -> list[Claim]:
    """Return what `reviewer` holds of all queues, blind looks among it, the oldest claim first."""
    return looks.mixed(desk, site, reviewer, reversed(desk.store.browse.hand(site, reviewer)))


def take(desk: Desk, site: str, reviewer: str, queue: str, limit: int, operation: str | None = None) -> list[Card]:
    """Claim up to `limit` more comments; the same `operation` again gives the same cards.

    A campaign is one card, but each appeal is looked at by itself.
    """
    step = operation or secrets.token_urlsafe(12)
    token, whole = review.once(site, reviewer, step), queue != APPEALS_QUEUE
    left = limit - (looks.bring(desk, site, reviewer, limit, token) if queue == DEFAULT_QUEUE else 0)
    ordinary = [review.claim(desk, site, reviewer, queue, left, operation=step, campaigns=whole)] if left > 0 else []
    return cards_of(desk, site, _of_token(desk, site, reviewer, token, ordinary))


def take_back(desk: Desk, site: str, reviewer: str, comment_id: str) -> list[Card]:
    """Claim a comment whose decision was undone, so that it lies in front of its reviewer again."""
    step = secrets.token_urlsafe(12)
    token, ordinary = review.once(site, reviewer, step), []
    if not looks.take_again(desk, site, reviewer, comment_id, token):
        queue = record.find(desk, site, comment_id).queue or DEFAULT_QUEUE
        ordinary = [review.claim_these(desk, site, reviewer, queue, [comment_id], step)]
    return cards_of(desk, site, _of_token(desk, site, reviewer, token, ordinary))


def cards_of(desk: Desk, site: str, claims: Sequence[Claim]) -> list[Card]:
    """Return the cards of claimed comments: five round trips, however many there are."""
    held = [(claim.token, kept) for claim in claims for kept in claim.comments]
    behind = campaigns.cards(desk, site, *claims)
    parents = desk.store.browse.many(site, sorted(_parent_ids(kept for _, kept in held)))
    # A comment that is looked at blind is settled already, and would be known by its author's record.
    ids = {kept.comment.id for _, kept in held}
    records = desk.store.browse.records(site, [kept.comment.author for _, kept in held], ids)
    rows = zip(held, records, map(_campaign, behind), strict=True)
    return [_card(token, kept, own_record, parents, campaign) for (token, kept), own_record, campaign in rows]


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


def _of_token(desk: Desk, site: str, reviewer: str, token: str, ordinary: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in looks.mixed(desk, site, reviewer, ordinary) if claim.token == token]


def _parent_ids(comments: Iterable[KeptComment]) -> set[str]:
    return {kept.comment.parent_id for kept in comments if kept.comment.parent_id}


def _campaign(card: campaigns.Card) -> Campaign | None:
    is_one = card.size > 1 and card.comment.queue != APPEALS_QUEUE
    return Campaign(card.size, card.differing, card.variants) if is_one else None


def _card(
    token: str,
    kept: KeptComment,
    own_record: AuthorRecord,
    parents: Mapping[str, KeptComment],
    campaign: Campaign | None,
) -> Card:
    return Card(
        kept=kept,
        claim=token,
        record=own_record,
        parent=parents.get(kept.comment.parent_id or ""),
        age_seconds=max(0.0, (datetime.now(UTC) - kept.received_at).total_seconds()),
        is_severe=is_severe(kept),
        is_blind=looks.is_blind(kept),
        campaign=campaign,
    )
