"""Choose what each opinion weighs, and the curve of both together, on rows that neither model learned from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from models.attributes import ATTRIBUTES
from models.calibrate import fit_curve
from models.corpus import Corpus
from models.metrics import calibration_error
from models.second.blend import Blend, Floats, logit

SHARES = np.linspace(0, 1, 21)  # of the second opinion in the sum
FOLDS = 5
FEWEST_POSITIVES = 3  # in a fold of a check; with fewer, it has no say
EVEN = 0.5  # where no check has a say

Flags = NDArray[np.bool_]
Part = tuple[Flags, Floats, Floats]  # of one check: labels, first logits, second logits


def fit(
    heads: Sequence[str], checks: Corpus, chances: Floats, logits: Floats, calibrate_on: str, seed: int
) -> tuple[Blend, dict[str, dict[str, Any]]]:
    """Return the blend for first `chances` and second `logits` (n × heads), and what cross-validation says of it.

    The share of the second opinion is the one with the highest mean AUC over the checks; the curve is fitted on the
    check `calibrate_on`, whose comments are an ordinary mixture.
    """
    shares, curves, found = [], [], {}
    for place, head in enumerate(heads):
        column = ATTRIBUTES.index(head)
        table = logit(chances[:, place]), logits[:, place]
        folds = _folds(checks, column, seed)
        share = _best(_parts(checks, column, table, np.ones(len(folds), np.bool_)))
        known = checks.source_is(calibrate_on) & ~np.isnan(checks.labels[:, column])
        sums = ((1 - share) * table[0] + share * table[1])[known].astype(float)
        labels = checks.labels[known, column].astype(float)
        curves.append(fit_curve(sums, labels))
        shares.append(share)
        validated = _validated(checks, column, table, folds)
        found[head] = {"share": share, **validated, "calibration_error": _held_out_error(sums, labels, folds[known])}
    second = np.array(shares, np.float32)
    return Blend(1 - second, second, np.array(curves, np.float32)), found


def _folds(checks: Corpus, column: int, seed: int) -> NDArray[np.int64]:
    """Deal out the rows of each check, those with the label first, so that every fold has its share of them."""
    chance = np.random.default_rng(seed).random(len(checks.texts))
    order = np.lexsort((chance, ~(checks.labels[:, column] >= 0.5), checks.sources))
    folds = np.empty(len(order), np.int64)
    folds[order] = np.arange(len(order)) % FOLDS
    return folds


def _parts(checks: Corpus, column: int, table: tuple[Floats, Floats], rows: Flags) -> list[Part]:
    """Return the checks that have enough of both labels among `rows`."""
    parts = []
    for name in checks.names:
        of_check = checks.source_is(name) & ~np.isnan(checks.labels[:, column]) & rows
        labels = checks.labels[of_check, column] >= 0.5
        if FEWEST_POSITIVES <= labels.sum() < len(labels):
            parts.append((labels, table[0][of_check], table[1][of_check]))
    return parts


def _mean_auc(parts: Sequence[Part], share: float) -> float:
    return float(
        np.mean([roc_auc_score(labels, (1 - share) * first + share * second) for labels, first, second in parts])
    )


def _best(parts: Sequence[Part]) -> float:
    return float(max(SHARES, key=lambda share: _mean_auc(parts, share))) if parts else EVEN


def _validated(checks: Corpus, column: int, table: tuple[Floats, Floats], folds: NDArray[np.int64]) -> dict[str, float]:
    """Return mean AUCs over the folds: of either alone, and of both by the share that the other folds choose."""
    rows = []
    for fold in range(FOLDS):
        share = _best(_parts(checks, column, table, folds != fold))
        held = _parts(checks, column, table, folds == fold)
        rows.append([_mean_auc(held, of) for of in (0.0, 1.0, share)])
    return dict(zip(("first_auc", "second_auc", "together_auc"), np.mean(rows, axis=0).tolist(), strict=True))


def _held_out_error(sums: NDArray[np.float64], labels: NDArray[np.float64], folds: NDArray[np.int64]) -> float:
    """Return the calibration error of curves fitted on the other folds."""
    chances = np.zeros(len(sums), np.float32)
    for fold in range(FOLDS):
        held = folds == fold
        curve = fit_curve(sums[~held], labels[~held])
        one = Blend(np.zeros(1, np.float32), np.ones(1, np.float32), curve[None])
        chances[held] = one.probabilities(sums[held, None].astype(np.float32))[:, 0]
    return calibration_error(labels >= 0.5, chances)
