"""A simulated month: comments come in, people decide what is borderline, and the model is trained anew each night.

Everything is the service's own road on a real store; only the people are invented. A moderator decides every card and
errs on one in twenty. Of what automation got wrong, readers report a fifth of the published abuse, and authors
complain of a fifth of the wrong rejections, on the same day. Without the loop all of this happens too, but nothing is
learned from it.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from bench.result import Figure
from bench.stage import SITE, Stage, stage
from bench.traffic import FORUM_FROM, WAVES, Sent, month
from models.classifier import Classifier
from models.delta import unpack
from models.drawing import Axis, chart, sheet
from service.moderation import cards, shift
from service.moderation.desk import Desk
from service.moderation.feedback import feedback
from service.moderation.learning import promote, retrain, training
from service.moderation.learning.watch import Watch
from service.moderation.submit import submit_batch
from service.settings import BASE_MODEL
from service.values import Author, Choice, Comment, Decision, Opinion, State

MISTAKES = 0.05
REPORTED = 0.2
AT_ONCE = 50
MODERATOR = "user:moderator"
PICTURE = Path(__file__).parent / "results" / "month.svg"
EVENINGS = {"wave of spam": sorted(WAVES), "forum": range(FORUM_FROM, 31)}
WRONG = {State.APPROVED: "published", State.REJECTED: "rejected"}


@dataclass(frozen=True, slots=True)
class Day:
    """What a day cost: cards that a person read, abuse that stayed published, good comments that stayed rejected."""

    number: int
    comments: int
    reviewed: int
    published: int
    rejected: int

    @property
    def errors(self) -> int:
        """Count the comments that stand wrong at the end of the day."""
        return self.published + self.rejected


def measure(data: Path | None = None) -> Iterator[Figure]:
    """Live through the month twice, with the loop and without, and draw both."""
    if data is None:
        print("month: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    base = Classifier.load(BASE_MODEL)
    days = {name: list(live(data, base, learns)) for name, learns in (("without", False), ("with", True))}
    for name, lived in days.items():
        yield from _figures(name, lived)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(_plot(days), encoding="utf-8")
    print(f"month: the days are drawn in {PICTURE.name}, beside the figures")


def live(folder: Path, base: Classifier, learns: bool, seed: int = 8) -> Iterator[Day]:
    """Yield what each day cost."""
    draw = random.Random(seed)
    with stage("everysec") as place, _watched(place, base) as desk:
        for number, sent in enumerate(month(folder), 1):
            yield _lived(desk, number, sent, draw)
            if learns:
                _learn(desk, base)


@contextmanager
def _watched(place: Stage, base: Classifier) -> Iterator[Desk]:
    """Give a desk that follows the champion, as a web process's does."""
    watch = Watch(place.store, base, lambda packed: base.adapted(unpack(packed)), base.unseen)
    yield Desk(place.store, base, place.settings, watch)
    watch.stop()


def _lived(desk: Desk, number: int, sent: Sequence[Sent], draw: random.Random) -> Day:
    truth = {one.id: one.reason for one in sent}
    submit_batch(desk, SITE, [Comment(one.id, one.text, Author(id=f"reader-{one.id}")) for one in sent])
    reviewed = _work(desk, truth, draw)
    wrong = _wrong(desk, truth)
    _hear_readers(desk, wrong, truth, draw)
    count = Counter(WRONG[state] for state in wrong.values())
    return Day(number, len(sent), reviewed, count["published"], count["rejected"])


def _work(desk: Desk, truth: dict[str, str], draw: random.Random) -> int:
    """Decide every card; returns how many were read."""
    read = 0
    while hand := cards.take(desk, SITE, MODERATOR, "main", AT_ONCE):
        for card in hand:
            decision = _decision(card.id, truth.get(card.id, ""), draw)
            shift.decide(desk, SITE, MODERATOR, {card.claim: [decision]}, f"op-{card.id}")
        read += len(hand)
    return read


def _decision(comment_id: str, reason: str, draw: random.Random) -> Decision:
    if draw.random() < MISTAKES:
        reason = "" if reason else "insult"
    return Decision(comment_id, Choice.REJECT if reason else Choice.APPROVE, reason or None)


def _wrong(desk: Desk, truth: dict[str, str]) -> dict[str, State]:
    """Return the comments that stand wrong, and how they stand."""
    kept = desk.store.browse.many(SITE, list(truth))
    right = {one: State.REJECTED if reason else State.APPROVED for one, reason in truth.items()}
    return {one: kept[one].state for one in truth if kept[one].state is not right[one]}


def _hear_readers(desk: Desk, wrong: dict[str, State], truth: dict[str, str], draw: random.Random) -> None:
    for one in wrong:
        if draw.random() < REPORTED:
            opinion = {"": Opinion.FINE, "spam": Opinion.SPAM}.get(truth[one], Opinion.ABUSIVE)
            feedback(desk, SITE, one, opinion, "readers")


def _learn(desk: Desk, base: Classifier) -> None:
    """Retrain, and promote what passes the gate; the thresholds stay as they are."""
    retrain.ask(desk, SITE, "night")
    taken = desk.store.jobs.take("night")
    assert taken
    training.run(desk, *taken, base)
    ended = retrain.current(desk, SITE)
    model = ended and ended.version and desk.store.models.get(SITE, ended.version)
    if model and model.report and model.report.passed:
        promote.promote(desk, SITE, model.version, "night")
    assert desk.watch
    desk.watch.turn()


def _figures(name: str, days: Sequence[Day]) -> Iterator[Figure]:
    spans = {"the whole month": range(1, 31), **EVENINGS}
    for span, numbers in spans.items():
        chosen = [day for day in days if day.number in numbers]
        yield Figure(f"{name} the loop, {span}: cards read a day", _mean([day.reviewed for day in chosen]))
        yield Figure(f"{name} the loop, {span}: errors a day", _mean([day.errors for day in chosen]))


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)


def _plot(days: dict[str, list[Day]]) -> str:
    drawn = {}
    for what, value in (
        ("Errors a day", attrgetter("errors")),
        ("Comments a day that people read", attrgetter("reviewed")),
    ):
        most = max(value(day) for lived in days.values() for day in lived)
        whole = "{:.0f}".format
        across, up = Axis("day", 0, 30, whole), Axis("comments", 0, -(-most // 25) * 25, whole)
        lines = {f"{name} the loop": [(day.number, value(day)) for day in lived] for name, lived in days.items()}
        drawn[what] = chart(across, up, lines)
    return sheet(drawn)
