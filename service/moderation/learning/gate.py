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
# Where labels are many a thousandth more is surely worse, and matters to nobody.
LOSS_GAP, RELATIVE_LOSS_GAP = 0.01, 0.05
CALIBRATION_ERROR, CALIBRATION_GAP = 0.05, 0.01
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
    """Ask that no attribute's log loss is surely higher by more than .01 and a twentieth of the champion's."""
    losses = [(head.attribute, found) for head in heads if (found := _figure(head, "log_loss"))]
    worse = [(name, found) for name, found in losses if _rose(found, _loss_gap(found))]
    if not worse:
        return Check("attributes", True, f"No log loss is surely and notably worse, of {len(heads)} attributes.")
    said = "; ".join(f"{name} {_pair(found)}, by at least {found.low:.3f}" for name, found in worse)
    return Check("attributes", False, f"The log loss is worse: {said}.")


def well_calibrated(heads: Heads) -> Check:
    """Ask for a calibration error of at most .05, or one that is not notably worse than the champion's."""
    errors_of = [(head.attribute, found) for head in heads if (found := _figure(head, "calibration_error"))]
    bad = [(name, found) for name, found in errors_of if _is_off(found)]
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
    said = (
        f"{_percent(before.mean())} of {len(texts)} neutral sentences were held back, {_percent(after.mean())} are now"
    )
    return _groups("neutral sentences", said, f"no group has over {FEW_SENTENCES} more", rises)


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
    said = f"{told} groups are named by {FEWEST_NAMING} or more of the held-out comments that people approved"
    return _groups("groups", said, f"no group has {_percent(GROUP_GAP)} more held back beyond chance", rises)


def speed(texts: Sequence[str], champion: Scorer, challenger: Scorer) -> Check:
    """Ask that a comment takes at most half as long again; CPU time, the best of many."""
    before, after = _microseconds(champion, challenger, list(texts[:TIMED_TEXTS]) or ["A comment like any other."])
    said = f"A comment takes {after:.0f} µs to score, {after / before:.2f} times the champion's {before:.0f} µs"
    return Check("speed", after <= SLOWDOWN * before, f"{said}; at most {SLOWDOWN} times is allowed.")


def size(size_bytes: int) -> Check:
    """Ask that it is small enough to travel."""
    said = f"The model has {size_bytes / 1000:.0f} kB; at most {MOST_BYTES / 1000:.0f} kB are allowed."
    return Check("size", size_bytes <= MOST_BYTES, said)


def _groups(name: str, said: str, fine: str, rises: Sequence[tuple[float, str]]) -> Check:
    if not rises:
        return Check(name, True, f"{said}; {fine}.")
    named = [worst for _, worst in sorted(rises, reverse=True)]
    rest = f"; and {len(named) - MOST_NAMED} more groups" if len(named) > MOST_NAMED else ""
    return Check(name, False, f"{said}; more are held back of {'; '.join(named[:MOST_NAMED])}{rest}.")


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


def _rose(found: Figure, gap: float = 0.0) -> bool:
    """Tell whether it is higher by more than `gap`, beyond its interval."""
    return found.low is not None and found.low > gap


def _loss_gap(found: Figure) -> float:
    return max(LOSS_GAP, RELATIVE_LOSS_GAP * (found.champion or 0))


def _is_off(found: Figure) -> bool:
    return (found.challenger or 0) > max(CALIBRATION_ERROR, (found.champion or 0) + CALIBRATION_GAP) and _rose(found)


def _pair(found: Figure) -> str:
    return f"{found.champion:.3f} to {found.challenger:.3f}"


def _percent(share: float | None) -> str:
    return f"{(share or 0) * 100:.1f} %"
