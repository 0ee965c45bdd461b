"""Champion and challenger on the newest decisions, which neither learned from: what an admin reads before promoting.

The challenger measured here is a twin of the one that is shipped: made in the same way, without these decisions. The
one that is shipped learned from them too. `low` and `high` of a figure bound challenger minus champion.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from models import curves
from models.attributes import ATTRIBUTES
from service.learning import Check, Difference, Figure, HeadReport, Report
from service.moderation.learning import figures
from service.moderation.learning.figures import Flags, Floats, Rows
from service.moderation.learning.lessons import Taught
from service.moderation.learning.load import Load
from service.moderation.learning.measured import VERDICTS, Judged, Measured
from service.moderation.learning.slices import seen_before, slices
from service.tenancy import Policy

MOST_DIFFERENT = 20
DIGITS = 4

Points = tuple[tuple[float, float], ...]


def report(
    versions: tuple[str, str],
    chosen: Mapping[str, str],
    policy: Policy,
    learned: Measured,
    measured: Measured,
    load: Load,
    gate: Sequence[Check],
) -> Report:
    """Return the report on `versions` (champion, challenger); `learned` are rows that the challenger learned from."""
    judged = Judged.of(policy, measured)
    return Report(
        *versions,
        made_at=datetime.now(UTC),
        rows=len(measured),
        since=measured.since,
        until=max((one.label.at for one in measured.taught), default=None),
        heads=tuple(heads(measured, chosen)),
        slices=slices(measured, judged, _authors((*learned.taught, *measured.taught))),
        reviewed=load.reviewed(policy),
        reviewed_at_budget=load.reviewed_at_budget(policy, measured),
        differences=_differences(measured, judged),
        drift=tuple(_drift(learned, measured)),
        gate=tuple(gate),
    )


def heads(measured: Measured, chosen: Mapping[str, str]) -> list[HeadReport]:
    """Return one report per attribute of which any row speaks."""
    found = []
    for column, attribute in enumerate(ATTRIBUTES):
        rows, truth = measured.speaking_of(attribute)
        if len(rows):
            scores = (measured.champion[rows, column], measured.challenger[rows, column])
            drawn = Rows.of(truth, measured.weights[rows])
            found.append(_head(attribute, chosen.get(attribute, "base"), drawn, scores))
    return found


def _head(attribute: str, chosen: str, rows: Rows, scores: tuple[Floats, Floats]) -> HeadReport:
    both = dict(zip(("champion", "challenger"), scores, strict=True))
    return HeadReport(
        attribute,
        chosen,
        rows=len(rows.truth),
        positives=int(rows.truth.sum()),
        figures=figures.ranking(rows, *scores),
        precision_recall={name: _precision_recall(rows.truth, found) for name, found in both.items()},
        calibration={name: _reliability(rows.truth, found) for name, found in both.items()},
        histogram={name: figures.bins_of(found) for name, found in both.items()},
    )


def _precision_recall(truth: Flags, scores: Floats) -> Points:
    if not truth.any():
        return ()
    return tuple((round(x, DIGITS), round(y, DIGITS)) for x, y in curves.precision_recall(truth, scores))


def _reliability(truth: Flags, scores: Floats) -> tuple[tuple[float, float, int], ...]:
    return tuple(
        (round(bin_["score"], DIGITS), round(bin_["share"], DIGITS), int(bin_["comments"]))
        for bin_ in curves.reliability(truth, scores)
    )


def _differences(measured: Measured, judged: Judged) -> tuple[Difference, ...]:
    """Return the comments on which an attribute's scores differ most; texts that are no comments here are left out."""
    apart = np.abs(measured.challenger - measured.champion)
    order = np.argsort(-apart.max(axis=1, initial=0), kind="stable").tolist()
    known = [row for row in order if not measured.taught[row].label.comment_id.startswith("~") and apart[row].any()]
    return tuple(_difference(measured, judged, row, int(apart[row].argmax())) for row in known[:MOST_DIFFERENT])


def _difference(measured: Measured, judged: Judged, row: int, column: int) -> Difference:
    label = measured.taught[row].label
    return Difference(
        label.comment_id,
        ATTRIBUTES[column],
        float(measured.champion[row, column]),
        float(measured.challenger[row, column]),
        VERDICTS[judged.champion[row]],
        VERDICTS[judged.challenger[row]],
        f"{label.value} ({label.reason})" if label.reason else label.value,
    )


def _drift(learned: Measured, measured: Measured) -> list[Figure]:
    """Return per attribute how far the newest decisions' scores moved from those learned from, for both models."""
    return [
        Figure(
            attribute,
            figures.stability(learned.champion[:, column], measured.champion[:, column]),
            figures.stability(learned.challenger[:, column], measured.challenger[:, column]),
        )
        for column, attribute in enumerate(ATTRIBUTES)
    ]


def _authors(taught: Sequence[Taught]) -> Mapping[str, bool]:
    return dict(seen_before([(one.label.comment_id, one.label.author_digest) for one in taught]))
