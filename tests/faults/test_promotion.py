"""Under load, every process serves a promoted model within two seconds, and nobody is refused for it."""

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import httpx
import numpy as np
import pytest

from models.artefact import read_card
from models.calibration import KNOTS
from models.delta import Delta, HeadDelta, pack
from service.cli.desk import opened
from service.learning import SiteModel
from service.moderation.desk import Desk
from service.moderation.learning.promote import loaded, promote, roll_back
from service.moderation.learning.shadow import shadow
from service.settings import BASE_MODEL
from service.store.learning_names import LearningNames
from tests.faults.running import Service, eventually

SITE = "main"
BASE = str(read_card(BASE_MODEL)["version"])
ONE, TWO, THREE = (f"{BASE}.{number}" for number in (1, 2, 3))
REASON = "Made for a test alone."
CLIENTS = 6
LONGEST_SECONDS = 2.0


@dataclass
class Load:
    """Clients that send without a pause and write down when, what came back and from which model."""

    port: int
    key: str
    seen: list[tuple[float, int, str]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> "Load":
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join(10)

    def _send(self, client: int) -> None:
        try:
            with self._client() as http:
                for number in count():
                    if self._leaving.is_set():
                        return
                    self._note(http, f"c-{client}-{number}")
        except (httpx.HTTPError, ValueError) as failure:
            self.failures.append(failure)

    def _note(self, http: httpx.Client, comment_id: str) -> None:
        sent_at = time.monotonic()
        kept = http.post("/v1/comments", json={"id": comment_id, "text": "A quiet word about tulips."})
        scored = http.post("/v1/scores", json={"text": "A quiet word about tulips."})
        for answer in (kept, scored):
            self.seen.append((sent_at, answer.status_code, answer.json().get("model", answer.text)))

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=10, trust_env=False)

    def models_after(self, moment: float) -> set[str]:
        """Name the models that answered what was sent after a moment; there must be such."""
        models = {model for at, _, model in self.seen if at >= moment}
        assert models
        return models


def keep(desk: Desk, version: str, bias: float) -> None:
    """Make a model of the site that finds everything as spammy as `bias` says."""
    weights = (np.array([7], np.uint32), np.array([0.5], np.float32))
    head = HeadDelta("own", 0.0, bias, *weights, np.linspace(0, 1, KNOTS, dtype=np.float32))
    packed = pack(Delta(version, BASE, {"spam": head}, {}))
    made = SiteModel(version, BASE, datetime.now(UTC), "test", 1, len(packed), hashlib.sha256(packed).hexdigest())
    desk.store.models.save(SITE, made, packed, [])


@pytest.fixture
def desk(service: Service) -> Iterator[Desk]:
    service.start()
    with opened(service.data) as desk:
        yield desk
    service.stop()


def test_promotions_and_roll_backs_reach_all_processes_in_time_and_cost_no_answer(service: Service, desk: Desk) -> None:
    for number, version in enumerate((ONE, TWO, THREE)):
        keep(desk, version, float(number))
    with Load(service.port, service.key()) as load:
        eventually(lambda: loaded(desk, SITE) == (2, 2))
        eventually(lambda: (found := shadow(desk, SITE)) is not None and found.comments > 10)
        assert load.models_after(0) == {BASE}
        for step, version in (
            (lambda: promote(desk, SITE, ONE, "test", REASON), ONE),
            (lambda: promote(desk, SITE, TWO, "test", REASON), TWO),
            (lambda: roll_back(desk, SITE, "test"), ONE),
        ):
            step()
            limit = time.monotonic() + LONGEST_SECONDS
            time.sleep(LONGEST_SECONDS + 0.5)
            assert load.models_after(limit) == {version}
            assert loaded(desk, SITE) == (2, 2)
        desk.store.connection.run("SET", LearningNames(SITE).packed(TWO), "AAAA")
        promote(desk, SITE, TWO, "test", REASON)
        time.sleep(LONGEST_SECONDS)
        assert load.models_after(time.monotonic() - 0.5) == {ONE}
        assert loaded(desk, SITE) == (0, 2)
    assert load.failures == []
    assert {status for _, status, _ in load.seen} <= {200, 201}
    assert "model.not_loaded" in service.logged
