"""The statement of reasons that Article 17 of the Digital Services Act, (EU) 2022/2065, gives an author.

Names and codes are those of the Commission's transparency database (https://transparency.dsa.ec.europa.eu), so that a
platform which must report there can. What Parley cannot know is None: whether the text breaks a law, in which
countries it would have been shown, its language. The moderator is never named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.moderation.wording import CAMPAIGN, OTHER_TERMS, SCORE, decisive, fault, faults, listed
from service.tenancy import Policy
from service.values import SECOND_OPINION, Event, KeptComment, Reason, State, Verdict

SETTLING = {"received", "edited", "rejected", "corrected", "feedback", "revised"}
NOT_SHOWN = "DECISION_VISIBILITY_CONTENT_DISABLED"
AGAINST_TERMS = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
TEXT = "CONTENT_TYPE_TEXT"
VOLUNTARY = "SOURCE_VOLUNTARY"
FULLY, PARTIALLY, NOT_AUTOMATED = (
    "AUTOMATED_DECISION_FULLY",
    "AUTOMATED_DECISION_PARTIALLY",
    "AUTOMATED_DECISION_NOT_AUTOMATED",
)
SCORES_TOLD = 3  # of those that asked for a person, the weightiest
SCOPE = "This comment alone is not shown to other readers."
DURATION = "No end is set; it lasts until an objection succeeds."
COURTS = (
    "Where the law gives you that right, you may also turn to a certified out-of-court dispute settlement body, or to "
    "a court."
)


@dataclass(frozen=True, slots=True)
class Redress:
    """How the author can object. `appeal` is `open` or `used`; `url` is the status link, where Parley knows it."""

    appeal: str
    url: str | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Why one rejection that stands was made; `puid` is unique to it, dates are days in UTC."""

    puid: str
    site: str
    comment: str
    version: int
    decided_at: datetime
    decision_visibility: tuple[str, ...]
    end_date_visibility_restriction: date | None
    decision_ground: str | None
    decision_ground_reference_url: str | None
    incompatible_content_ground: str | None
    incompatible_content_explanation: str | None
    incompatible_content_illegal: str | None
    category: str | None
    content_type: tuple[str, ...]
    content_language: str | None
    content_date: date | None
    application_date: date
    territorial_scope: tuple[str, ...] | None
    decision_facts: str
    source_type: str | None
    automated_detection: str | None
    automated_decision: str | None
    scope: str
    duration: str
    redress: Redress


@dataclass(frozen=True, slots=True)
class _Ground:
    name: str | None
    explanation: str | None
    category: str | None
    found_by: str | None  # Yes or No: whether a machine pointed to it
    decided_by: str | None


def state_reasons(
    site: str, kept: KeptComment, events: Sequence[Event], policy: Policy | None = None, url: str | None = None
) -> Statement | None:
    """Return the statement for a comment that is rejected now; None for any other.

    `events` are the comment's, oldest first; `policy` is the version that judged it, where it is known; `url` is the
    author's status link.
    """
    if kept.state is not State.REJECTED:
        return None
    last = settling_event(events)
    at = kept.decided.at if kept.decided else kept.received_at
    ground = _ground(kept, last, policy)
    version = last.version if last and last.version else kept.version
    created = kept.comment.created_at
    return Statement(
        puid=f"{site}.{kept.comment.id}.{version}",
        site=site,
        comment=kept.comment.id,
        version=version,
        decided_at=at,
        decision_visibility=(NOT_SHOWN,),
        end_date_visibility_restriction=None,
        decision_ground=AGAINST_TERMS if ground.name else None,
        decision_ground_reference_url=None,
        incompatible_content_ground=ground.name,
        incompatible_content_explanation=ground.explanation,
        incompatible_content_illegal=None,
        category=ground.category,
        content_type=(TEXT,),
        content_language=None,
        content_date=created.date() if created else None,
        application_date=at.date(),
        territorial_scope=None,
        decision_facts=_facts(kept, last, events, policy),
        source_type=VOLUNTARY if ground.found_by == "Yes" else None,
        automated_detection=ground.found_by,
        automated_decision=ground.decided_by,
        scope=SCOPE,
        duration=DURATION,
        redress=_redress(was_appealed(events), url),
    )


def settling_event(events: Sequence[Event]) -> Event | None:
    """Return the event that led to the state in which a rejected comment is."""
    return next((event for event in reversed(events) if event.type in SETTLING and rejects(event)), None)


