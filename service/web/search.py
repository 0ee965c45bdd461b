"""Search and bulk: find waiting comments, see exactly what would be decided, decide it in one step."""

from dataclasses import dataclass
from math import isnan

from flask import Blueprint, Response, request

from models.attributes import ATTRIBUTES
from service.errors import BadInput
from service.moderation import review, search, shift
from service.moderation.desk import Desk
from service.web import words
from service.web.answers import back, page, queue_of, room
from service.web.decisions import decision_on, step_name
from service.web.door import Visit

TAKE = "take"
MOST_WORDS_CHARS = 200


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar of the histogram: scores from `low` to `high`, how many, its height in percent of the highest."""

    low: float
    high: float
    count: int
    height: float
    is_chosen: bool


def blueprint(desk: Desk) -> Blueprint:
    """Return the search page and its buttons."""
    return room("search", desk, ("GET", "/review/search", look), ("POST", "/review/search", act))


def look(visit: Visit) -> Response:
    """Show what matches; the whole question stands in the address."""
    return _show(visit)


def _show(visit: Visit, notices: tuple[str, ...] = (), status: int = 200) -> Response:
    query = _query(visit)
    found = search.search(visit.desk, visit.site, query)
    return page(
        "search.html",
        visit,
        status,
        queue=query.queue,
        query=query,
        found=found,
        buckets=_buckets(found, query),
        attributes=ATTRIBUTES,
        notices=notices,
    )


def act(visit: Visit) -> Response:
    """Decide the ticked comments in one step, or take them for a closer look."""
    queue, ids = queue_of(visit), request.form.getlist("id")[: shift.MOST_AT_ONCE]
    if not ids:
        raise BadInput("Tick at least one comment.")
    if request.form.get("decision") == TAKE:
        review.claim_these(visit.desk, visit.site, visit.reviewer, queue, ids, step_name())
        return back(visit, queue)
    decisions = [decision_on(one) for one in ids]
    outcomes = shift.decide_waiting(visit.desk, visit.site, visit.reviewer, queue, decisions, step_name())
    shift.count_exposure(visit.desk, visit.site, visit.user.name, outcomes)
    lost = [outcome for outcome in outcomes if outcome.outcome not in shift.TOOK_EFFECT]
    if lost:
        return _show(visit, tuple(map(words.what_happened, lost)), 409)
    return back(visit, queue)


def _query(visit: Visit) -> search.Query:
    named = request.values.get("attribute", "")
    low, high = _probability("low", 0.0), _probability("high", 1.0)
    return search.Query(
        queue=queue_of(visit),
        words=request.values.get("q", "").strip()[:MOST_WORDS_CHARS],
        attribute=named if named in ATTRIBUTES else "",
        low=min(low, high),
        high=max(low, high),
    )


def _probability(name: str, default: float) -> float:
    try:
        given = float(request.values.get(name, default))
    except ValueError:
        return default
    return default if isnan(given) else min(max(given, 0.0), 1.0)


def _buckets(found: search.Found, query: search.Query) -> list[Bucket]:
    most = max(found.bars, default=0) or 1
    return [
        Bucket(
            low=place / search.BINS,
            high=(place + 1) / search.BINS,
            count=count,
            height=100 * count / most,
            is_chosen=query.low < (place + 1) / search.BINS and query.high >= place / search.BINS,
        )
        for place, count in enumerate(found.bars)
    ]
