"""What a site's own head on the sentence embedding is worth, beside its linear model and the second opinion."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

import models
from bench.result import Figure
from bench.shifts import SHIFTS, Draw, Shift, bases, draw, own_test, rows_of
from models.adaptation import adapt, ways_of
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.delta import Delta
from models.errors import ModelError
from models.lean import Rows, fit
from models.lessons import Lesson
from models.second.opinion import SecondOpinion
from models.second.own import Ears, scale_of

SECOND = Path(models.__file__).parent / "second" / "base"
COUNTS, SEEDS = (50, 200, 1000), range(100, 105)
MOST, EVERYDAY = 6000, 1000
FIRST, LINEAR, TOGETHER, BOTH, OWN, CHOSEN, ALONE = (
    *("first alone", "linear delta", "first and second", "delta and second"),
    *("own head beside them", "own head where it was chosen", "own head alone"),
)
WAYS = (FIRST, LINEAR, TOGETHER, BOTH, OWN, CHOSEN, ALONE)

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Results = Sequence[Mapping[str, float]]


def measure(data: Path | None = None, second: Path = SECOND) -> Iterator[Figure]:
    """Yield how well comments are ranked with a site's own head and without, and what that costs elsewhere."""
    if data is None:
        print("own-heads: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    base_of = bases(data)
    try:
        opinion = SecondOpinion.load(second, base_of(SHIFTS[0]).normalise)
    except ModelError as error:
        print(f"own-heads: left out, for it needs the second model: {error}")
        return
    ears = Ears(opinion)
    for shift in SHIFTS:
        site = _Site(shift, base_of(shift), ears, data)
        for count in COUNTS:
            if count * 1.3 < len(site.rows):
                yield from _figures(shift, count, [site.result(count, seed) for seed in SEEDS], site.calm(count))


class _Site:
    """A shift with what both models say of its comments, and of ordinary ones: half of these teach, half check."""

    def __init__(self, shift: Shift, base: Classifier, ears: Ears, data: Path) -> None:
        self.rows = _some(rows_of(shift, data), MOST)
        self._shift, self._base, self._ears, self._column = shift, base, ears, ATTRIBUTES.index(shift.attribute)
        texts, labels = own_test(shift.attribute, data)
        order = np.random.default_rng(0).permutation(len(texts))[:MOST]
        self._everyday = [texts[at] for at in order[:EVERYDAY]]
        self._ordinary, self._answers = [texts[at] for at in order[EVERYDAY:]], labels[order[EVERYDAY:]]

    def result(self, count: int, seed: int) -> dict[str, float]:
        drawn = draw(self._shift, self.rows, count, seed)
        learn = partial(adapt, self._base, version="site.1", ears=self._ears)
        chosen = learn(drawn.lessons)
        own = {self._shift.attribute: f"{chosen.card['heads'][self._shift.attribute].get('way', 'base')}+sentences"}
        always = chosen if ways_of(chosen.card).items() >= own.items() else learn(drawn.lessons, only=own)
        ranked = partial(self._auc, drawn.texts, drawn.labels)
        elsewhere = partial(self._auc, self._ordinary, self._answers)
        return {
            FIRST: ranked(None, second=False),
            LINEAR: ranked(chosen, second=False),
            TOGETHER: ranked(None),
            BOTH: ranked(chosen, own=False),
            OWN: ranked(always),
            CHOSEN: ranked(chosen),
            ALONE: self._alone(drawn),
            "was chosen": float(self._shift.attribute in chosen.sentences),
            "elsewhere": elsewhere(always, own=False),
            "elsewhere, own": elsewhere(always),
        }

    def calm(self, count: int) -> tuple[float, float]:
        """Return the AUC elsewhere and on the site of one draw that is learned beside ordinary comments."""
        drawn = draw(self._shift, self.rows, count, SEEDS[0])
        only = {self._shift.attribute: "adapted+sentences"}
        made = adapt(self._base, [*drawn.lessons, *self._ordinary_lessons(count)], "site.1", only=only, ears=self._ears)
        return self._auc(self._ordinary, self._answers, made), self._auc(drawn.texts, drawn.labels, made)

    def _ordinary_lessons(self, count: int) -> list[Lesson]:
        """Return ordinary comments with what the base says, as the service adds them to what people decided."""
        scores = self._base.score(self._everyday).values[:, self._column].tolist()
        weight = min(1.0, 3.0 * count / EVERYDAY)
        return [
            Lesson(text, {self._shift.attribute: score}, weight, decided=False)
            for text, score in zip(self._everyday, scores, strict=True)
            if score < 0.5
        ]

    def _auc(
        self, texts: Sequence[str], labels: Flags, delta: Delta | None, second: bool = True, own: bool = True
    ) -> float:
        """Return the AUC of what is served: by the base or with a `delta`, with the `second` model and its own head."""
        model = self._base.adapted(delta) if delta else self._base
        chances = model.score(texts).values[:, self._column]
        if second:
            heard = self._ears.hear(texts)
            both = self._ears.opinion.together(self._shift.attribute, chances, heard.logits)
            head = model.sentences.get(self._shift.attribute) if own else None
            chances = head.logits(both, chances, heard.embeddings) if head else both
        return float(roc_auc_score(labels, chances))

    def _alone(self, drawn: Draw) -> float:
        """Return the AUC of a head that knows neither model's opinion."""
        taught = self._ears.hear([lesson.text for lesson in drawn.lessons]).embeddings
        targets = np.array([lesson.targets[self._shift.attribute] for lesson in drawn.lessons])
        rows = Rows(csr_matrix(taught), np.zeros(len(targets)), targets, np.ones(len(targets)))
        fitted = fit(rows, scale_of(taught.shape[1]))
        return float(roc_auc_score(drawn.labels, self._ears.hear(drawn.texts).embeddings @ fitted.weights))


def _some(rows: list[Lesson], most: int) -> list[Lesson]:
    if len(rows) <= most:
        return rows
    kept = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    return [rows[at] for at in kept.tolist()]


def _figures(shift: Shift, count: int, results: Results, calm: tuple[float, float]) -> Iterator[Figure]:
    """Yield the AUC with the own head beside the best without, and what it costs on ordinary comments."""
    means = {name: float(np.mean([result[name] for result in results])) for name in results[0]}
    name = f"{shift.name}, {count} labels"
    note = "; ".join(f"{way} {means[way]:.3f}" for way in WAYS if way is not CHOSEN)
    for other in (BOTH, LINEAR):
        lead, noise = _lead(results, CHOSEN, other)
        note += f"; over {other} {lead:+.3f} ± {noise:.3f}"
    times = sum(result["was chosen"] for result in results)
    best = max(means[LINEAR], means[BOTH])
    yield Figure(
        f"{name}: AUC with an own head", means[CHOSEN], goal=best, note=f"chosen {times:.0f} of {len(results)}; {note}"
    )
    yield Figure(
        f"{name}: AUC on the base's own test",
        means["elsewhere, own"],
        note=f"without an own head {means['elsewhere']:.3f}; learned beside ordinary comments "
        f"{calm[0]:.3f}, where the site's own then are at {calm[1]:.3f} instead of {results[0][OWN]:.3f}",
    )


def _lead(results: Results, one: str, other: str) -> tuple[float, float]:
    """Return the mean difference over the draws, and two standard errors of it."""
    found = [result[one] - result[other] for result in results]
    return float(np.mean(found)), 2 * float(np.std(found, ddof=1)) / len(found) ** 0.5
