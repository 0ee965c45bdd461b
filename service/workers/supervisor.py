"""`parley serve`: start Redis, the web and the worker, keep them running, stop them in order."""

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog

from service.errors import SetupError, Unavailable
from service.moderation.desk import Desk
from service.moderation.second.adviser import adviser_of
from service.settings import Settings, reachable
from service.store.connect import connect
from service.store.embedded import EmbeddedServer
from service.store.secret import load_secret
from service.workers import demo
from service.workers.blog import Blog
from service.workers.child import Child, Kept
from service.workers.doorstep import PATIENCE_SECONDS, Claim, answers, data_claimed, listen
from service.workers.welcome import SITE, say, welcome

log = structlog.get_logger()

STOP_SECONDS = 25.0  # gunicorn gives its requests 20
_TICK_SECONDS = 0.05


def serve(settings: Settings, with_demo: bool = False) -> None:
    """Run the whole service until SIGTERM or SIGINT; a second SIGINT hurries.

    Raises SetupError before anything started when the data, the port or the settings do not allow it, and after
    stopping what runs when a part cannot start.
    """
    private = settings.webhook_private or with_demo  # the blog's receiver is on this machine
    settings = settings.model_copy(update={"data": settings.data.absolute(), "webhook_private": private})
    with data_claimed(settings.data) as claim:
        load_secret(settings)
        listener = listen(settings.host, settings.port, PATIENCE_SECONDS if claim.was_killed else 0.0)
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        redis = None if settings.redis_url else EmbeddedServer(settings)
        environment = _environment(settings, redis)
        children = {"web": _web(environment, listener, settings), "worker": _worker(environment)}
        blog = Blog(settings) if with_demo else None

        def prepare() -> str:
            url = redis.url if redis else None
            if blog:
                _fill_demo(settings, url, blog)
            return welcome(settings, url, demo.SITE if blog else SITE, blog.address if blog else None)

        if blog:
            children["blog"] = blog.child()
        listeners = [listener, *([blog.listener] if blog else [])]
        Supervisor(redis, children, prepare, claim, listeners).run()


def _environment(settings: Settings, redis: EmbeddedServer | None) -> Callable[[], Mapping[str, str]]:
    """Tell the children what was settled here; everything else they read themselves."""
    metrics = settings.data / "run" / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    settled = {
        "PARLEY_HOST": settings.host,
        "PARLEY_PORT": str(settings.port),
        "PARLEY_DATA": str(settings.data),
        "PARLEY_WEBHOOK_PRIVATE": str(settings.webhook_private),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    if redis and not (settings.secret or settings.secret_file):
        settled["PARLEY_SECRET_FILE"] = str(settings.data / "secret")
    return lambda: {**os.environ, **settled, **({"REDIS_URL": redis.url} if redis else {})}


def _web(environment: Callable[[], Mapping[str, str]], listener: socket.socket, settings: Settings) -> Child:
    command = [
        *(sys.executable, "-m", "gunicorn"),
        *("--config", "python:service.workers.gunicorn_conf"),
        *("--bind", f"fd://{listener.fileno()}"),
        "service.app:create_app()",
    ]
    return Child(command, environment, inherits=(listener.fileno(),), ready=lambda: _is_ready(settings))


def _worker(environment: Callable[[], Mapping[str, str]]) -> Child:
    return Child([sys.executable, "-m", "service.cli", "worker"], environment)


def _is_ready(settings: Settings) -> bool:
    return answers(reachable(settings.host), settings.port, "/readyz")


def _fill_demo(settings: Settings, url: str | None, blog: Blog) -> None:
    # A service without the demo scores in its web processes alone.
    from models.classifier import Classifier
    from models.second.opinion import SecondOpinion

    store = connect(settings, url)
    try:
        base = Classifier.load(settings.model)
        load = partial(SecondOpinion.load, normalise=base.normalise)
        adviser = adviser_of(settings.second_opinion, settings.second_model, load)
        desk = Desk(store, base, settings, adviser=adviser)
        new = demo.fill(desk, f"{blog.address}/")
        demo.furnish(desk, blog.folder, blog.address)
        log.info("demo.filled", comments=new)
    except Unavailable as error:
        log.warning("demo.not_filled", error=error.code)
    finally:
        store.close()


class Supervisor:
    """Starts Redis, then its `children`, and keeps them all running; says what `prepare` returned when all are ready.

    Children stay while Redis is started anew and answer 503 meanwhile. `listeners` are closed at the stop, so that
    nobody is left waiting at a door behind which nobody works.
    """

    def __init__(
        self,
        redis: EmbeddedServer | None,
        children: Mapping[str, Child],
        prepare: Callable[[], str],
        claim: Claim,
        listeners: Sequence[socket.socket],
    ) -> None:
        self._redis = redis
        self._children = children
        self._prepare = prepare
        self._claim = claim
        self._listeners = listeners
        self._asked_to_stop = False
        self._hurried = False

    def run(self) -> None:
        """Return when asked to stop and everything ended."""
        self._listen_to_signals()
        try:
            self._keep_running()
        finally:
            self._stop()

    def _listen_to_signals(self) -> None:
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._ask)

    def _ask(self, number: int, _frame: object) -> None:
        self._hurried |= self._asked_to_stop and number == signal.SIGINT
        self._asked_to_stop = True

    def _keep_running(self) -> None:
        store = [Kept("redis", self._redis)] if self._redis else []
        parts = [*store, *(Kept(name, child) for name, child in self._children.items())]
        self._tend(store, until=lambda: all(part.was_ready for part in store))
        self._tend(parts, until=lambda: True)
        greeting = self._prepare() if not self._asked_to_stop else ""
        self._tend(parts, until=lambda: all(part.was_ready for part in parts))
        if not self._asked_to_stop:
            say(greeting)
        self._tend(parts, until=lambda: False)

    def _tend(self, parts: Sequence[Kept], until: Callable[[], bool]) -> None:
        """Look after the parts again and again until that is true, or we are asked to stop."""
        while not self._asked_to_stop:
            for part in parts:
                part.tend()
            if until():
                return
            if not self._claim.holds():
                raise SetupError(f"{self._claim.path.parent} was removed, so Parley stopped: nothing would be kept.")
            time.sleep(_TICK_SECONDS)

    def _stop(self) -> None:
        log.info("service.stopping")
        for listener in self._listeners:
            listener.close()
        for child in self._children.values():
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.alive() for child in self._children.values()):
            if self._hurried or time.monotonic() > deadline:
                break
            time.sleep(_TICK_SECONDS)
        for child in self._children.values():
            child.end_now()
        if self._redis:
            self._redis.stop()
        log.info("service.stopped")
