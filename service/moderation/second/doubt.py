"""When a second opinion is worth its time: where the first scores lie near a limit, and another verdict could follow.

A score lies near when it is in the band from `BELOW_REVIEW` under the limit for review to `ABOVE_REJECTION` over that
for rejection, in logits, so that the band moves with a site's own limits. The second model takes ten to twenty times as
long as the first; in this band it is asked about a fifth of the comments of Jigsaw's held-out tenth, and about two
thirds of those of forums. Half a logit more below the limit for review means a quarter more to read there: it catches
more threats in calm words and changes little else.
"""

from collections.abc import Collection
from functools import lru_cache
from math import exp, log

from models.attributes import HARMS
from service.tenancy import Policy
from service.values import Assessment

HEADS = HARMS
BELOW_REVIEW = 2.0
ABOVE_REJECTION = 2.0
BELOW_REJECTION = 1.5  # from here on a comment that is held anyway may still be rejected
SMALLEST = 1e-6


def is_doubtful(policy: Policy, found: Assessment, heads: Collection[str] = HEADS) -> bool:
    """Tell whether a model of these `heads` is to be asked about a comment that `policy` judged by its first scores.

    Never where its answer could change nothing: where a rule decided, nothing was scored, a head is beyond its band, or
    another attribute rejects the comment; and where another holds it for review, only near a rejection.
    """
    scores = found.scores
    if not scores or not heads or any(reason.is_rule for reason in found.reasons):
        return False
    is_held = is_near_limit = is_near_rejection = False
    for attribute, threshold in policy.thresholds.items():
        score = scores.get(attribute, 0.0)
        if attribute in heads:
            low, near, high = band(threshold.review, threshold.reject)
            if score > high:
                return False
            is_near_limit = is_near_limit or score >= low
            is_near_rejection = is_near_rejection or score >= near
        elif score >= threshold.reject:
            return False
        else:
            is_held = is_held or score >= threshold.review
    return is_near_rejection if is_held else is_near_limit


@lru_cache(maxsize=4096)
def band(review: float, reject: float) -> tuple[float, float, float]:
    """Return from which score on to ask, from which on a rejection is near, and above which nothing is in doubt.

    A rejection takes a first score at the limit for review at least. A limit above 1 is never reached, and asks nobody.
    """
    if review > 1.0:
        return review, review, review
    low, near, high = _moved(review, -BELOW_REVIEW), _moved(reject, -BELOW_REJECTION), _moved(reject, ABOVE_REJECTION)
    return low, max(near, review), max(high, review)


def _moved(limit: float, logits: float) -> float:
    """Return the probability that lies so many logits from a limit; what is beyond every score stays there."""
    if limit > 1.0:
        return limit
    held = min(max(limit, SMALLEST), 1.0 - SMALLEST)
    return 1.0 / (1.0 + exp(-(log(held / (1.0 - held)) + logits)))
