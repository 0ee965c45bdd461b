"""`parley worker`: everything that must happen without a request, each duty in a thread of its own."""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable

import structlog

from service.settings import Settings
from service.store.connect import Store, connect
from service.workers.deliverer import Deliverer
from service.workers.duty import attempt, repeat
from service.workers.renewer import Renewer
from service.workers.seconder import LOOK_SECONDS as SECONDER_LOOK_SECONDS
from service.workers.seconder import Seconder
from service.workers.sweeper import Sweeper
from service.workers.trainer import LOOK_SECONDS as TRAINER_LOOK_SECONDS
from service.workers.trainer import Trainer

log = structlog.get_logger()

LOOK_SECONDS = 0.25
EXPIRE_SECONDS = 0.5
BEAT_SECONDS = 5.0
FORGET_SECONDS = 600.0
REWRITE_SECONDS = 3600.0
RENEW_SECONDS = 6 * 3600.0


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then let the deliveries under way end, each within its time limit.

    Any number of workers may run at once. While Redis is away a worker waits; raises SetupError before it starts.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    store = connect(settings)
    try:
        work(store, settings, stop)
    finally:
        store.close()


def work(store: Store, settings: Settings, stop: threading.Event) -> None:
    """Do every duty until `stop` is set."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    deliverer, sweeper = Deliverer(store, settings), Sweeper(store, settings)
    trainer = Trainer(store, settings, name)
    threads = [
        _begin("deliver", deliverer.round, LOOK_SECONDS, stop, deliverer.pause),
        _begin("expire", sweeper.expire_claims, EXPIRE_SECONDS, stop),
        _begin("beat", lambda: store.heartbeats.beat(name), BEAT_SECONDS, stop),
        _begin("forget", sweeper.forget_old, FORGET_SECONDS, stop),
        _begin("train", trainer.round, TRAINER_LOOK_SECONDS, stop),
        _begin("rewrite", sweeper.rewrite, REWRITE_SECONDS, stop),
        _begin("renew", Renewer(store, settings).renew, RENEW_SECONDS, stop),
    ]
    if settings.second_opinion != "off":
        threads.append(_begin("second", Seconder(store, settings).round, SECONDER_LOOK_SECONDS, stop))
    log.info("worker.started", worker=name)
    stop.wait()
    for thread in threads:
        thread.join()
    trainer.close()
    deliverer.close()
    attempt("leave", lambda: store.heartbeats.leave(name))
    log.info("worker.stopped", worker=name)


def _begin(
    name: str,
    duty: Callable[[], object],
    every_seconds: float,
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
) -> threading.Thread:
    thread = threading.Thread(target=repeat, args=(name, duty, every_seconds, stop, pause), name=name)
    thread.start()
    return thread
