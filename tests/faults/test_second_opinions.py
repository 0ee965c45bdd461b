"""A comment that waits for a second opinion is never stuck, whenever the worker is killed."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.running import Service, eventually, kill

COMMENTS = 40


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Let the worker ask, of a model that cannot be loaded: then the first verdict stands after all."""
    (tmp_path / "empty").mkdir()
    asked = {"PARLEY_SECOND_OPINION": "worker", "PARLEY_SECOND_MODEL": str(tmp_path / "empty")}
    service = Service(tmp_path / "data", settings=asked)
    service.start()
    yield service
    service.clear_away()


def call(service: Service, path: str, body: object = None) -> dict:
    headers = {"Authorization": f"Bearer {service.key()}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def test_a_killed_worker_leaves_every_comment_to_the_next_which_revises_it_once(service):
    eventually(service.worker)
    for number in range(COMMENTS):
        taken = call(
            service, "/v1/comments", {"id": f"c-{number}", "text": f"Shut up already, nobody asked you {number}."}
        )
        assert taken["reasons"][0]["code"] == "second_opinion"
        if number % 10 == 5:
            time.sleep(0.02 * number)
            [victim] = service.worker()
            kill(victim)
            eventually(lambda gone=victim: service.worker() not in ([], [gone]))
    stories = []

    def all_are_heard() -> bool:
        stories[:] = [call(service, f"/v1/comments/c-{number}/trace") for number in range(COMMENTS)]
        return all(story["comment"]["version"] > 1 for story in stories)

    eventually(all_are_heard, seconds=30, pause=0.5)
    assert {tuple(event["type"] for event in story["events"]) for story in stories} == {("received", "revised")}
    assert all(story["comment"]["reasons"][0]["code"] == "score" for story in stories)
    assert service.logged.count("second.unavailable") >= 1
