"""How gunicorn runs the web process; `parley serve` and the container use the same file."""

import gc
import logging
import os
import sys
import tempfile
from pathlib import Path
from types import TracebackType

import gunicorn.http.wsgi
import structlog
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from models.errors import ModelError
from service import logs
from service.errors import ParleyError
from service.settings import Settings

settings = Settings()
logs.set_up(settings.log_level)

os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="parley-metrics-"))
gunicorn.http.wsgi.SERVER = "parley"  # the Server header names no product and no version

bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
worker_class = "gthread"
workers = settings.web_workers
threads = settings.web_threads
preload_app = True  # the model is loaded once and its pages are shared
keepalive = 30
graceful_timeout = 20
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats must never wait for a disk
control_socket_disable = True
errorlog = None
loglevel = "warning"
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190


def tell_why(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one line why the app cannot be built, when it is for the operator to change."""
    if isinstance(error, ParleyError | ModelError):
        structlog.get_logger().error("web.not_started", reason=str(error))
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = tell_why


def on_starting(server: Arbiter) -> None:  # noqa: ARG001 - gunicorn's signature
    """Send gunicorn's warnings to our own log instead of printing them in another form."""
    logging.getLogger("gunicorn.error").propagate = True


def when_ready(server: Arbiter) -> None:  # noqa: ARG001 - gunicorn's signature
    """Take what was loaded before the fork out of garbage collection: each look through it would hold all threads."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Let each process load its sites' models, and the one that gives second opinions, before their first comments."""
    if watch := worker.wsgi.extensions.get("watch"):
        watch.start()
    if adviser := worker.wsgi.extensions.get("adviser"):
        adviser.start()


def worker_exit(server: Arbiter, worker: Worker) -> None:  # noqa: ARG001 - gunicorn's signature
    """Let what a process counted in its last second be sent."""
    app = getattr(worker, "wsgi", None)
    if app and (watch := app.extensions.get("watch")):
        watch.stop()


def child_exit(server: Arbiter, worker: Worker) -> None:  # noqa: ARG001 - gunicorn's signature
    """Take a web process's gauges out of /metrics; its counters stay."""
    from prometheus_client import multiprocess  # it reads the variable above when it is imported

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
