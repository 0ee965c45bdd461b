"""What Perspective's attributes mean in Parley's: the same, a stand-in, or nothing.

An attribute that is in neither table is refused like an unknown one, or dropped where the request allows it: a made-up
score would be worse than none. docs/moving.md lists them all.
"""

from collections.abc import Mapping

from service.values import Choice

SAME: Mapping[str, str] = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "profanity",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexually_explicit",
    "SPAM": "spam",
}
TWINS: Mapping[str, str] = {
    "TOXICITY_FAST": "toxicity",
    **{f"{name}_EXPERIMENTAL": ours for name, ours in SAME.items() if name not in ("SEXUALLY_EXPLICIT", "SPAM")},
}
# Near enough to be of use, and wider or narrower than what Perspective meant; of several the highest counts.
STAND_INS: Mapping[str, tuple[str, ...]] = {
    "ATTACK_ON_AUTHOR": ("insult",),  # whoever is attacked
    "ATTACK_ON_COMMENTER": ("insult",),
    "ATTACK_ON_PUBLISHER": ("insult",),
    "FLIRTATION": ("sexually_explicit",),  # its explicit end alone
    "INFLAMMATORY": ("toxicity",),
    "LIKELY_TO_REJECT": ("toxicity", "spam"),
    "OBSCENE": ("profanity",),
}
MEANINGS: Mapping[str, tuple[str, ...]] = {
    **{name: (ours,) for name, ours in (*SAME.items(), *TWINS.items())},
    **STAND_INS,
}
# Coral's words for what a moderator decided, sent as scores.
MODERATED: Mapping[str, Choice] = {"APPROVED": Choice.APPROVE, "DELETED": Choice.REJECT}
