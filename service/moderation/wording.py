"""Why a comment was declined, in words for the person who wrote it: never a score, never the text."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.values import Policy, Reason

SCORE = "score"
CAMPAIGN = "campaign"  # decided like a nearly identical comment

HARMFUL_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"
PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
OTHER_TERMS = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is held against a comment: `says` goes on from “it …”, `category` is one of the DSA's database or None."""

    says: str
    category: str | None


# Attributes of the model, and the words with which people give their reasons.
FAULTS: Mapping[str, Fault] = {
    "spam": Fault("looks like advertising", OTHER_TERMS),
    "toxicity": Fault("is likely to hurt others and drive them away", HARMFUL_SPEECH),
    "severe_toxicity": Fault("is very hateful or aggressive", HARMFUL_SPEECH),
    "insult": Fault("reads as an insult", HARMFUL_SPEECH),
    "threat": Fault("reads as a threat", VIOLENCE),
    "identity_attack": Fault("attacks people for who they are", HARMFUL_SPEECH),
    "hate": Fault("attacks people for who they are", HARMFUL_SPEECH),
    "profanity": Fault("swears", OTHER_TERMS),
    "sexually_explicit": Fault("is sexually explicit", OTHER_TERMS),
    "sexual": Fault("is sexually explicit", OTHER_TERMS),
    "off_topic": Fault("is not about the article", OTHER_TERMS),
    "personal_data": Fault("holds personal details of somebody", PRIVACY),
    "abusive": Fault("is abusive", HARMFUL_SPEECH),
    "other": Fault("does not fit the site's rules for comments", None),
}


def fault(word: str | None) -> Fault | None:
    """Return what an attribute or a person's reason means; None when it is not known."""
    return FAULTS.get((word or "").replace("-", "_").replace(" ", "_"))


def decisive(reasons: tuple[Reason, ...], policy: Policy | None) -> tuple[Reason, ...]:
    """Return the reasons that sufficed for rejection; the weightiest alone when `policy` is not the one that judged."""
    if not reasons or policy is None:
        return reasons[:1]
    return tuple(
        reason
        for place, reason in enumerate(reasons)
        if place == 0 or (reason.threshold is not None and reason.threshold == _limit(policy, reason.attribute))
    )


def _limit(policy: Policy, attribute: str | None) -> float | None:
    threshold = policy.thresholds.get(attribute or "")
    return threshold.reject if threshold else None


def because(reasons: tuple[Reason, ...]) -> str:
    """Return the reasons as the end of a sentence: “it reads as an insult and swears”."""
    return f"it {faults(reasons)}"


def faults(reasons: tuple[Reason, ...]) -> str:
    """Return what is held against a comment: “reads as an insult and swears”."""
    return listed(list(dict.fromkeys(_says(reason) for reason in reasons)))


def listed(parts: list[str]) -> str:
    """Return “a, b and c”."""
    *first, last = parts or ["does not fit the site's rules for comments"]
    return f"{', '.join(first)} and {last}" if first else last


def _says(reason: Reason) -> str:
    if reason.code == CAMPAIGN:
        return "is nearly the same as a comment that a person has declined"
    if reason.is_rule:
        return "matches one of the site's own rules"
    known = fault(reason.attribute)
    return known.says if known else "does not fit the site's rules for comments"
