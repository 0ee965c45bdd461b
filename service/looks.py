"""Blind looks at what is settled: what somebody answered who did not know of it, and where two people differ."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.values import Choice, KeptComment


class LookKind(StrEnum):
    """Whose verdict a blind look is to check: automation's, or a person's."""

    AUDIT = "audit"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class InHand:
    """A comment that somebody has to look at, as it is kept, with what lets it pass for one of a claim.

    It goes with the claim `token`, seems to wait since `since` if it came before, and is theirs until `until`.
    """

    kept: KeptComment
    token: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """An answered blind look.

    `share` in (0, 1] is the probability with which the comment was chosen. `first` was decided by `first_by`, None for
    automation; `final` is a lead's last word, None while there is none.
    """

    comment_id: str
    kind: LookKind
    share: float
    first: Choice
    answer: Choice
    by: str
    at: datetime
    first_by: str | None = None
    first_reason: str | None = None
    reason: str | None = None
    final: Choice | None = None
    settled_by: str | None = None

    @property
    def truth(self) -> Choice | None:
        """What is held to be right: the last word, else the answer; None while somebody must still say."""
        said = self.final or self.answer
        return None if said is Choice.ESCALATE else said


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A comment on which two looks differ, and what each said."""

    kept: KeptComment
    look: Look
