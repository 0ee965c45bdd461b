"""A made-up site of which everything is known, and what of it its people would have seen."""

from dataclasses import dataclass

import numpy as np

from service.moderation.learning.evidence import STRATA, Evidence
from service.tenancy import Threshold
from service.values import Verdict

ATTRIBUTES = ("insult", "spam")
POLICY = {"insult": Threshold(0.15, 0.9), "spam": Threshold(0.15, 0.9)}


@dataclass(frozen=True)
class World:
    """Comments with scores (n × attributes), the chance that a person would reject each, and whether one would."""

    scores: np.ndarray
    chances: np.ndarray
    bad: np.ndarray
    about: np.ndarray

    def reach(self, limits) -> np.ndarray:
        return (self.scores >= [limits[name] for name in ATTRIBUTES]).any(axis=1)

    def wrong_rejections(self, thresholds) -> float:
        """Return the true share of rejections that are wrong."""
        rejected = self.reach({name: limit.reject for name, limit in thresholds.items()})
        return float((1 - self.chances)[rejected].sum() / max(rejected.sum(), 1))

    def published_abuse(self, thresholds) -> float:
        """Return the true share of what people would reject that is published."""
        approved = ~self.reach({name: limit.review for name, limit in thresholds.items()})
        return float(self.chances[approved].sum() / self.chances.sum())


def world(rng: np.random.Generator, comments: int, sharpness: float = 1.0) -> World:
    """Draw comments, a fifth of them insults and one in seven spam.

    The scores are calibrated where `sharpness` is 1, too sure of themselves above, and not sure enough below.
    """
    kinds = rng.random(comments)[:, None] < [0.2, 0.34]
    kinds[:, 1] &= ~kinds[:, 0]
    logits = np.where(kinds, rng.normal(4.0, 2.0, kinds.shape), rng.normal(-5.5, 1.8, kinds.shape))
    applies = 1 / (1 + np.exp(-logits))
    scores = np.floor(1e4 / (1 + np.exp(-sharpness * logits))) / 1e4
    chances = 1 - (1 - applies).prod(axis=1)
    bad = rng.random(comments) < chances
    about = np.where(bad, np.array(ATTRIBUTES)[applies.argmax(axis=1)], "")
    return World(scores, chances, bad, about)


def seen(rng: np.random.Generator, everything: World, approvals: float, rejections: float) -> Evidence:
    """Return what people decided under POLICY: all that went to review, and these shares of the others, blind."""
    rejected = everything.reach({name: limit.reject for name, limit in POLICY.items()})
    reached = everything.reach({name: limit.review for name, limit in POLICY.items()})
    verdicts = np.where(rejected, Verdict.REJECT, np.where(reached, Verdict.REVIEW, Verdict.APPROVE))
    stratum = np.array([STRATA.index(Verdict(verdict)) for verdict in verdicts])
    shares = np.array([approvals, 1.0, rejections])[stratum]
    rows = rng.random(len(stratum)) < shares
    return Evidence(
        attributes=ATTRIBUTES,
        scores=everything.scores[rows],
        bad=everything.bad[rows],
        about=everything.about[rows],
        stratum=stratum[rows],
        weights=1 / shares[rows],
        lately=tuple(np.bincount(stratum, minlength=len(STRATA)).tolist()),
    )
