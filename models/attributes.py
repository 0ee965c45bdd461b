"""Name what is scored, in the order of every table of scores, and of what a sentence read whole tells more."""

ATTRIBUTES: tuple[str, ...] = (
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "identity_attack",
    "profanity",
    "sexually_explicit",
)
HARMS: tuple[str, ...] = ("toxicity", "severe_toxicity", "insult", "threat", "identity_attack", "profanity")
