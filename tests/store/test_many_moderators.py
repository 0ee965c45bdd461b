"""Many processes at one queue, some killed at any moment: nothing is lost, nothing is decided twice."""

import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from service.settings import Settings
from service.store.connect import Store, connect
from tests.conftest import SECRET
from tests.store.moderators import DRAINING, is_empty, lines, work
from tests.store.replay import audit, replay, whole_log
from tests.store.scenes import SITE
from tests.store.server import Server, wait_for

TEAM = ["moderator"] * 10 + ["deliverer"] * 2 + ["seconder"] * 2
SHORT, LONG = 1_000, 50_000  # comments
USUAL = (
    "expired",
    "released",
    "undone",
    "escalated",
    "delivery_failed",
    "appealed",
    "edited",
    "parted",
    "campaign_followed",
)


class Crew:
    """The processes at work; whoever is killed is replaced."""

    def __init__(self, url: str, folder: Path, comments: int) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.store.moderators"])
        self._url, self._folder = url, folder
        self.platforms = [self._hire("platform", number, comments // 2) for number in range(2)]
        self.team = [self._hire(role, number, 0) for number, role in enumerate(TEAM)]
        self.kills = 0

    def _hire(self, role: str, number: int, count: int) -> ForkServerProcess:
        process = self._context.Process(target=work, args=(role, self._url, self._folder, number, count))
        process.start()
        return process

    def sending(self) -> bool:
        return any(process.is_alive() for process in self.platforms)

    def kill_one(self, dice: random.Random) -> None:
        number = dice.randrange(len(self.team))
        assert self.team[number].is_alive(), "a worker ended by itself"
        self.team[number].kill()
        self.team[number].join()
        self.team[number] = self._hire(TEAM[number], number, 0)
        self.kills += 1

    def dismiss(self) -> None:
        for process in (*self.platforms, *self.team):
            process.kill()
            process.join()


@contextmanager
def crew(url: str, folder: Path, comments: int) -> Iterator[Crew]:
    hired = Crew(url, folder, comments)
    try:
        yield hired
    finally:
        hired.dismiss()


def run(server: Server, folder: Path, comments: int, kill_every_seconds: float, longest_seconds: float) -> Store:
    """Let the crew send and decide `comments` with kills, then let it finish in peace."""
    store, dice = connect(Settings(redis_url=server.url, secret=SECRET)), random.Random(time.time_ns())
    with crew(server.url, folder, comments) as team:
        while team.sending():
            time.sleep(kill_every_seconds)
            team.kill_one(dice)
        for _ in range(3):
            time.sleep(kill_every_seconds)
            team.kill_one(dice)
        (folder / DRAINING).touch()
        wait_for(lambda: is_empty(store), longest_seconds)
        assert all(process.exitcode == 0 for process in team.platforms)
        assert team.kills >= 3
    return store


def check(store: Store, folder: Path) -> None:
    """Hold the log against the rules, the store against the log, and the answers given against both."""
    told = defaultdict(list)
    for _, one, version, state in lines(folder, "deliverer"):
        told[one].append((version, state))
    assert audit(store, SITE, told) == []
    log = whole_log(store, SITE)
    said = replay(log)
    sent = {one for word, one in lines(folder, "platform") if word == "sent"}
    assert sent <= set(said.lives)
    erasing = {one for word, one in lines(folder, "platform") if word == "erasing"}
    assert {one for one, life in said.lives.items() if life.state is None} <= erasing
    for word, one, *answer in lines(folder, "moderator"):
        if word == "decided":
            version, choice = answer
            wanted = {"approve": "approved", "reject": "rejected", "escalate": "escalated"}[choice]
            assert wanted in said.changes[one, version], f"{one} v{version}: an acknowledged {choice} is gone"
    for wanted in (
        "expired",
        "released",
        "undone",
        "escalated",
        "delivery_failed",
        "appealed",
        "edited",
        "looked",
        "corrected",
        "campaign_followed",
        "revised",
    ):
        assert said.counts[wanted], f"nobody {wanted} anything: the test looked away"


def test_nothing_is_lost_and_nothing_is_decided_twice(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "diaries"
    folder.mkdir()
    check(run(server, folder, SHORT, kill_every_seconds=0.25, longest_seconds=30), folder)


@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_nothing_is_lost_in_a_long_run(tmp_path: Path) -> None:
    folder = tmp_path / "diaries"
    folder.mkdir()
    with Server(tmp_path / "redis", "--appendonly", "yes", "--appendfsync", "everysec") as own:
        check(run(own, folder, LONG, kill_every_seconds=0.5, longest_seconds=1200), folder)
