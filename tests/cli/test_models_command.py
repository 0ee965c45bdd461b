import json
import threading

import orjson
import pytest

from service.learning import JobState
from service.store.connect import connect
from service.workers.worker import work
from tests.lessons import decided

SITE = "gazette"


@pytest.fixture
def store(raw, settings):
    connected = connect(settings)
    connected.sites.create(SITE)
    yield connected
    connected.close()


@pytest.fixture
def made(parley, store) -> str:
    """A challenger that was trained in the command itself."""
    decided(store, SITE, 120)
    made = parley("models", "retrain", SITE, "--here")
    assert made.exit_code == 0, made.stderr
    return made.stdout.strip()


def test_the_whole_loop_from_decisions_to_the_base_again(parley, store, made):
    assert store.models.standing(SITE).challenger == made
    assert parley("models", "list", SITE).stdout.split("\t")[:2] == [made, "challenger"]
    lines = [line.split("\t") for line in parley("models", "report", SITE).stdout.splitlines()]
    assert {line[0] for line in lines if line[0] in ("passed", "failed")} == {"passed", "failed"}
    assert [line for line in lines if line[:2] == ["spam", "own"] and line[4] == "AUC"]

    refused = parley("models", "promote", SITE, made)
    assert (refused.exit_code, "rows" in refused.stderr) == (1, True)
    assert parley("models", "promote", SITE, made, "--reason", "Measured by hand.").stdout == f"{made}\n"
    assert store.models.standing(SITE).champion == made
    assert store.models.get(SITE, made).override == "Measured by hand."
    assert parley("models", "rollback", SITE).stdout == "base\n"
    assert parley("models", "discard", SITE, made).exit_code == 0
    assert parley("models", "list", SITE).stdout == ""


def test_a_report_is_whole_as_json(parley, made):
    report = json.loads(parley("models", "report", SITE, made, "--json").stdout)["report"]
    assert report["challenger"] == made
    assert {check["name"] for check in report["gate"]} >= {"rows", "attributes", "groups", "speed"}


def test_a_worker_does_it_while_the_command_waits(parley, store, settings):
    decided(store, SITE, 60)
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(store, settings, stop))
    thread.start()
    try:
        while not store.heartbeats.alive():
            pass
        waited = parley("models", "retrain", SITE, "--wait")
    finally:
        stop.set()
        thread.join()
    assert (waited.exit_code, waited.stdout.splitlines()[-1]) == (0, "base-2.1")
    assert store.jobs.current(SITE).state is JobState.DONE


def test_waiting_where_nobody_works_is_refused_and_asks_for_nothing(parley, store):
    refused = parley("models", "retrain", SITE, "--wait")
    assert (refused.exit_code, "--here" in refused.stderr) == (1, True)
    assert store.jobs.current(SITE) is None


def test_one_that_fails_says_what_is_missing(parley, store):
    failed = parley("models", "retrain", SITE, "--here")
    assert failed.exit_code == 1
    assert "There are 0 labels to learn from; 40 are needed, so 40 more." in failed.stderr


def test_one_at_a_time_and_it_can_be_cancelled(parley, store):
    assert parley("models", "retrain", SITE).exit_code == 0
    assert "under way" in parley("models", "retrain", SITE).stderr
    assert parley("models", "cancel", SITE).exit_code == 0
    assert store.jobs.current(SITE).state is JobState.CANCELLED
    assert parley("models", "cancel", SITE).exit_code == 1


@pytest.mark.parametrize("words", [("report", SITE), ("report", SITE, "base-2.9"), ("discard", SITE, "base-2.9")])
def test_a_model_that_is_not_there_is_named(parley, store, words):
    found = parley("models", *words)
    assert found.exit_code == 1
    assert "model" in found.stderr


@pytest.mark.parametrize("command", ["list", "retrain", "report", "rollback", "cancel"])
def test_an_unknown_site_is_named(parley, command):
    found = parley("models", command, "nowhere")
    assert (found.exit_code, "no site 'nowhere'" in found.stderr) == (1, True)


def test_no_comment_text_is_in_the_log_of_the_site(parley, store, made):
    parley("models", "promote", SITE, made, "--reason", "Measured by hand.")
    events, _ = store.events.read(SITE, None, 1000)
    assert {"retraining_asked", "retraining_ended", "model_promoted"} <= {event.type for event in events}
    assert b"roses" not in orjson.dumps([event.detail for event in events])
