"""Sentences that hold a site's model to what the base knows where the site's own labels say nothing.

People mostly decide doubtful comments. A model that learned from these alone would take everything for doubtful: on a
demo site it held back 42 % of neutral sentences that name a group, before 10 %. With anchors of half the labels' weight
it is 10 % again, and the held-out labels are ranked as well (AUC .956 for .958). The anchors are harmless training
sentences with the base's own scores as targets; the gate measures on other ones.
"""

import random
from collections.abc import Sequence

from models import contrast, identity
from models.classifier import Classifier
from models.lessons import Lesson
from service.moderation.learning.lessons import APPLIES

SHARE = 0.5  # of the weight of all labels
COUNT = 400
SEED = 20261122


def anchors(base: Classifier, lessons: Sequence[Lesson]) -> list[Lesson]:
    """Return what to learn beside `lessons`; never an example of an attribute."""
    texts = sentences()
    scores = base.score(texts)
    weight = SHARE * sum(lesson.weight for lesson in lessons) / len(texts)
    return [
        Lesson(
            text,
            {name: score for name, score in scores.row(at).items() if score < APPLIES},
            weight,
            f"anchor {at}",
            decided=False,
        )
        for at, text in enumerate(texts)
    ]


def sentences() -> list[str]:
    """Return the anchors' texts: half of them only name a group, half deny, denounce or are meant literally."""
    chance = random.Random(SEED)  # noqa: S311 - a choice to be repeated, not a secret
    naming, harmless = (
        list(identity.neutral_sentences()),
        [one.text for one in contrast.trained() if not one.attributes],
    )
    return chance.sample(naming, COUNT // 2) + chance.sample(harmless, COUNT // 2)
