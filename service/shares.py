"""How much of what is settled is looked at again, blind; a part of the policy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookShares:
    """Which share of settled comments is shown blind to another person, each in [0, 1]; 0 turns it off.

    `decisions` are those of people; `approvals` and `rejections` automatic verdicts. Rejections are rarer, so a
    greater share of them is needed to know their error rate as well. A comment that follows a decision on its campaign
    has no automatic verdict, and a campaign is one decision: lots are drawn for its card alone.
    """

    decisions: float = 0.02
    approvals: float = 0.005
    rejections: float = 0.02

    @property
    def audits(self) -> bool:
        """Whether any automatic verdict is looked at again."""
        return self.approvals > 0 or self.rejections > 0

    def of(self, verdict: str) -> float:
        """Return the share for an automatic verdict."""
        if verdict == "approve":
            return self.approvals
        return self.rejections if verdict == "reject" else 0.0


DEFAULT_LOOKS = LookShares()
NO_LOOKS = LookShares(0.0, 0.0, 0.0)
