"""What a site's own decisions are worth: how well its comments are ranked after 50, 200 and 1,000 of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bench.result import Figure
from bench.shifts import SHIFTS, Draw, Shift, bases, draw, own_test, rows_of
from models.adaptation import adapt
from models.attributes import ATTRIBUTES
from models.classifier import Classifier, Reading, SiteClassifier
from models.drawing import Axis, Growing, chart, sheet

COUNTS, SEEDS = (50, 200, 1000), range(100, 105)
BASE_MAY_LOSE = 0.002
PICTURE = Path(__file__).parent / "results" / "learning.svg"
WAYS = ("no adaptation", "from scratch", "adapted")

Flags = NDArray[np.bool_]


def measure(data: Path | None = None) -> Iterator[Figure]:
    """Yield what adaptation brings on sites that the base never saw, and what it costs the base's own test."""
    if data is None:
        print("learning: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    yield from _curves(data)


def _curves(data: Path) -> Iterator[Figure]:
    base_of, charts = bases(data), dict[str, str]()
    for shift in SHIFTS:
        site = _Site(shift, base_of(shift), data)
        found = {count: site.results(count) for count in COUNTS if count * 1.3 < len(site.rows)}
        for count, results in found.items():
            yield from _figures(shift, count, results)
        charts[shift.name] = _chart({count: _means(results) for count, results in found.items()})
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(sheet(charts), encoding="utf-8")
    print(f"learning: the curves are in {PICTURE.name}, beside the figures")


@dataclass(frozen=True, slots=True)
class _Result:
    """One draw: the AUC of each of `WAYS`, what the base's own test gains, and which candidate was chosen."""

    aucs: tuple[float, ...]
    gain: float
    chosen: str


class _Site:
    """A shift with the base that serves it and the base's own test, read once."""

    def __init__(self, shift: Shift, base: Classifier, data: Path) -> None:
        self.rows = rows_of(shift, data)
        self._shift, self._base, self._column = shift, base, ATTRIBUTES.index(shift.attribute)
        texts, self._own_labels = own_test(shift.attribute, data)
        self._own = list(base.readings(texts))
        self._before = self._auc(base, self._own, self._own_labels)

    def results(self, count: int) -> list[_Result]:
        return [self._result(draw(self._shift, self.rows, count, seed)) for seed in SEEDS]

    def _result(self, drawn: Draw) -> _Result:
        readings = list(self._base.readings(drawn.texts))
        delta = adapt(self._base, drawn.lessons, "site.1")
        adapted = self._base.adapted(delta)
        alone = self._base.adapted(adapt(self._base, drawn.lessons, "site.0", only="own"))
        aucs = tuple(self._auc(model, readings, drawn.labels) for model in (self._base, alone, adapted))
        gain = self._auc(adapted, self._own, self._own_labels) - self._before
        return _Result(aucs, gain, delta.card["heads"][self._shift.attribute]["chosen"])

    def _auc(self, model: Classifier | SiteClassifier, readings: Sequence[Reading], labels: Flags) -> float:
        logits = np.concatenate([model.logits_of(reading)[:, self._column] for reading in readings])
        return float(roc_auc_score(labels, logits))


def _means(results: Sequence[_Result]) -> tuple[float, ...]:
    return tuple(np.mean([result.aucs for result in results], axis=0).tolist())


def _figures(shift: Shift, count: int, results: Sequence[_Result]) -> Iterator[Figure]:
    """Yield the adapted model's AUC beside the better of the others less noise, and the base's own test."""
    plain, alone, adapted = _means(results)
    better = int(alone > plain)
    leads = [result.aucs[2] - result.aucs[better] for result in results]
    noise = 2 * float(np.std(leads, ddof=1)) / len(leads) ** 0.5
    chosen = ", ".join(f"{way} {sum(r.chosen == way for r in results)}" for way in ("base", "adapted", "own"))
    note = f"no adaptation {plain:.3f}, from scratch {alone:.3f}; chosen: {chosen}"
    name = f"{shift.name}, {count} labels"
    yield Figure(f"{name}: AUC adapted", adapted, goal=max(plain, alone) - noise, note=note)
    kept = [result.gain for result in results if result.chosen != "own"]
    if kept:
        yield Figure(f"{name}: AUC gained on the base's own test", float(np.mean(kept)), goal=-BASE_MAY_LOSE)


def _chart(means: Mapping[int, Sequence[float]]) -> str:
    values = [value for row in means.values() for value in row]
    lines = {way: [(count, row[at]) for count, row in means.items()] for at, way in enumerate(WAYS)}
    low, high = np.floor(min(values) * 20) / 20, np.ceil(max(values) * 20) / 20
    return chart(
        Growing("labels", COUNTS[0], COUNTS[-1], labels=tuple((count, f"{count:,}") for count in COUNTS)),
        Axis("AUC", float(low), float(high)),
        lines,
    )
