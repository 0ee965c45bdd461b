"""What was answered 2xx survives `kill -9` of any process at any moment."""

import random
import socket
import threading
import time

import pytest

from tests.faults.crowd import Crowd
from tests.faults.running import HALF_A_REQUEST, Service, eventually, is_running, kill

PARTS = ("redis", "web", "arbiter", "worker")


def part_of(service: Service, name: str) -> list[int]:
    return getattr(service, name)()


def kill_one(service: Service, name: str, dice: random.Random) -> None:
    """Kill a process of that kind and wait until another took its place and comments are taken."""
    victim = dice.choice(part_of(service, name))
    kill(victim)
    eventually(lambda: any(pid != victim for pid in part_of(service, name)) and not is_running(victim))
    eventually(service.is_ready)


def kill_supervisor(service: Service) -> None:
    """Kill the supervisor; what it started ends by itself, and a new one waits for the last request's end."""
    orphans = service.everything()
    with socket.create_connection(("127.0.0.1", service.port)) as half:
        half.sendall(HALF_A_REQUEST)
        time.sleep(0.1)
        kill(service.pid)
        service.process.wait(5)
        threading.Timer(1, half.close).start()
        service.start()
    assert not [pid for pid in orphans if is_running(pid)]


def kill_everything(service: Service) -> None:
    for pid in service.everything():
        kill(pid)
    service.process.wait(5)
    service.start()


def play(service: Service, seed: int, rounds: int) -> Crowd:
    dice = random.Random(seed)
    with Crowd(service.port, service.key(), seed) as crowd:
        for _ in range(rounds):
            for name in dice.sample(PARTS, k=len(PARTS)):
                time.sleep(dice.uniform(0.1, 0.8))
                kill_one(service, name, dice)
            time.sleep(dice.uniform(0.1, 0.8))
            kill_supervisor(service)
            time.sleep(dice.uniform(0.1, 0.8))
            kill_everything(service)
        time.sleep(0.5)
    return crowd


def test_what_was_acknowledged_survives_the_kill_of_any_process(service):
    service.start()
    crowd = play(service, seed=time.time_ns(), rounds=1)
    crowd.audit()
    assert len(crowd.taken) > 100
    assert len(crowd.decided) > 50


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(3))
def test_what_was_acknowledged_survives_a_long_run_of_kills(service, seed):
    service.start()
    crowd = play(service, seed, rounds=8)
    crowd.audit()
    assert len(crowd.taken) > 1000


def test_a_killed_redis_costs_seconds_and_the_web_stays(shared):
    eventually(lambda: len(shared.web()) == 2)
    arbiter, web, redis = shared.arbiter(), shared.web(), shared.redis()
    began = time.monotonic()
    kill(redis[0])
    eventually(lambda: shared.redis() and shared.redis() != redis)
    eventually(shared.is_ready, seconds=10)
    assert time.monotonic() - began < 5
    assert shared.arbiter() == arbiter
    assert sorted(shared.web()) == sorted(web)
