"""Redis away or slow: intake answers 503 in under two seconds, stateless scoring goes on."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.running import eventually, kill


@pytest.fixture
def client(shared):
    headers = {"Authorization": f"Bearer {shared.key()}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{shared.port}", headers=headers, timeout=10, trust_env=False) as one:
        first = {"id": "c-0", "text": "First."}  # after a test before, one of the web processes may still be cautious
        eventually(lambda: one.post("/v1/comments", json=first).is_success, seconds=5)
        yield one


def test_a_frozen_redis_is_told_in_time_and_scoring_goes_on(client, shared):
    redis = shared.redis()[0]
    kill(redis, signal.SIGSTOP)
    try:
        for number in range(4):
            began = time.monotonic()
            answer = client.post("/v1/comments", json={"id": f"c-{number}", "text": "Hello."})
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert time.monotonic() - began < 2
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/scores", json={"text": "Hello."}).status_code == 200
    finally:
        kill(redis, signal.SIGCONT)
    eventually(lambda: client.post("/v1/comments", json={"id": "c-9", "text": "Hello."}).is_success, seconds=5)
    eventually(shared.is_ready)


def test_comments_that_come_together_are_told_in_time_too(client, shared):
    def late(number: int) -> tuple[int, float]:
        began = time.monotonic()
        status = client.post("/v1/comments", json={"id": f"t-{number}", "text": "Hello."}).status_code
        return status, time.monotonic() - began

    redis = shared.redis()[0]
    kill(redis, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(12) as pool:
            told = list(pool.map(late, range(12)))
    finally:
        kill(redis, signal.SIGCONT)
    assert {status for status, _ in told} == {503}
    assert max(seconds for _, seconds in told) < 2
    eventually(lambda: client.post("/v1/comments", json={"id": "t-99", "text": "Hello."}).is_success, seconds=5)
    eventually(shared.is_ready)
