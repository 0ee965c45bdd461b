"""The review page: what a moderator holds, takes, keeps and gives back. The script only spares the reload."""

import time

from flask import Blueprint, Response, request

from service.errors import ClaimLost
from service.moderation import cards, options, review
from service.moderation.cards import Card
from service.moderation.desk import Desk
from service.values import Claim
from service.web.answers import asks_json, back, fragment, json, page, queue_of, room
from service.web.bar import bar_of
from service.web.door import Visit

LEAVING_SECONDS = 45  # a reload comes back sooner; whoever really left gives the comments back by it
MOST_CLAIMS = 50


def blueprint(desk: Desk) -> Blueprint:
    """Return `/review` and what belongs to the leases."""
    return room(
        "review",
        desk,
        ("GET", "/review", read),
        ("GET", "/review/counts", counts),
        ("POST", "/review/take", take),
        ("POST", "/review/keep", keep),
        ("POST", "/review/leave", leave),
        ("POST", "/review/give-back", give_back),
    )


def read(visit: Visit) -> Response:
    """Show what this reviewer holds. It takes nothing, so a reload or a prefetch changes nothing."""
    return show(visit)


def show(visit: Visit, notices: tuple[str, ...] = (), status: int = 200) -> Response:
    """Render the page, with notices on top."""
    queue = queue_of(visit)
    chosen = options.read(visit.desk, visit.user.name)
    held = cards.hand(visit.desk, visit.site, visit.reviewer, queue)
    in_order = cards.spread(held) if chosen.spreads else held
    bar = bar_of(visit, queue)
    more = {"queue": queue, "chosen": chosen, "cards": in_order, "notices": notices, "bar": bar}
    return page("review.html", visit, status, now_ms=int(time.time() * 1000), **more)


def counts(visit: Visit) -> Response:
    """Tell what waits; the same again is 304, so that asking often costs nearly nothing."""
    response = json({"waiting": visit.desk.store.browse.sizes(visit.site)})
    response.add_etag()
    response.make_conditional(request)
    return response


def take(visit: Visit) -> Response:
    """Claim more, up to as many as the reviewer wants to have at a time; the same `operation` again takes no more."""
    queue, chosen = queue_of(visit), options.read(visit.desk, visit.user.name)
    held = sum(len(claim.comments) for claim in _hand(visit) if claim.queue == queue)
    room_left, step = chosen.size - held, request.form.get("operation")
    taken = cards.take(visit.desk, visit.site, visit.reviewer, queue, room_left, step) if room_left > 0 else []
    return with_cards(visit, cards.spread(taken) if chosen.spreads else taken)


def with_cards(visit: Visit, shown: list[Card], message: str = "") -> Response:
    """Answer with cards to put in, and the bar as it is now."""
    queue = queue_of(visit)
    if not asks_json():
        return back(visit, queue)
    parts = [fragment("_card.html", visit, queue=queue, card=card) for card in shown]
    bar = fragment("_bar.html", visit, queue=queue, bar=bar_of(visit, queue))
    return json({"cards": parts, "bar": bar, "message": message})


def keep(visit: Visit) -> Response:
    """Start the leases anew, all where none is named; tell until when each lasts, in ms, None for those that ended."""
    until: dict[str, int | None] = {}
    held = request.form.getlist("claim") or [claim.token for claim in _hand(visit)]
    for token in held[:MOST_CLAIMS]:
        until[token] = _extended(visit, token)
    return json({"until": until}) if asks_json() else back(visit, queue_of(visit))


def leave(visit: Visit) -> Response:
    """Shorten the leases: who comes back at once starts them anew, else the comments wait again for others."""
    for token in request.form.getlist("claim")[:MOST_CLAIMS]:
        _extended(visit, token, LEAVING_SECONDS)
    return Response(status=204)


def _extended(visit: Visit, token: str, lease_seconds: int | None = None) -> int | None:
    try:
        claim = review.extend(visit.desk, visit.site, visit.reviewer, token, lease_seconds)
    except ClaimLost:
        return None
    return int(claim.expires_at.timestamp() * 1000)


def give_back(visit: Visit) -> Response:
    """Put everything in this reviewer's hand back at once."""
    for claim in _hand(visit):
        review.release(visit.desk, visit.site, visit.reviewer, claim.token)
    return back(visit, queue_of(visit))


def _hand(visit: Visit) -> list[Claim]:
    return visit.desk.store.browse.hand(visit.site, visit.reviewer)
