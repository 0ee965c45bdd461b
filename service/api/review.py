"""People decide: what waits, claims, decisions, undo."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Response

from service.api.bodies import CampaignBody, ClaimBody, DecisionBody, DecisionsBody, LeaseBody, ReleaseQuery, UndoQuery
from service.api.intake import operation_name
from service.api.operation import Area, Call, answer
from service.api.review_answers import Claimed, Queue, Queues, Released, Result, Results, Settled, Undone
from service.errors import ClaimLost, Conflict, InvalidBody, NotAllowed, NotFound
from service.moderation import campaigns, review
from service.tenancy import Scope

IDEMPOTENCY_KEY = "Idempotency-Key"
TOOK_EFFECT = {"done", "repeated"}
area = Area("Review", "Claim comments, decide them, change your mind.")


class NothingDecided(ClaimLost):
    """None of the decisions took effect; each entry says how its comment stands."""

    def __init__(self, results: Sequence[Result]) -> None:
        super().__init__("None of these decisions took effect; `decisions` says how each comment stands.")
        self.results = results

    def extras(self) -> Mapping[str, object]:
        """Tell what became of each decision."""
        return {"decisions": list(self.results)}


@area.operation("GET", "/v1/queues", scopes=(Scope.REVIEW,), answers={200: Queues})
def read_queues(call: Call) -> Response:
    """Tell how full each queue is."""
    return answer(Queues([*map(Queue.of, review.queues(call.desk, call.site))]))


@area.operation(
    "POST",
    "/v1/claims",
    scopes=(Scope.REVIEW,),
    body=ClaimBody,
    answers={201: Claimed},
    headers=(IDEMPOTENCY_KEY,),
    problems=(NotFound,),
)
def claim(call: Call, body: ClaimBody) -> Response:
    """Take some waiting comments for review.

    They are yours until `expires_at`; what is not decided by then waits again. Nobody else is offered them meanwhile.
    """
    actor = call.actor(body.reviewer)
    found = review.claim(
        call.desk, call.site, actor, body.queue, body.limit, body.lease_seconds, operation_name(), body.campaigns
    )
    cards = campaigns.cards(call.desk, call.site, found) if body.campaigns else None
    return answer(Claimed.of(found, cards), 201)


@area.operation(
    "PATCH",
    "/v1/claims/{token}",
    scopes=(Scope.REVIEW,),
    body=LeaseBody,
    answers={200: Claimed},
    problems=(ClaimLost,),
)
def extend(call: Call, token: str, body: LeaseBody) -> Response:
    """Keep a claim for longer."""
    actor = call.actor(body.reviewer)
    return answer(Claimed.of(review.extend(call.desk, call.site, actor, token, body.lease_seconds)))


@area.operation("DELETE", "/v1/claims/{token}", scopes=(Scope.REVIEW,), query=ReleaseQuery, answers={200: Released})
def release(call: Call, token: str, query: ReleaseQuery) -> Response:
    """Give comments back to the queue."""
    actor = call.actor(query.reviewer)
    return answer(Released(review.release(call.desk, call.site, actor, token, query.ids or None, query.skip)))


@area.operation(
    "POST",
    "/v1/decisions",
    scopes=(Scope.REVIEW,),
    body=DecisionsBody,
    answers={200: Results},
    headers=(IDEMPOTENCY_KEY,),
    problems=(ClaimLost,),
)
def decide(call: Call, body: DecisionsBody) -> Response:
    """Decide comments of a claim.

    Each decision stands for itself. 409 when none took effect: `decisions` then says how each comment stands and who
    decided it.
    """
    wanted = _each_once(body.decisions)
    outcomes = review.decide(
        call.desk,
        call.site,
        call.actor(body.reviewer),
        body.claim,
        [decision.to_value() for decision in wanted.values()],
        operation_name(),
    )
    results = [Result.of(outcome, wanted[outcome.id].decision) for outcome in outcomes]
    if not any(outcome.outcome in TOOK_EFFECT for outcome in outcomes):
        raise NothingDecided(results)
    return answer(Results(results))


@area.operation(
    "DELETE",
    "/v1/decisions/{comment_id}",
    scopes=(Scope.REVIEW, Scope.ADMIN),
    query=UndoQuery,
    answers={200: Result},
    headers=(IDEMPOTENCY_KEY,),
    problems=(Conflict,),
)
def undo(call: Call, comment_id: str, query: UndoQuery) -> Response:
    """Take a decision back: the comment waits again.

    Your own decision for as long as the service allows; with `anyone` and an admin's key, whoever made it.
    """
    actor = _undoer(call, query)
    return answer(Result.of(review.undo(call.desk, call.site, actor, comment_id, operation_name(), query.anyone)))


@area.operation(
    "POST",
    "/v1/campaigns",
    scopes=(Scope.REVIEW,),
    body=CampaignBody,
    answers={200: Settled},
    headers=(IDEMPOTENCY_KEY,),
    problems=(ClaimLost,),
)
def decide_campaign(call: Call, body: CampaignBody) -> Response:
    """Decide a claimed comment and all that are nearly the same.

    Those that wait elsewhere are decided too. With `follow_hours` later ones take the same state when they come in,
    but a rejection by the policy and a rule of the site stand, and nothing riskier is approved.
    """
    actor, follow = call.actor(body.reviewer), body.follow_hours and timedelta(hours=body.follow_hours)
    settled = campaigns.decide(
        call.desk,
        call.site,
        actor,
        body.claim,
        body.to_value(),
        body.leave_out,
        follow or None,
        operation_name(),
    )
    return answer(Settled.of(settled))


@area.operation(
    "DELETE",
    "/v1/campaigns/{operation}",
    scopes=(Scope.REVIEW, Scope.ADMIN),
    query=UndoQuery,
    answers={200: Undone},
    problems=(Conflict,),
)
def undo_campaign(call: Call, operation: str, query: UndoQuery) -> Response:
    """Take a decision on a campaign back: all its comments, and those that followed, wait again.

    Your own for as long as the service allows; with `anyone` and an admin's key, whoever made it.
    """
    actor = _undoer(call, query)
    return answer(Undone(campaigns.undo(call.desk, call.site, actor, operation, query.anyone)))


def _undoer(call: Call, query: UndoQuery) -> str:
    if query.anyone and Scope.ADMIN not in call.key.scopes:
        raise NotAllowed("`anyone` needs a key with scope admin.")
    return call.actor(query.reviewer)


def _each_once(decisions: Sequence[DecisionBody]) -> dict[str, DecisionBody]:
    """Return the decisions by comment; raises `InvalidBody` when two on one comment differ."""
    found: dict[str, DecisionBody] = {}
    for decision in decisions:
        if found.setdefault(decision.id, decision) != decision:
            raise InvalidBody("", [{"field": "decisions", "problem": "holds two different decisions on one comment"}])
    return found
