"""What is measured on: decided comments, their scores by two models, and what the policy would make of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.classifier import Context
from service.moderation.desk import Scorer
from service.moderation.learning.figures import Flags, Floats
from service.moderation.learning.lessons import APPLIES, Taught
from service.moderation.scoring import context_of
from service.tenancy import Policy
from service.values import PROBABILITY_STEPS, Verdict

VERDICTS = (Verdict.APPROVE, Verdict.REVIEW, Verdict.REJECT)
AT_ONCE = 500


class Measured:
    """Rows with the scores (rows × attributes) of `champion` and `challenger`, four decimals like those on the road."""

    def __init__(self, taught: Sequence[Taught], champion: Scorer, challenger: Scorer) -> None:
        self.taught = tuple(taught)
        self.texts = [one.label.text for one in taught]
        contexts = [context_of(one.label.author) for one in taught]
        self.champion = scored(champion, self.texts, contexts)
        self.challenger = scored(challenger, self.texts, contexts)
        self.weights: Floats = np.array([one.weight for one in taught])
        self.hurts: Flags = np.array([one.hurts for one in taught], np.bool_)
        self.is_fine: Flags = np.array([one.is_fine for one in taught], np.bool_)

    def __len__(self) -> int:
        return len(self.taught)

    @property
    def since(self) -> datetime | None:
        """Return when the oldest of them was given."""
        return min((one.label.at for one in self.taught), default=None)

    def speaking_of(self, attribute: str) -> tuple[NDArray[np.intp], Flags]:
        """Return the rows whose label speaks of the attribute, and whether it applies to each."""
        said = [(row, one.targets[attribute]) for row, one in enumerate(self.taught) if attribute in one.targets]
        return np.array([row for row, _ in said], np.intp), np.array(
            [target >= APPLIES for _, target in said], np.bool_
        )


@dataclass(frozen=True)
class Judged:
    """What `policy`'s thresholds make of scores: per row 0 approve, 1 review, 2 reject. Rules are not asked."""

    champion: NDArray[np.intp]
    challenger: NDArray[np.intp]

    @classmethod
    def of(cls, policy: Policy, measured: Measured) -> "Judged":
        """Judge what both models said."""
        return cls(judged(policy, measured.champion), judged(policy, measured.challenger))

    @cached_property
    def approved(self) -> tuple[Flags, Flags]:
        """Return which rows each model would have published."""
        return self.champion == 0, self.challenger == 0


def judged(policy: Policy, scores: Floats) -> NDArray[np.intp]:
    """Return 0 approve, 1 review or 2 reject for each row of scores (rows × attributes)."""
    limits = [policy.thresholds.get(name) for name in ATTRIBUTES]
    review = np.array([limit.review if limit else np.inf for limit in limits])
    reject = np.array([limit.reject if limit else np.inf for limit in limits])
    return np.where((scores >= reject).any(axis=1), 2, np.where((scores >= review).any(axis=1), 1, 0))


def scored(model: Scorer, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Floats:
    """Return scores (texts × attributes), rounded as what is judged is."""
    parts = [
        model.score(texts[at : at + AT_ONCE], contexts[at : at + AT_ONCE] if contexts else None).values
        for at in range(0, len(texts), AT_ONCE)
    ]
    scores = np.concatenate(parts) if parts else np.zeros((0, len(ATTRIBUTES)))
    return np.round(scores.astype(np.float64) * PROBABILITY_STEPS) / PROBABILITY_STEPS
