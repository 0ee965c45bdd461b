"""Redis away or slow: intake answers 503 in under two seconds, stateless scoring goes on."""

import signal
import time

import httpx
import pytest

from tests.faults.running import eventually, kill


@pytest.fixture
def client(shared):
    headers = {"Authorization": f"Bearer {shared.key()}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{shared.port}", headers=headers, timeout=10, trust_env=False) as one:
        assert one.post("/v1/comments", json={"id": "c-0", "text": "First."}).status_code == 201
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
