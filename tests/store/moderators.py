"""Processes that work on one store at random and write down what they were answered, until they are killed."""

import json
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import Unavailable
from service.settings import Settings
from service.shares import LookShares
from service.store.campaigns import Precedent
from service.store.connect import Store, connect
from service.values import (
    DEFAULT_QUEUE,
    ESCALATED_QUEUE,
    QUEUES,
    Choice,
    Claim,
    Decision,
    Opinion,
    Reason,
    State,
    Verdict,
)
from tests.conftest import SECRET
from tests.store.scenes import DAY_MS, SITE, assessed, comment

DRAINING = "draining"
WAITS = Reason("second_opinion", "Waits for a second opinion.")
OFTEN = LookShares(0.3, 0.8, 0.8)
SCRIBES = ("Ani", "Bedros", "Gor", "Davit", "Eva", "Hasmik", "Lilit")


@dataclass
class Worker:
    """One process: its store, its dice and its diary, one JSON list per line, complete unless killed in a line."""

    store: Store
    dice: random.Random
    diary: int
    folder: Path

    def write(self, *line: object) -> None:
        os.write(self.diary, (json.dumps(line) + "\n").encode())

    def draining(self) -> bool:
        return (self.folder / DRAINING).exists()

    def chance(self, share: float) -> bool:
        return not self.draining() and self.dice.random() < share


