"""Platforms that send comments and reviewers that decide them, who write down every answer and check it later."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

PLATFORMS = 3
REVIEWERS = 2
TEXT = "Number {number}: please have a look at this paragraph."
REVIEW_ALL = {
    "thresholds": {},
    "rules": [
        {"name": "All", "field": "text", "match": "contains", "values": ["please have a look"], "verdict": "review"}
    ],
}
STATE_AFTER = {"approve": "approved", "reject": "rejected"}


@dataclass
class Crowd:
    """`taken` maps the ids of acknowledged comments to their texts, `decided` those of decided ones to their states.

    Nobody gives up: what was not acknowledged is sent again, the same, until it is or the crowd leaves.
    """

    port: int
    key: str
    seed: int
    taken: dict[str, str] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    refused: Counter[int] = field(default_factory=Counter)
    failures: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._leaving = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._once("PUT", "/v1/policy", REVIEW_ALL)
        for number, role in enumerate([self._send_comments] * PLATFORMS + [self._decide_comments] * REVIEWERS):
            thread = threading.Thread(target=self._play, args=(role, number))
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join(30)
        assert not self.failures, self.failures

    def _play(self, role: Callable[[httpx.Client, int], None], number: int) -> None:
        try:
            with self._client() as client:
                role(client, number)
        except _Left:
            pass
        except (AssertionError, httpx.HTTPError, KeyError, ValueError) as failure:
            self.failures.append(failure)

    def _send_comments(self, client: httpx.Client, number: int) -> None:
        count = 0
        while not self._leaving.is_set():
            count += 1
            comment = {"id": f"c-{number}-{count}", "text": TEXT.format(number=f"{number}/{count}")}
            self._insist(client, "POST", "/v1/comments", comment)
            self.taken[comment["id"]] = comment["text"]

    def _decide_comments(self, client: httpx.Client, number: int) -> None:
        dice = random.Random(self.seed + number)
        reviewer = f"reviewer-{number}"
        while not self._leaving.is_set():
            claim = self._insist(client, "POST", "/v1/claims", {"limit": 5, "reviewer": reviewer})
            choices = {comment["id"]: dice.choice(["approve", "reject"]) for comment in claim["comments"]}
            if not choices:
                self._leaving.wait(0.05)
                continue
            decisions = [{"id": comment_id, "decision": choice} for comment_id, choice in choices.items()]
            body = {"claim": claim["token"], "decisions": decisions, "reviewer": reviewer}
            for result in self._insist(client, "POST", "/v1/decisions", body)["decisions"]:
                assert result["outcome"] in {"done", "repeated"}, result
                self.decided[result["id"]] = STATE_AFTER[choices[result["id"]]]

    def _insist(self, client: httpx.Client, method: str, path: str, body: object) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            with suppress(httpx.TransportError):
                answer = client.request(method, path, json=body, headers=headers)
                if answer.is_success:
                    return answer.json()
                self.refused[answer.status_code] += 1
                assert answer.status_code == 503, answer.text
                assert int(answer.headers["Retry-After"]) > 0
            if self._leaving.wait(0.05):
                raise _Left

    def audit(self) -> None:
        """Look up everything that was acknowledged, and how often the log says that it happened."""
        with self._client() as client:
            for comment_id, text in self.taken.items():
                kept = client.get(f"/v1/comments/{comment_id}")
                assert kept.status_code == 200, (comment_id, kept.text)
                assert kept.json()["text"] == text
                if comment_id in self.decided:
                    assert kept.json()["state"] == self.decided[comment_id]
            events = Counter((event["comment"], event["type"]) for event in self._events(client))
        assert {events[comment_id, "received"] for comment_id in self.taken} == {1}
        assert {events[comment_id, state] for comment_id, state in self.decided.items()} <= {1}
        assert all(events[comment_id, "approved"] + events[comment_id, "rejected"] <= 1 for comment_id in self.taken)

    def _events(self, client: httpx.Client) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            query = {"limit": "1000"} | ({"after": after} if after else {})
            page = client.get("/v1/events", params=query).raise_for_status().json()
            found += page["events"]
            after = page["next"]
            if after is None:
                return found

    def _once(self, method: str, path: str, body: object) -> None:
        with self._client() as client:
            client.request(method, path, json=body).raise_for_status()

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=5, trust_env=False)


class _Left(Exception):
    """The crowd leaves before an answer came."""
