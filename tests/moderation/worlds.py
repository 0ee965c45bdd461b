"""A made-up site of which everything is known, and what of it a moderator would have seen."""

from dataclasses import dataclass

import numpy as np

from service.moderation.learning.evidence import STRATA, Evidence
from service.tenancy import Threshold
from service.values import Verdict

ATTRIBUTES = ("insult", "spam")


@dataclass(frozen=True)
class World:
    """Comments with scores (n × attributes), whether a person would reject them, and for which attribute."""

    scores: np.ndarray
    bad: np.ndarray
    about: np.ndarray

    def rejects(self, limits) -> np.ndarray:
        return (self.scores >= [limits[name] for name in ATTRIBUTES]).any(axis=1)


def world(rng: np.random.Generator, comments: int, bad_share: float = 0.15, sharpness: float = 1.0) -> World:
    """Draw comments; an attribute's score is calibrated where `sharpness` is 1, and overconfident above."""
    logits = rng.normal(-4.5, 2.2, (comments, len(ATTRIBUTES)))
    logits[rng.random(comments) < bad_share, 0] += 5.0
    applies = rng.random(logits.shape) < 1 / (1 + np.exp(-logits))
    scores = np.floor(1e4 / (1 + np.exp(-sharpness * logits))) / 1e4
    about = np.where(applies[:, 0], ATTRIBUTES[0], np.where(applies[:, 1], ATTRIBUTES[1], ""))
    return World(scores, applies.any(axis=1), about)


def seen(rng: np.random.Generator, all_of: World, policy: dict[str, Threshold], approvals: float, rejections: float):
    """Return what a site's people decided under `policy`: all that went to review, and blind looks at the others."""
    rejected = all_of.rejects({name: limit.reject for name, limit in policy.items()})
    approved = ~all_of.rejects({name: limit.review for name, limit in policy.items()})
    stratum = np.where(rejected, STRATA.index(Verdict.REJECT), np.where(approved, 0, STRATA.index(Verdict.REVIEW)))
    shares = np.array([approvals, 1.0, rejections])[stratum]
    rows = rng.random(len(stratum)) < shares
    lately = tuple(int((stratum == place).sum()) for place in range(len(STRATA)))
    return Evidence(
        ATTRIBUTES,
        all_of.scores[rows],
        all_of.bad[rows],
        all_of.about[rows],
        stratum[rows],
        1 / np.maximum(shares[rows], 1e-9),
        lately=lately,
    )
