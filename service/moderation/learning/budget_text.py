"""What an admin reads of a proposal: what was found, what follows, and what it costs."""

from service.learning import Replay
from service.moderation.learning.limits import Found
from service.moderation.learning.rates import Bound
from service.moderation.quality import percent


def sentences_of(found: Found, learned: int, replay: Replay, hours: float) -> tuple[str, ...]:
    """Say what was found of rejections and of approvals, what is no proof, and how much stays for people."""
    said = [_of_rejections(found.rejections), _of_approvals(found.approvals)]
    if learned:
        said.append(f"{learned:,} decisions are no proof: the model learned from them.")
    if replay.comments:
        said.append(f"About {replay.per_day[1]:,.0f} comments a day go to people ({hours:.1f} hours).")
    return tuple(said)


def _of_rejections(bound: Bound) -> str:
    seen = f"Of {bound.rows:,} rejected comments that people looked at, {_were(bound.wrong)} good"
    return f"{seen}: {_proof(bound)} of rejections are wrong. {_rest(bound, 'rejection', 'rejected comments')}"


def _of_approvals(bound: Bound) -> str:
    seen = f"Of {bound.rows:,} approved comments that people looked at, {_were(bound.wrong)} abusive"
    return f"{seen}: {_proof(bound)} of abuse is published. {_rest(bound, 'review', 'approved comments')}"


def _proof(bound: Bound) -> str:
    return f"at most {percent(bound.upper)}, with 95 % confidence,"


def _rest(bound: Bound, step: str, what: str) -> str:
    if bound.holds:
        return f"That keeps the budget of {percent(bound.allowed)}; the limits for {step} follow."
    if bound.missing is None:
        more = "Blind looks at what is approved are needed, and some abuse that was found"
    else:
        more = f"About {bound.missing:,} more {what} must be looked at without an error"
    return f"{more} for {percent(bound.allowed)}; the limits for {step} do not become more daring."


def _were(count: int) -> str:
    return f"{count:,} {'was' if count == 1 else 'were'}"