def rejects(event: Event) -> bool:
    """Whether the event ends in a rejection: intake says its verdict, feedback the state, a correction what it is."""
    if event.type == "rejected":
        return True
    said = (event.detail.get(word) for word in ("verdict", "decision", "state"))
    return any(word in ("reject", State.REJECTED) for word in said)


def was_appealed(events: Sequence[Event]) -> bool:
    """Whether the author objected to this version of the text."""
    types = [event.type for event in events]
    since = len(types) - types[::-1].index("edited") if "edited" in types else 0
    return "appealed" in types[since:]


def _ground(kept: KeptComment, last: Event | None, policy: Policy | None) -> _Ground:
    if last and last.type == "feedback":
        return _of_platform(str(last.detail.get("opinion", "")))
    if kept.decided:
        return _of_person(kept)
    return _of_policy(kept, policy)


def _of_platform(opinion: str) -> _Ground:
    known = fault(opinion)
    explanation = f"The site itself judged that the comment {known.says}." if known else None
    return _Ground("The site's own judgement", explanation, known.category if known else None, None, None)


def _of_person(kept: KeptComment) -> _Ground:
    reason = kept.decided.reason if kept.decided else None
    automated = (SCORE, CAMPAIGN, SECOND_OPINION)
    found_by = "Yes" if any(one.is_rule or one.code in automated for one in kept.assessment.reasons) else "No"
    if not reason:
        return _Ground(None, None, None, found_by, NOT_AUTOMATED)
    known = fault(reason)
    says = f"A person judged that the comment {known.says}." if known else f"A person gave the reason “{reason}”."
    name = f"The site's rules for comments: {reason.replace('_', ' ')}"
    return _Ground(name, says, known.category if known else None, found_by, NOT_AUTOMATED)


def _of_policy(kept: KeptComment, policy: Policy | None) -> _Ground:
    found = kept.assessment
    reasons = decisive(found.reasons, policy)
    version = f"version {found.policy}" if found.policy else "the built-in one"
    decided_by = PARTIALLY if any(one.code == CAMPAIGN for one in reasons) else FULLY
    return _Ground(
        f"The site's policy for comments ({version}): {listed([_named(kept, one.attribute) for one in reasons])}",
        f"The comment {faults(reasons)}.",
        next((known.category for one in reasons if (known := fault(one.attribute))), OTHER_TERMS),
        "Yes",
        decided_by,
    )


def _named(kept: KeptComment, attribute: str | None) -> str:
    if attribute:
        return attribute.replace("_", " ")
    first = kept.assessment.reasons[0] if kept.assessment.reasons else None
    return first.text.rstrip(".") if first and first.is_rule else "a decision on a nearly identical comment"


def _facts(kept: KeptComment, last: Event | None, events: Sequence[Event], policy: Policy | None) -> str:
    parts = [f"The comment came in {_when(kept.received_at)}."]
    found = kept.assessment
    if found.scores:
        parts.append(f"The model {found.model} scored its text.")
    if found.second:
        parts.append(f"The model {found.second.version} gave a second opinion.")
    if found.verdict is Verdict.REJECT:
        parts += [_score(one, "rejection") for one in decisive(found.reasons, policy) if one.attribute]
    elif found.verdict is Verdict.REVIEW:
        parts += [_score(one, "review") for one in found.reasons[:SCORES_TOLD] if one.attribute]
    if was_appealed(events):
        parts.append("The author objected, and it was looked at again.")
    if last and last.type == "feedback":
        parts.append(f"The site settled it {_when(last.at)}.")
    elif kept.decided:
        parts.append(f"A person looked at it and decided {_when(kept.decided.at)}.")
    else:
        parts.append("It was decided at once, without a person.")
    return " ".join(parts)


def _score(reason: Reason, step: str) -> str:
    name = (reason.attribute or "").replace("_", " ").capitalize()
    if reason.score is None or reason.threshold is None:
        return f"{name} was found."
    return f"{name} was {reason.score:.2f}; the limit for {step} is {reason.threshold:.2f}."


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _redress(appealed: bool, url: str | None) -> Redress:
    if appealed:
        return Redress("used", url, f"You have objected once, and the decision stands. {COURTS}")
    where = "through the status link of this comment" if url else "through the site"
    return Redress("open", url, f"You can object once, {where}; another person then looks at it. {COURTS}")
