"""The work of a retraining: read the labels, learn, measure, and keep the challenger with its report.

Measured is a twin that never saw the newest fifth of the labels; kept is what learned from all of them in the same way.
What it hears of sentences is heard once for both. Imports SciPy and scikit-learn, so it belongs to a process of its
own: `parley learn`, which the worker starts.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from models.adaptation import adapt, ways_of
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.delta import Delta, pack, unpack
from models.errors import Cancelled, ModelError
from models.lessons import Lesson
from models.second.own import Ears
from service.errors import StoreFull, Unavailable
from service.learning import Job, JobState, Report, SiteModel
from service.moderation import policy
from service.moderation.desk import Desk, Scorer
from service.moderation.learning.anchors import anchors
from service.moderation.learning.everyday import everyday
from service.moderation.learning.gate import gate
from service.moderation.learning.lessons import Lessons, Taught, lessons_of
from service.moderation.learning.load import Load
from service.moderation.learning.measured import Measured
from service.moderation.learning.pulse import Pulse
from service.moderation.learning.report import heads, report
from service.moderation.scoring import context_of

log = structlog.get_logger()

READING, LEARNING = "reading the labels", "learning without the newest labels"
LEARNING_ALL, MEASURING, KEEPING = "learning from all labels", "measuring", "keeping the model"
BEGINS = {READING: 0.0, LEARNING: 0.02, LEARNING_ALL: 0.5, MEASURING: 0.75, KEEPING: 0.98}  # share of all the work
COMPARED = 2000  # of the labels learned from, the newest, to see drift


class Lacking(Exception):
    """There is not enough to learn from; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The model in use, and when its labels were read; the base learned from none."""

    version: str
    scorer: Scorer
    made_at: datetime | None = None


def run(desk: Desk, job: Job, token: str, base: Classifier, ears: Ears | None = None) -> None:
    """Train, measure and keep a challenger, and end the job: `done`, or `failed` with a sentence.

    With `ears` it may have heads on sentence embeddings. A cancelled one leaves nothing. Raises StoreUnavailable when
    the store stays away: then the job is taken again.
    """
    with Pulse(desk.store.jobs, job.site, token) as pulse:
        try:
            version, problem = _tried(desk, job, base, ears, pulse)
        except Cancelled:
            log.info("training.cancelled", site=job.site)
            return
        state = JobState.FAILED if problem else JobState.DONE
        desk.store.jobs.end(job.site, token, state, version, problem)
    log.info("training.ended", site=job.site, state=state, version=version)


def _tried(desk: Desk, job: Job, base: Classifier, ears: Ears | None, pulse: Pulse) -> tuple[str | None, str | None]:
    """Return the challenger's version, or None and what went wrong; raises Cancelled, StoreUnavailable."""
    try:
        return _trained(desk, job, base, ears, pulse), None
    except StoreFull:
        return None, "The store or its disk is full, so the model could not be kept. Make room and retrain."
    except (Cancelled, Unavailable):
        raise
    except (Lacking, ModelError) as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001 - the rim of the training; its message could quote a comment
        log.error("training.failed", site=job.site, error=type(error).__name__, where=_place(error))
        return None, f"It ended with an error ({type(error).__name__}); the worker's log says where."


def _trained(desk: Desk, job: Job, base: Classifier, ears: Ears | None, pulse: Pulse) -> str:
    site, read_at = job.site, datetime.now(UTC)
    pulse.must(READING, BEGINS[READING])
    lessons = lessons_of(desk, site)
    if lacking := lessons.lacking():
        raise Lacking(lacking)
    version = f"{base.version}.{desk.store.models.next_number(site)}"
    beside = everyday(desk, site, base, lessons.taught)
    twin = _learn(base, (lessons.split()[0], beside), version, pulse, LEARNING, ears)
    shipped = _learn(base, (lessons.taught, beside), version, pulse, LEARNING_ALL, ears, ways_of(twin.card))
    packed = pack(shipped)
    pulse.must(MEASURING, BEGINS[MEASURING])
    found = _measure(desk, site, base, lessons, twin, len(packed))
    pulse.must(KEEPING, BEGINS[KEEPING])
    model = SiteModel(
        version,
        base.version,
        read_at,
        job.by,
        labels=len(lessons.taught),
        size_bytes=len(packed),
        sha256=hashlib.sha256(packed).hexdigest(),
        chosen=_chosen(shipped),
        report=found,
        sentences=tuple(shipped.sentences),
    )
    desk.store.models.save(site, model, packed, [one.label.comment_id for one in lessons.taught])
    return version


def _learn(
    base: Classifier,
    material: tuple[Sequence[Taught], Sequence[Lesson]],
    version: str,
    pulse: Pulse,
    stage: str,
    ears: Ears | None,
    ways: Mapping[str, str] | None = None,
) -> Delta:
    """Learn from labels, and from what nobody decided beside them."""
    pulse.must(stage, BEGINS[stage])
    taught, beside = material
    lessons = [_lesson(one) for one in taught]
    return adapt(base, [*lessons, *beside, *anchors(base, lessons)], version, _within(pulse, stage), ways, ears)


def _within(pulse: Pulse, stage: str) -> Callable[[str, float], bool]:
    """Return what takes the share that is done of one stage, and tells whether to go on."""
    begins = BEGINS[stage]
    ends = min(share for share in BEGINS.values() if share > begins)
    return lambda _step, share: pulse.tell(stage, begins + (ends - begins) * min(max(share, 0.0), 1.0))


def _measure(desk: Desk, site: str, base: Classifier, lessons: Lessons, twin: Delta, size_bytes: int) -> Report:
    champion, challenger = _champion(desk, site, base), base.adapted(twin)
    learned, held_out = lessons.split()
    fair = [one for one in held_out if champion.made_at is None or one.label.at > champion.made_at]
    measured = Measured(fair, champion.scorer, challenger)
    in_force, chosen = policy.current(desk, site), _chosen(twin)
    lines = gate(heads(measured, chosen), in_force, measured, champion.scorer, challenger, size_bytes)
    known = Measured(learned[-COMPARED:], champion.scorer, challenger)
    load = Load.of(desk, site, measured.since, champion.scorer, challenger)
    return report((champion.version, twin.version), chosen, in_force, known, measured, load, lines)


def _champion(desk: Desk, site: str, base: Classifier) -> Champion:
    """Return the model in use; the base where it adapts another base or cannot be read, for then the base serves."""
    version = desk.store.models.standing(site).champion
    model = version and desk.store.models.get(site, version)
    if not model:
        return Champion(base.version, base)
    try:
        packed = desk.store.models.packed(site, model.version)
        if packed is not None:
            return Champion(model.version, base.adapted(unpack(packed)), model.made_at)
    except ModelError as error:
        log.warning("model.not_loaded", site=site, model=model.version, error=type(error).__name__)
    return Champion(base.version, base)


def _chosen(delta: Delta) -> dict[str, str]:
    return {name: delta.heads[name].chosen if name in delta.heads else "base" for name in ATTRIBUTES}


def _lesson(one: Taught) -> Lesson:
    label = one.label
    return Lesson(label.text, one.targets, one.weight, one.group, label.at, context_of(label.author))


def _place(error: Exception) -> str:
    """Name the line of our code in which an error arose."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
