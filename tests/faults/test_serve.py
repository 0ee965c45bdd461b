"""`parley serve` from start to stop."""

import os
import re
import shlex
import shutil
import signal
import socket
import time

import httpx

from service.settings import Settings
from service.store.embedded import EmbeddedServer
from tests.faults.running import HALF_A_REQUEST, Service, ask, eventually, is_running, kill


def follow(command: str) -> httpx.Response:
    """Do what a printed curl command would do."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "curl"
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1]
    return httpx.post(words[1], headers=headers, content=body, trust_env=False)


def commands(service: Service) -> list[str]:
    lines = service.printed.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip().startswith("curl ")]


def test_the_printed_commands_work_as_they_stand(shared):
    submit, claim = commands(shared)
    submitted = follow(submit)
    assert submitted.status_code == 201
    assert submitted.json()["verdict"] == "review"
    claimed = follow(claim)
    assert claimed.status_code == 201
    assert [comment["id"] for comment in claimed.json()["comments"]] == [submitted.json()["id"]]
    for path in ("/docs", "/metrics", "/readyz"):
        assert f"http://127.0.0.1:{shared.port}{path}" in shared.printed
        assert ask(shared.port, path) == 200


def test_the_printed_link_signs_the_first_admin_in_and_is_in_no_log(shared):
    link = re.search(r"^Review   (http\S+/sign-in/\S+)$", shared.printed, re.MULTILINE)
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        assert "Sign in as" in browser.get(link[1]).text
        signed_in = browser.post(link[1], headers={"Origin": f"http://127.0.0.1:{shared.port}"})
        assert "admin on main" in signed_in.text
        assert browser.get(link[1]).status_code == 401
    assert "sign-in/" not in shared.logged


def test_an_interrupt_in_a_terminal_reaches_the_supervisor_alone(shared):
    groups = {os.getpgid(pid) for pid in shared.everything() if pid != shared.pid}
    assert len(groups) == 3
    assert os.getpgid(shared.pid) not in groups


def test_an_interrupt_ends_it_cleanly_and_leaves_nothing_behind(service):
    service.start()
    eventually(lambda: len(service.everything()) == 6)
    running = service.everything()
    assert service.stop(signal.SIGINT) == 0
    assert not [pid for pid in running if is_running(pid)]
    assert (service.data / "serve.lock").read_text() == ""


def test_make_may_tell_the_whole_process_group_to_end_and_it_twice(service):
    service.start()
    running = service.everything()
    os.killpg(service.pid, signal.SIGTERM)
    kill(service.pid, signal.SIGTERM)
    assert service.process.wait(30) == 0
    assert not [pid for pid in running if is_running(pid)]


def test_it_can_be_stopped_while_it_starts(service):
    service.launch()
    eventually(lambda: "part.started" in service.logged, pause=0.005)
    assert service.stop() == 0
    assert "Ready?" not in service.printed


def test_a_second_interrupt_hurries(service):
    service.start()
    with socket.create_connection(("127.0.0.1", service.port)) as half:
        half.sendall(HALF_A_REQUEST)
        time.sleep(0.3)
        began = time.monotonic()
        kill(service.pid, signal.SIGINT)
        time.sleep(0.5)
        assert not service.ended()
        assert service.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < 5


def test_a_second_start_on_the_same_data_is_refused_and_harms_nothing(shared):
    second = Service(shared.data).run()
    assert second.returncode == 1
    assert f"already runs on the data in {shared.data} (process {shared.pid})" in second.stderr
    assert shared.is_ready()


def test_a_taken_port_is_told_before_anything_starts(service):
    with socket.create_server(("127.0.0.1", service.port)):
        refused = service.run()
    assert refused.returncode == 1
    assert f"Port {service.port} on 127.0.0.1 is taken" in refused.stderr
    assert "PARLEY_PORT" in refused.stderr
    assert not (service.data / "redis").exists()


def test_a_part_that_cannot_start_ends_the_service_with_its_reason(service, tmp_path):
    service.settings["PARLEY_MODEL"] = str(tmp_path / "nowhere")
    refused = service.run()
    assert refused.returncode == 1
    assert "The web process ended before it was ready" in refused.stderr
    with EmbeddedServer(Settings(redis_url=None, data=service.data)) as server:
        server.start()
        assert not server.attached


def test_it_stops_when_its_data_is_removed_rather_than_take_what_would_be_lost(service):
    service.start()
    running = service.everything()
    shutil.rmtree(service.data)
    assert service.process.wait(30) == 1
    assert "was removed, so Parley stopped" in service.logged
    assert not [pid for pid in running if is_running(pid)]
