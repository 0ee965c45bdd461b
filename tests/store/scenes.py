"""The few words the store's tests are told in."""

from collections.abc import Sequence
from dataclasses import replace

from service.store.connect import Store
from service.values import (
    DEFAULT_QUEUE,
    Article,
    Assessment,
    Author,
    Choice,
    Claim,
    Comment,
    Decision,
    Outcome,
    Reason,
    Receipt,
    Verdict,
)

SITE = "news"
ANN, BOB = "key:k1/ann", "key:k1/bob"
MINUTE_MS, DAY_MS = 60_000, 86_400_000


def comment(comment_id: str = "c-1", text: str = "The bridge was closed in 1994.", **author: str) -> Comment:
    return Comment(comment_id, text, Author(**author), Article(id="a-1", title="A bridge reopens"))


def assessed(verdict: Verdict = Verdict.REVIEW, risk: float = 0.5, **changes: object) -> Assessment:
    reason = Reason("score", "Toxicity 0.5216 reaches the limit for review, 0.40.", "toxicity", 0.5216, 0.4)
    plain = Assessment(verdict, {"spam": 0.01, "toxicity": 0.5216}, (reason,), "base-1", 3, risk, DEFAULT_QUEUE)
    return replace(plain, **changes)


def submit(store: Store, *ids: str, verdict: Verdict = Verdict.REVIEW, risk: float = 0.5) -> list[Receipt]:
    return store.comments.submit(SITE, [(comment(one), assessed(verdict, risk)) for one in ids or ("c-1",)])


def claim(
    store: Store,
    reviewer: str = ANN,
    limit: int = 10,
    queue: str = DEFAULT_QUEUE,
    lease_ms: int = MINUTE_MS,
    token: str = "token-1",
    max_claimed: int = 200,
    copies: int = 0,
) -> Claim:
    return store.queues.claim(SITE, queue, reviewer, limit, lease_ms, token, max_claimed, copies)


def decide(
    store: Store,
    choice: Choice = Choice.APPROVE,
    ids: Sequence[str] = ("c-1",),
    reviewer: str = ANN,
    token: str = "token-1",
    operation: str = "op-1",
    delay_ms: int = 0,
) -> list[Outcome]:
    decisions = [Decision(one, choice, "off topic", "a note") for one in ids]
    return store.queues.decide(SITE, token, reviewer, decisions, operation, delay_ms)


def undo(store: Store, comment_id: str = "c-1", reviewer: str | None = ANN, operation: str = "undo-1") -> Outcome:
    return store.queues.undo(SITE, comment_id, reviewer, operation, MINUTE_MS)


def decided(store: Store, choice: Choice = Choice.APPROVE, comment_id: str = "c-1", reviewer: str = ANN) -> None:
    """Bring a comment from intake to a decision."""
    submit(store, comment_id)
    claim(store, reviewer, token=f"t-{comment_id}")
    assert decide(store, choice, [comment_id], reviewer, f"t-{comment_id}")[0].outcome == "done"


def types(store: Store, comment_id: str = "c-1") -> list[str]:
    """Return the types of a comment's events, oldest first."""
    return [event.type for event in store.events.of_comment(SITE, comment_id)]


def queue_ids(claimed: Claim) -> list[str]:
    return [kept.comment.id for kept in claimed.comments]
