"""What numbers and outcomes are called on the pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.values import Assessment, Choice, Outcome, Reason, State

LEVELS = ((0.9, "almost certain"), (0.7, "very likely"), (0.5, "likely"), (0.25, "possible"), (0.0, "faint"))
SOURCES = {"score": "Model", "rule_listed": "List", "campaign": "Campaign", "scorer_failed": "No score"}
DID = {Choice.APPROVE: "approved", Choice.REJECT: "rejected", Choice.ESCALATE: "escalated"}
STANDS = {State.APPROVED: "approved", State.REJECTED: "rejected"}
MOST_TOLD = 5
SHORT, MINUTE, HOUR, DAY = 10, 60, 3600, 86_400


def level(score: float) -> str:
    """Say a probability in words."""
    return next(words for least, words in LEVELS if score >= least)


def attribute(name: str) -> str:
    """Return an attribute's name as it is read."""
    return name.replace("_", " ").capitalize()


def source(reason: Reason, found: Assessment) -> str:
    """Name who gave a reason of an assessment: the model, both models, a rule, a list."""
    if found.second and reason.attribute in found.second.first:
        return "Second opinion"
    if reason.is_rule:
        return SOURCES.get(reason.code, "Rule")
    return SOURCES.get(reason.code, reason.code.replace("_", " ").capitalize())


def age(seconds: float) -> str:
    """Say a length of time in its largest unit."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "a moment" if seconds < SHORT else f"{int(seconds)} s"


def who(actor: str | None) -> str:
    """Return a name for people: `user:ann` is ann, `key:k1/ann` is ann by the API."""
    kind, _, rest = (actor or "").partition(":")
    if kind == "user":
        return rest
    if kind == "key":
        return f"{rest.partition('/')[2] or 'a program'} (by the API)"
    return actor or "Parley"


def clock(at: datetime) -> str:
    """Return the time of day, with the date unless it is today; UTC."""
    at = at.astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == datetime.now(UTC).date() else f"{at:%-d %B %H:%M} UTC"


def what_happened(lost: Sequence[Outcome], was_held: bool = True) -> tuple[str, ...]:
    """Say why decisions did not take effect: who did what, and when; of many the first five.

    `was_held`: they were in the reviewer's hand; else they were to be taken and decided at once.
    """
    told = [_sentence(outcome, was_held) for outcome in lost[:MOST_TOLD]]
    more = len(lost) - len(told)
    return (*told, f"{more} more were not decided either.") if more else tuple(told)


def _sentence(outcome: Outcome, was_held: bool) -> str:
    if outcome.outcome == "not_found":
        return f"{outcome.id} is gone: it was erased."
    at = clock(outcome.at) if outcome.at else ""
    if outcome.state in STANDS:
        return f"{who(outcome.by)} {STANDS[outcome.state]} {outcome.id} at {at}; your decision came too late."
    if outcome.state == State.CLAIMED:
        return f"{who(outcome.by)} has had {outcome.id} since {at}; nothing was decided."
    if was_held:
        return f"Your claim on {outcome.id} had ended, so it waits again; nothing was decided."
    return f"{outcome.id} still waits: it is not for you to decide, or you hold as many comments as one person may."
