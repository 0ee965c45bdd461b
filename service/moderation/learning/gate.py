"""What must hold before a challenger is promoted without anybody's reason: an explicit list, one sentence for each."""

import time
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from models import contrast, fairness
from models.delta import MAX_BYTES
from models.groups import GROUPS
from service.learning import Check, Figure, HeadReport
from service.moderation.desk import Scorer
from service.moderation.learning.measured import Judged, Measured, judged, scored
from service.moderation.learning.slices import FALSE_POSITIVES, errors
from service.tenancy import Policy

FEWEST_ROWS = 30
GROUP_GAP = 0.02
FEW_SENTENCES = 2  # of the 48 that name a group; so few may tip by chance
CALIBRATION_ERROR = 0.05
SLOWDOWN = 1.5
MOST_BYTES = min(MAX_BYTES, 1_000_000)
FEWEST_NAMING = 10  # good comments that name a group
MOST_NAMED = 5
TIMED_ROUNDS = 20
TIMED_TEXTS = 40

Heads = Sequence[HeadReport]


def gate(
    heads: Heads, policy: Policy, measured: Measured, champion: Scorer, challenger: Scorer, size_bytes: int
) -> tuple[Check, ...]:
    """Return every line; `heads` and `measured` are of the held-out decisions, `size_bytes` of what is shipped."""
    return (
        enough_rows(len(measured)),
        no_attribute_worse(heads),
        well_calibrated(heads),
        neutral_sentences(policy, champion, challenger),
        groups_on_the_site(policy, measured),
        speed(measured.texts, champion, challenger),
        size(size_bytes),
    )


def enough_rows(rows: int) -> Check:
    """Ask for so many held-out decisions that a difference could be seen."""
    said = f"{rows} held-out decisions that neither model learned from"
    return Check("rows", rows >= FEWEST_ROWS, f"There are {said}; {FEWEST_ROWS} are needed.")


def no_attribute_worse(heads: Heads) -> Check:
    """Ask that no attribute's log loss is worse beyond its interval."""
    worse = [(head.attribute, found) for head in heads if (found := _figure(head, "log_loss")) and _rose(found)]
    if not worse:
        return Check("attributes", True, f"No log loss is worse beyond its interval, of {len(heads)} attributes.")
    said = "; ".join(f"{name} {_pair(found)}, by at least {found.low:.3f}" for name, found in worse)
    return Check("attributes", False, f"The log loss is worse beyond its interval: {said}.")


def well_calibrated(heads: Heads) -> Check:
    """Ask for a calibration error of at most .05, or one that is no worse than the champion's."""
    errors_of = [(head.attribute, found) for head in heads if (found := _figure(head, "calibration_error"))]
    bad = [(name, found) for name, found in errors_of if (found.challenger or 0) > CALIBRATION_ERROR and _rose(found)]
    if bad:
        said = "; ".join(f"{name} {_pair(found)}" for name, found in bad)
        return Check("calibration", False, f"Scores are off by more than {CALIBRATION_ERROR} and than before: {said}.")
    worst = max((found.challenger or 0 for _, found in errors_of), default=0.0)
    return Check("calibration", True, f"Scores are off by {worst:.3f} at most, or by no more than before.")


def neutral_sentences(policy: Policy, champion: Scorer, challenger: Scorer) -> Check:
    """Ask that of the sentences that name a group and hurt nobody not over 2 % more, nor over two, are held back."""
    groups, texts = zip(*_neutral(), strict=True)
    before, after = (judged(policy, scored(model, texts)) > 0 for model in (champion, challenger))
    names = np.array(groups)
    rises = []
    for group in GROUPS:
        here = names == group
        count, more = int(here.sum()), int(after[here].sum()) - int(before[here].sum())
        if more > max(FEW_SENTENCES, GROUP_GAP * count):
            rises.append((more / count, f"{group} {_percent(before[here].mean())} to {_percent(after[here].mean())}"))
    overall = f"{_percent(before.mean())} before, {_percent(after.mean())} now"
    return _groups("neutral sentences", f"of {len(texts)} neutral sentences ({overall})", rises)


