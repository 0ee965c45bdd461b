"""Decisions from the pages: one card or many at once, and one undo for what was one step."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request

from service.errors import BadInput
from service.moderation import campaigns, cards, shift, why
from service.moderation.cards import Card
from service.moderation.desk import Desk
from service.moderation.reasons import REASONS
from service.values import Choice, Decision, Outcome
from service.web import words
from service.web.answers import asks_json, back, fragment, json, queue_of, room
from service.web.bar import bar_of
from service.web.door import Visit
from service.web.review import show, with_cards

MOST_NOTE_CHARS = 1000
SKIP = "skip"


def blueprint(desk: Desk) -> Blueprint:
    """Return what the buttons of a card send."""
    return room(
        "decisions",
        desk,
        ("POST", "/review/decide", decide),
        ("POST", "/review/undo", undo),
        ("POST", "/review/dispute", dispute),
    )


def decide(visit: Visit) -> Response:
    """Decide one card, or all selected ones in one step; 409 tells who was faster."""
    chosen = _chosen()
    if request.form.get("decision") == SKIP:
        shift.skip(visit.desk, visit.site, visit.reviewer, chosen)
        return after(visit, [])
    if "campaign" in request.form:
        return _decide_campaign(visit, chosen)
    decisions = {token: [decision_on(one) for one in ids] for token, ids in chosen.items()}
    outcomes = shift.decide(visit.desk, visit.site, visit.reviewer, decisions, step_name())
    shift.count_exposure(visit.desk, visit.site, visit.user.name, outcomes)
    return after(visit, outcomes)


def _decide_campaign(visit: Visit, chosen: Mapping[str, Sequence[str]]) -> Response:
    """Decide what one card stands for, all but the ticked ones: those become cards of their own."""
    pairs = [(token, one) for token, ids in chosen.items() for one in ids]
    if len(pairs) > 1:
        raise BadInput("Decide one campaign at a time, or select them.")
    [(token, comment_id)] = pairs
    ticked = request.form.getlist("leave_out")[: campaigns.SHOWN]
    follow = campaigns.FOLLOW if "follow" in request.form else None
    decision, step = decision_on(comment_id), step_name()
    outcomes = shift.decide_campaign(visit.desk, visit.site, visit.reviewer, token, decision, step, ticked, follow)
    shift.count_exposure(visit.desk, visit.site, visit.user.name, outcomes)
    held = cards.hand(visit.desk, visit.site, visit.reviewer, queue_of(visit)) if ticked else []
    return after(visit, outcomes, [card for card in held if card.id in ticked])


def after(visit: Visit, outcomes: list[Outcome], fresh: Sequence[Card] = ()) -> Response:
    """Go on, with `fresh` cards to put in, or say why some decisions did not take effect."""
    lost = [outcome for outcome in outcomes if outcome.outcome not in shift.TOOK_EFFECT]
    status, notices = 409 if lost else 200, words.what_happened(lost)
    queue = queue_of(visit)
    if asks_json():
        bar = fragment("_bar.html", visit, queue=queue, bar=bar_of(visit, queue))
        parts = [fragment("_card.html", visit, queue=queue, card=card) for card in fresh]
        return json({"bar": bar, "cards": parts, "notices": notices, "lost": [one.id for one in lost]}, status)
    return show(visit, notices, status) if lost else back(visit, queue)


def undo(visit: Visit) -> Response:
    """Take a whole step back; a single comment then lies in front of its reviewer again."""
    outcomes = shift.undo(visit.desk, visit.site, visit.reviewer, request.form.get("step", ""))
    undone = [outcome.id for outcome in outcomes if outcome.outcome in shift.TOOK_EFFECT]
    if not undone:
        return _nothing_undone(visit)
    if len(undone) > 1:
        return with_cards(visit, [], f"{len(undone)} decisions undone; the comments wait again.")
    return with_cards(visit, cards.take_back(visit.desk, visit.site, visit.reviewer, undone[0]), f"{undone[0]} undone.")


def _nothing_undone(visit: Visit) -> Response:
    notice = "Nothing was undone: no decision of this step stands any more, or it is too old."
    if not asks_json():
        return show(visit, (notice,), 409)
    queue = queue_of(visit)
    return json({"bar": fragment("_bar.html", visit, queue=queue, bar=bar_of(visit, queue)), "notices": [notice]}, 409)


def dispute(visit: Visit) -> Response:
    """Keep that a reason named for a comment is wrong."""
    named, comment_id = request.form.get("attribute", ""), request.form.get("id", "")
    why.dispute(visit.desk, visit.site, comment_id, named, visit.reviewer)
    return json({"message": "Noted: wrong reason."}) if asks_json() else back(visit, queue_of(visit))


def decision_on(comment_id: str) -> Decision:
    """Return the form's decision on a comment; a reason belongs to rejections alone. Raises `BadInput`."""
    word, note = request.form.get("decision", ""), request.form.get("note", "").strip()
    if word not in tuple(Choice):
        raise BadInput("Choose approve, reject, escalate or skip.")
    if len(note) > MOST_NOTE_CHARS:
        raise BadInput(f"A note may have {MOST_NOTE_CHARS:,} characters.")
    reason = request.form.get("reason", "")
    choice = Choice(word)
    return Decision(comment_id, choice, reason if choice == Choice.REJECT and reason in REASONS else None, note or None)


def step_name() -> str:
    """Return the name under which this form takes effect once; raises `BadInput`."""
    name = request.form.get("operation", "")
    if not 1 <= len(name) <= 64:
        raise BadInput("The form has no operation; load the page again.")
    return name


def _chosen() -> dict[str, list[str]]:
    """Return the ids of the cards sent, by the token of their claim; raises `BadInput`."""
    found: dict[str, list[str]] = {}
    for card in request.form.getlist("card")[: shift.MOST_AT_ONCE]:
        token, _, comment_id = card.partition(" ")
        found.setdefault(token, []).append(comment_id)
    if not found or not all(token and all(ids) for token, ids in found.items()):
        raise BadInput("Select a comment first.")
    return found