def work(role: str, url: str, folder: Path, number: int, count: int) -> None:
    """Be a `platform`, `moderator` or `deliverer` until killed; a platform ends when it sent its share."""
    store = connect(Settings(redis_url=url, secret=SECRET))
    diary = os.open(folder / f"{role}-{number}-{os.getpid()}.diary", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    worker = Worker(store, random.Random(os.getpid()), diary, folder)
    ROLES[role](worker, number, count)


def platform(worker: Worker, number: int, count: int) -> None:
    """Send `count` comments; now and then edit, appeal, give an opinion or erase."""
    for place in range(count):
        one = f"c-{number}-{place}"
        risk = worker.dice.random()
        words = worker.dice.choice(
            ["The bridge was closed in 1994.", f"The bridge by {SCRIBES[place % 7]} was closed."]
        )
        verdict = worker.dice.choice([Verdict.REVIEW] * 8 + [Verdict.APPROVE, Verdict.REJECT])
        waits = verdict is Verdict.REVIEW and worker.dice.random() < 0.3
        assessment = assessed(verdict, risk=risk, **({"reasons": (WAITS,)} if waits else {}))
        worker.store.comments.submit(SITE, [(comment(one, words, id=f"u-{place % 50}"), assessment)], OFTEN)
        worker.write("sent", one)
        if waits and worker.chance(0.5):
            second(worker, one)
        meddle(worker, f"c-{number}-{worker.dice.randint(0, place)}")


def meddle(worker: Worker, one: str) -> None:
    if worker.chance(0.02):
        worker.store.comments.edit(SITE, comment(one, f"New words {uuid.uuid4()}."), assessed())
    if worker.chance(0.02):
        worker.store.comments.appeal(SITE, one, "again, please", "platform")
    if worker.chance(0.02):
        worker.store.comments.feedback(SITE, one, Opinion.SPAM, "platform", State.REJECTED)
    if worker.chance(0.005):
        worker.write("erasing", one)
        worker.store.comments.erase(SITE, one)


def seconder(worker: Worker, _: int, __: int) -> None:
    """Give second opinions to what waits for them, now and then late."""
    while True:
        for one in worker.store.seconds.waiting([SITE], 5).get(SITE, []):
            second(worker, one)
        time.sleep(0.01)


def second(worker: Worker, one: str) -> None:
    """Give one opinion, late perhaps, or none after all."""
    kept = worker.store.comments.get(SITE, one)
    if kept is None or worker.chance(0.1):
        worker.store.seconds.drop(SITE, [one])
        return
    time.sleep(worker.dice.choice([0, 0.02]))
    verdict = worker.dice.choice(list(Verdict))
    worker.store.seconds.revise(SITE, [(kept, assessed(verdict, risk=worker.dice.random()))], OFTEN)


def moderator(worker: Worker, number: int, _: int) -> None:
    """Claim, decide, forget, give back, escalate, come too late, undo; look blind at what is settled."""
    reviewer = f"key:k{number}/{os.getpid()}"
    while True:
        look(worker, reviewer)
        queue = worker.dice.choice([DEFAULT_QUEUE] * 3 + list(QUEUES))
        token, lease_ms = uuid.uuid4().hex, worker.dice.choice([200, 3000])
        size, copies = worker.dice.choice([1, 1, 5]), worker.dice.choice([0, 0, 5])
        claimed = worker.store.queues.claim(SITE, queue, reviewer, size, lease_ms, token, 50, copies)
        if not claimed.comments:
            time.sleep(0.01)
        if claimed.copies and worker.chance(0.5):
            review_together(worker, reviewer, claimed)
            continue
        for kept in (*claimed.comments, *claimed.copies):
            review(worker, reviewer, token, kept.comment.id, queue)


def review_together(worker: Worker, reviewer: str, claimed: Claim) -> None:
    """Decide a claim as one campaign, let later ones follow, change one's mind."""
    campaigns, operation = worker.store.campaigns, uuid.uuid4().hex
    ids = [kept.comment.id for kept in (*claimed.comments, *claimed.copies)]
    choice = worker.dice.choice([Choice.APPROVE, Choice.REJECT])
    if worker.chance(0.3):
        campaigns.part(SITE, claimed.token, reviewer, [ids.pop()])
    decisions = [Decision(one, choice) for one in ids]
    outcomes = worker.store.queues.decide(SITE, claimed.token, reviewer, decisions, operation, 20, campaign=ids[0])
    for outcome in outcomes:
        if outcome.outcome == "done":
            worker.write("decided", outcome.id, outcome.version, choice)
    if worker.chance(0.2):
        number = campaigns.number(SITE, ids[0])
        campaigns.follow(SITE, number, operation, Precedent(ids[0], choice, reviewer, 0.5), follow_ms=300)
    if worker.chance(0.1) and campaigns.mark_undone(SITE, operation, reviewer, reviewer) == "marked":
        for page in campaigns.of_operation(SITE, operation):
            worker.store.queues.undo_all(SITE, page, reviewer, operation, DAY_MS)


def review(worker: Worker, reviewer: str, token: str, one: str, queue: str) -> None:
    queues = worker.store.queues
    if worker.chance(0.03):
        queues.release(SITE, token, reviewer, [one], skip=worker.chance(0.5))
        return
    if worker.chance(0.03):
        return  # forgotten: its lease must end
    if worker.chance(0.02):
        queues.extend(SITE, token, reviewer, 500)
    if worker.chance(0.02):
        time.sleep(0.25)  # perhaps the lease is over
    escalates = worker.chance(0.03) and queue != ESCALATED_QUEUE
    choice = Choice.ESCALATE if escalates else worker.dice.choice([Choice.APPROVE, Choice.REJECT])
    decide(worker, reviewer, token, Decision(one, choice))


def look(worker: Worker, reviewer: str) -> None:
    """Answer some looks, forget or give back others, change one's mind; settle what others differ on."""
    looks, dice = worker.store.looks, worker.dice
    for kept in looks.take(SITE, reviewer, 2, dice.choice([100, 3000])):
        decision, operation = Decision(kept.comment.id, dice.choice(list(Choice))), uuid.uuid4().hex
        if worker.chance(0.1):
            looks.release(SITE, reviewer, [decision.id])
        elif not worker.chance(0.1):
            (outcome,) = looks.answer(SITE, reviewer, [decision], operation, delay_ms=20)
            (again,) = looks.answer(SITE, reviewer, [decision], operation, delay_ms=20)
            assert again.outcome != "done", again
            if outcome.outcome == "done" and worker.chance(0.2):
                looks.undo(SITE, decision.id, reviewer, uuid.uuid4().hex, DAY_MS)
    if worker.chance(0.1):
        for one in looks.disagreements(SITE, 2):
            word = Decision(one.kept.comment.id, dice.choice([Choice.APPROVE, Choice.REJECT]))
            looks.settle(SITE, reviewer, word, uuid.uuid4().hex, delay_ms=20)


def decide(worker: Worker, reviewer: str, token: str, decision: Decision) -> None:
    operation, queues = uuid.uuid4().hex, worker.store.queues
    (outcome,) = queues.decide(SITE, token, reviewer, [decision], operation, 20, OFTEN.decisions)
    if outcome.outcome == "done":
        worker.write("decided", decision.id, outcome.version, decision.decision)
    if worker.chance(0.05):
        (again,) = queues.decide(SITE, token, reviewer, [decision], operation, 20, OFTEN.decisions)
        assert again.outcome != "done", again
    if outcome.outcome == "done" and worker.chance(0.05):
        time.sleep(worker.dice.choice([0, 0.05]))
        undone = queues.undo(SITE, decision.id, reviewer, uuid.uuid4().hex, DAY_MS)
        worker.write("undone", decision.id, undone.outcome)


def deliverer(worker: Worker, _: int, __: int) -> None:
    """Deliver, fail now and then, bring expired claims back."""
    while True:
        due = worker.store.outbox.due(SITE, 20, 300)
        for delivery in due:
            if worker.chance(0.1):
                wait_ms = worker.dice.choice([10, 50, None])
                worker.store.outbox.failed(SITE, delivery.comment_id, wait_ms, "timeout")
                continue
            worker.write("told", delivery.comment_id, delivery.version, delivery.state)
            worker.store.outbox.delivered(SITE, delivery.comment_id, delivery.version, DAY_MS)
        worker.store.queues.expire(SITE)
        if worker.draining() or worker.chance(0.02):
            worker.store.outbox.revive(SITE)
        if not due:
            time.sleep(0.01)


ROLES: dict[str, Callable[[Worker, int, int], None]] = {
    "platform": platform,
    "moderator": moderator,
    "deliverer": deliverer,
    "seconder": seconder,
}


def lines(folder: Path, role: str) -> Iterator[list[Any]]:
    """Return what all processes of a role wrote down; a line that a kill cut short is left out."""
    for path in folder.glob(f"{role}-*.diary"):
        for line in path.read_text().splitlines():
            with suppress(json.JSONDecodeError):
                yield json.loads(line)


def is_empty(store: Store) -> bool:
    """Say whether all work is done."""
    with suppress(Unavailable):
        left = sum(count.waiting + count.claimed for count in store.queues.counts(SITE))
        return not left and store.outbox.depth(SITE) == (0, 0)
    return False