def groups_on_the_site(policy: Policy, measured: Measured) -> Check:
    """Ask the same of the held-out comments that people approved; a rise within its interval is chance."""
    judgement = Judged.of(policy, measured)
    rises: list[tuple[float, str]] = []
    told = 0
    for group, named in fairness.mentions(measured.texts).items():
        if (named & measured.is_fine).sum() < FEWEST_NAMING:
            continue
        told += 1
        found = next(one for one in errors(measured, judgement, named) if one.name == FALSE_POSITIVES)
        if (found.challenger or 0) - (found.champion or 0) > GROUP_GAP and _rose(found):
            rises.append((found.challenger or 0, f"{group} {_percent(found.champion)} to {_percent(found.challenger)}"))
    return _groups("groups", f"of approved comments, for the {told} groups that {FEWEST_NAMING} or more name", rises)


def speed(texts: Sequence[str], champion: Scorer, challenger: Scorer) -> Check:
    """Ask that a comment takes at most half as long again; CPU time, the best of many."""
    before, after = _microseconds(champion, challenger, list(texts[:TIMED_TEXTS]) or ["A comment like any other."])
    said = f"A comment takes {after:.0f} µs to score, {after / before:.2f} times the champion's {before:.0f} µs"
    return Check("speed", after <= SLOWDOWN * before, f"{said}; at most {SLOWDOWN} times is allowed.")


def size(size_bytes: int) -> Check:
    """Ask that it is small enough to travel."""
    said = f"The model has {size_bytes / 1000:.0f} kB; at most {MOST_BYTES / 1000:.0f} kB are allowed."
    return Check("size", size_bytes <= MOST_BYTES, said)


def _groups(name: str, where: str, rises: Sequence[tuple[float, str]]) -> Check:
    if not rises:
        return Check(name, True, f"No identity group loses {where}: none has {_percent(GROUP_GAP)} more held back.")
    named = [said for _, said in sorted(rises, reverse=True)]
    rest = f"; and {len(named) - MOST_NAMED} more groups" if len(named) > MOST_NAMED else ""
    return Check(name, False, f"More are held back {where}: {'; '.join(named[:MOST_NAMED])}{rest}.")


def _neutral() -> Iterator[tuple[str, str]]:
    """Yield (group, sentence): plain ones, and kindness, denial and denouncing in words no training has seen."""
    yield from fairness.neutral_test_sentences()
    harmless = [kind for kind in contrast.KINDS if not kind.attributes]
    frames = [frame for kind in harmless for frame in kind.measured if "{group}" in frame and "{fool}" not in frame]
    for (group, (_, plural)), frame in product(GROUPS.items(), frames):
        for beasts in contrast.MEASURED_BEASTS if "{beasts}" in frame else ("",):
            text = frame.format(group=plural, beasts=beasts)
            yield group, text[0].upper() + text[1:]


def _microseconds(champion: Scorer, challenger: Scorer, texts: Sequence[str]) -> tuple[float, float]:
    """Time both in turns, each text at its best, so that whatever else the machine does disturbs neither."""
    rounds = [[(_timed(champion, text), _timed(challenger, text)) for text in texts] for _ in range(TIMED_ROUNDS)]
    best = np.array(rounds).min(axis=0).mean(axis=0) * 1e6
    return float(best[0]), float(best[1])


def _timed(model: Scorer, text: str) -> float:
    started = time.thread_time()
    model.score([text])
    return time.thread_time() - started


def _figure(head: HeadReport, name: str) -> Figure | None:
    return next((found for found in head.figures if found.name == name), None)


def _rose(found: Figure) -> bool:
    """Tell whether it is higher beyond its interval."""
    return found.low is not None and found.low > 0


def _pair(found: Figure) -> str:
    return f"{found.champion:.3f} to {found.challenger:.3f}"


def _percent(share: float | None) -> str:
    return f"{(share or 0) * 100:.1f} %"
