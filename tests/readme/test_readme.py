"""The README keeps its word: its commands work as they stand, its table and its map are those of the code."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.cli.settings import as_markdown
from tests.faults.running import Service, eventually
from tests.workers.receivers import Receiver

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CURLS = re.findall(r"^```sh\n(.+?)^```", README, re.MULTILINE | re.DOTALL)
TO_A_LOCAL_RECEIVER = {"PARLEY_DELIVERY_DELAY_SECONDS": "0", "PARLEY_WEBHOOK_PRIVATE": "true"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("readme") / "data", settings=TO_A_LOCAL_RECEIVER)
    service.start()
    yield service
    service.stop()
    service.clear_away()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def shell(service: Service, script: str) -> list[dict]:
    """Run a script with the address and the key in its environment; give the JSON documents it printed."""
    environment = {
        "PARLEY": f"http://127.0.0.1:{service.port}",
        "KEY": service.key(),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    command = ["bash", "-euo", "pipefail", "-c", script]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True)
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def test_the_five_curls_take_a_comment_through_its_life(service):
    assert len(CURLS) == 5
    one_after_the_other = "\necho\n".join(CURLS)
    received, decided, undone, trace = shell(service, one_after_the_other)
    assert received["verdict"] == "review"
    assert [outcome["outcome"] for outcome in decided["decisions"]] == ["done"]
    assert undone["state"] == "waiting"
    happened = [event["type"] for event in trace["events"]]
    assert happened == ["received", "claimed", "rejected", "undone"] or set(happened) > {
        "received",
        "claimed",
        "undone",
    }


def test_the_curl_that_the_service_prints_works_as_it_stands(service):
    command = re.search(r"^  curl .+?\n    .+$", service.printed, re.MULTILINE)
    assert command
    [answer] = shell(service, command[0])
    assert answer["id"] == "c-1"


def test_a_comment_of_the_scene_waits_is_decided_undone_decided_again_and_the_platform_hears_of_it(service, receiver):
    def call(method: str, path: str, body: object = None) -> dict:
        data = f"-d '{json.dumps(body)}'" if body is not None else ""
        [answer] = shell(
            service,
            f'curl -s -X {method} $PARLEY{path} -H "Authorization: Bearer $KEY" '
            f'-H "Content-Type: application/json" {data}; echo',
        )
        return answer

    set_up = call("PUT", "/v1/sites/main/webhook", {"url": receiver.url})
    assert "secret" in set_up, set_up.get("errors")
    receiver.secret = set_up["secret"]
    time.sleep(1.1)  # within a second every process knows of it; what is decided before goes nowhere
    scene = {"id": "scene-1", "text": "People like you make me sick, go back where you came from."}
    assert call("POST", "/v1/comments", scene)["verdict"] == "review"

    def decide(decision: str) -> str:
        claim = call("POST", "/v1/claims", {"limit": 100})
        assert "scene-1" in [comment["id"] for comment in claim["comments"]]
        body = {"claim": claim["token"], "decisions": [{"id": "scene-1", "decision": decision}]}
        [outcome] = call("POST", "/v1/decisions", body)["decisions"]
        call("DELETE", f"/v1/claims/{claim['token']}")
        return outcome["outcome"]

    assert decide("approve") == "done"
    eventually(lambda: len(receiver.messages) == 1)
    assert call("DELETE", "/v1/decisions/scene-1")["state"] == "waiting"
    assert decide("reject") == "done"
    eventually(lambda: receiver.messages[-1].type == "comment.rejected")
    assert receiver.forged == 0
    assert receiver.messages[-1].body["data"]["id"] == "scene-1"
    assert "sick" not in json.dumps([message.body for message in receiver.messages])


def test_the_settings_table_is_that_of_the_code():
    written = README.partition("<!-- settings -->\n")[2].partition("\n<!-- /settings -->")[0]
    assert written == as_markdown(), "run: parley settings --markdown"


def test_every_place_the_readme_names_exists():
    tree = README.partition("## Where things are")[2].partition("```\n")[2].partition("```")[0]
    room = Path()
    for line in tree.splitlines():
        name = line.split()[0]
        room = Path() if not line.startswith(" ") else room
        assert (ROOT / room / name).exists(), line
        room = Path(name) if not line.startswith(" ") else room
