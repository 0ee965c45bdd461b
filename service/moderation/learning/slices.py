"""Parts of the held-out comments that a change might hurt unseen: by language, group named, length, and new authors."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from models import fairness
from service.learning import SliceReport
from service.moderation.learning.figures import Flags, Rows, share
from service.moderation.learning.measured import Judged, Measured

FEWEST = 5  # rows of a slice; with fewer nothing is said
SURE = 0.8  # probability from which a text's language is believed
LONG_ENOUGH = 20  # characters from which a language can be told
LENGTHS = ((60, "up to 60 characters"), (200, "61 to 200"), (600, "201 to 600"))
LONGEST = "over 600"
FALSE_POSITIVES, MISSED = "false_positives", "missed"


def slices(measured: Measured, judged: Judged, earlier: Mapping[str, bool]) -> tuple[SliceReport, ...]:
    """Return wrong alarms and misses per slice; `earlier` tells of label ids whether the author had others."""
    kinds = {
        "language": _by_name([language(text) for text in measured.texts]),
        "group": fairness.mentions(measured.texts),
        "length": _by_name([_length(text) for text in measured.texts]),
        "newness": _by_name([newness(one.label.comment_id, earlier) for one in measured.taught]),
    }
    found = (
        _slice(kind, name, rows, measured, judged) for kind, parts in kinds.items() for name, rows in parts.items()
    )
    return tuple(one for one in found if one.rows >= FEWEST)


def errors(measured: Measured, judged: Judged, rows: Flags) -> tuple[Any, ...]:
    """Return which share of good comments each model would not publish, and which share of bad ones it would."""
    drawn = Rows.of(measured.hurts, measured.weights)
    held = tuple(~approved for approved in judged.approved)
    return (
        share(FALSE_POSITIVES, drawn, rows & measured.is_fine, *held),
        share(MISSED, drawn, rows & measured.hurts, *judged.approved),
    )


def language(text: str) -> str:
    """Return the code of a text's language, or `unsure`."""
    if len(text) < LONG_ENOUGH:
        return "unsure"
    code, probability = _identifier().classify(text)
    return str(code) if probability >= SURE else "unsure"


def newness(label_id: str, earlier: Mapping[str, bool]) -> str:
    """Say whether a label's author had others before it."""
    known = earlier.get(label_id)
    return "unknown author" if known is None else "known author" if known else "first seen"


def seen_before(labels: Sequence[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """Yield for (label id, author's hash), oldest first, whether that author came before; nothing where no hash is."""
    met: set[str] = set()
    for label_id, author in labels:
        if author:
            yield label_id, author in met
            met.add(author)


def _slice(kind: str, name: str, rows: Flags, measured: Measured, judged: Judged) -> SliceReport:
    return SliceReport(kind, name, int(rows.sum()), int((rows & measured.hurts).sum()), errors(measured, judged, rows))


def _by_name(names: Sequence[str]) -> Mapping[str, Flags]:
    places: defaultdict[str, Flags] = defaultdict(lambda: np.zeros(len(names), np.bool_))
    for row, name in enumerate(names):
        places[name][row] = True
    return dict(sorted(places.items()))


def _length(text: str) -> str:
    return next((name for most, name in LENGTHS if len(text) <= most), LONGEST)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
