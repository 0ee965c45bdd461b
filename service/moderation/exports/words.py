"""The words in which platforms say what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.moderation.reasons import REASONS
from service.values import Choice


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means: a decision, perhaps with a reason; without one, that nothing was decided."""

    choice: Choice | None
    reason: str | None = None
    is_thrown_away: bool = False


FINE, WAITING, THROWN_AWAY = Meaning(Choice.APPROVE), Meaning(None), Meaning(Choice.REJECT, is_thrown_away=True)
BAD, SPAM = Meaning(Choice.REJECT), Meaning(Choice.REJECT, "spam")
SPELLINGS = {
    FINE: "approved approve publish published accept accepted allow allowed keep kept visible "
    "ham ok okay fine clean good not_spam notspam not_toxic nontoxic",
    BAD: "reject rejected deny denied block blocked hide hidden bad toxic abusive abuse offensive",
    THROWN_AWAY: "trash trashed delete deleted remove removed",
    WAITING: "pending hold held unapproved waiting review moderation unknown post_trashed",
}
WORDS: Mapping[str, Meaning] = {
    **{reason: Meaning(Choice.REJECT, reason) for reason in REASONS},
    **{word: meaning for meaning, words in SPELLINGS.items() for word in words.split()},
}
YES, NO = frozenset({"1", "1.0", "true", "yes", "y", "t"}), frozenset({"0", "0.0", "false", "no", "n", "f"})
# What "yes" means in a column of this name, and what "no" means.
QUESTIONS: Mapping[str, tuple[Meaning, Meaning]] = {
    **dict.fromkeys(("approved", "comment_approved"), (FINE, WAITING)),  # WordPress's 0 waits
    **dict.fromkeys(("published", "is_approved", "ham", "is_ham"), (FINE, BAD)),
    **dict.fromkeys(("spam", "is_spam", "isspam"), (SPAM, FINE)),
    **dict.fromkeys(("toxic", "is_toxic", "abusive", "is_abusive", "rejected", "is_rejected"), (BAD, FINE)),
    **dict.fromkeys(("deleted", "is_deleted", "removed", "trash"), (THROWN_AWAY, FINE)),
}
ONES: Mapping[Choice, tuple[Meaning, Meaning]] = {Choice.APPROVE: (FINE, BAD), Choice.REJECT: (BAD, FINE)}


def meaning_of(word: object, column: str, ones: Choice | None = None) -> Meaning | None:
    """Return what `word` in this column means; None for an unknown word, or a 1 or 0 that could mean either.

    `ones` says what a 1 means in a column whose name does not tell.
    """
    written = _folded(word)
    question = ONES[ones] if ones else QUESTIONS.get(_folded(column))
    if written in YES or written in NO:
        return question and question[written in NO]
    return WORDS.get(written) if written else WAITING


def could_be_either(word: object) -> bool:
    """Tell whether it is a 1 or a 0, however written."""
    return _folded(word) in YES | NO


def _folded(word: object) -> str:
    return "" if word is None else str(word).strip().lower().replace(" ", "_").replace("-", "_")
