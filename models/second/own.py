"""Learn a site's own heads on the sentence embedding, from the lessons that its linear model learned from.

A head starts from what serves without it and is held back, so that few lessons move it little. It is one more candidate
of the attribute: checked on lessons that neither it nor the linear model beside it had learned from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from models import candidates, lean
from models.candidates import Floats
from models.lean import Rows
from models.lessons import Lesson
from models.second.blend import logit
from models.second.opinion import Heard, SecondOpinion
from models.second.sentences import SentenceHead

MOVE = 1.0  # logits that the embedding is expected to add, in root mean square, before anything is learned
# How far embeddings of ordinary comments are from their mean, in root mean square. Those of a site may lie closer,
# above all in a language that the second model does not know; by their own spread chance would move others by much.
SPREAD = 6.7
MOST = 5000  # decided comments, the last ones: each is read for some milliseconds
FIRST = 0.5  # how far the first model's own logit may count beside both's: where the second is deaf, it must
AT_ONCE = 100
MARGIN = 0.0  # standard errors by which it must be better than what serves without it
TOGETHER, SENTENCES = "together", "sentences"


class Ears:
    """Hears every text once, whatever the number of models that are learned from it."""

    def __init__(self, opinion: SecondOpinion) -> None:
        self.opinion = opinion
        self._heard: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def hear(self, texts: Sequence[str], tell: Callable[[float], None] = lambda _: None) -> Heard:
        """Return what the network says of each text; `tell` gets the share that is done."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._heard]
        for at in range(0, len(fresh), AT_ONCE):
            tell(at / len(fresh))
            lot = fresh[at : at + AT_ONCE]
            heard = self.opinion.hear(lot)
            self._heard.update(zip(lot, zip(heard.logits, heard.embeddings, strict=True), strict=True))
        logits, embeddings = zip(*(self._heard[text] for text in texts), strict=True) if texts else ((), ())
        return Heard(np.array(logits, np.float32), np.array(embeddings, np.float32))


@dataclass(frozen=True, slots=True)
class Checked:
    """The lessons of one head by their places among all, and what its linear model says of each.

    `chances` come from fits without the lesson's fold.
    """

    places: NDArray[np.intp]
    chances: Floats
    targets: Floats
    weights: Floats
    folds: NDArray[np.intp]

    def part(self, which: NDArray[np.bool_]) -> "Checked":
        """Return some of the lessons."""
        numbers = (self.chances[which], self.targets[which], self.weights[which])
        return Checked(self.places[which], *numbers, self.folds[which])


@dataclass(frozen=True, slots=True)
class Listened:
    """Lessons with what the second model says of them, all of those that nobody decided and the last decided ones."""

    opinion: SecondOpinion
    places: NDArray[np.intp]
    decided: NDArray[np.bool_]
    heard: Heard

    @classmethod
    def to(cls, lessons: Sequence[Lesson], ears: Ears, tell: Callable[[float], None]) -> "Listened":
        """Hear the lessons."""
        decided = np.array([lesson.decided for lesson in lessons], np.bool_)
        first = np.append(np.flatnonzero(decided)[-MOST:], len(lessons))[0]
        places = np.flatnonzero(~decided | (np.arange(len(lessons)) >= first))
        heard = ears.hear([lessons[place].text for place in places.tolist()], tell)
        return cls(ears.opinion, places, decided[places], heard)

    def learn(
        self, attribute: str, checked: Checked, given: str | None = None
    ) -> tuple[SentenceHead | None, dict[str, Any]]:
        """Return the site's head, None where what serves without it stays, and what to write down of it.

        `given` names what to take instead of choosing; empty for no head.
        """
        checked = checked.part(np.isin(checked.places, self.places))
        at = np.searchsorted(self.places, checked.places)
        positive = checked.targets[self.decided[at]] >= 0.5
        if given == "" or positive.all() or not positive.any():
            return None, {"way": ""}
        first = checked.chances.astype(np.float32)
        together = self.opinion.together(attribute, first, self.heard.logits[at])
        targets = np.where(self.decided[at], checked.targets, together)
        features = np.column_stack([self.heard.embeddings[at], logit(first)])
        rows = Rows(csr_matrix(features), logit(together).astype(np.float64), targets, checked.weights)
        fit = partial(lean.fit, scale=np.append(scale_of(features.shape[1] - 1), FIRST))
        held = expit(candidates.held_out(rows, fit, checked.folds))
        is_better, scores = _compared(rows, {TOGETHER: together.astype(np.float64), SENTENCES: held}, self.decided[at])
        finding = {"way": SENTENCES if given or is_better else "", "second": self.opinion.version, "scores": scores}
        return (_head(self.opinion.version, fit(rows)) if finding["way"] else None), finding


def scale_of(dimensions: int) -> Floats:
    """Return how far each weight may move, so that what all of them add to ordinary comments moves by `MOVE`."""
    return np.full(dimensions, MOVE / SPREAD)


def _compared(
    rows: Rows, chances: Mapping[str, Floats], decided: NDArray[np.bool_]
) -> tuple[bool, dict[str, dict[str, float]]]:
    """Tell whether the second of `chances` is better; and the loss of each, and its AUC where somebody decided."""
    losses = [candidates.losses(rows, chance) for chance in chances.values()]
    mean, error = candidates.lead(rows, *losses)
    people = rows.chosen(np.flatnonzero(decided))
    scores = {
        name: {
            "loss": round(float(np.average(loss, weights=rows.weights)), 4),
            "auc": round(candidates.ranking(people, chance[decided]), 4),
        }
        for (name, chance), loss in zip(chances.items(), losses, strict=True)
    }
    return mean > MARGIN * error, scores


def _head(second: str, fitted: lean.Lean) -> SentenceHead:
    *weights, first = fitted.weights.tolist()
    return SentenceHead(second, fitted.trust, first, fitted.bias, np.array(weights, np.float32))
