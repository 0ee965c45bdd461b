"""The example blog as a process of its own beside the service; it is told where Parley is, and nothing else."""

import os
import sys
from collections.abc import Mapping

from service.settings import Settings, reachable
from service.workers.child import Child
from service.workers.doorstep import answers, listen

ITS_OWN = ("PARLEY_", "REDIS_", "PROMETHEUS_")  # what an ordinary client does not know


class Blog:
    """Listens at once, so that a taken port is told before anything starts; raises SetupError."""

    def __init__(self, settings: Settings) -> None:
        port = settings.demo_port if settings.demo_port is not None else _next(settings.port)
        self.listener = listen(settings.host, port, setting="PARLEY_DEMO_PORT")
        self.folder = settings.data / "demo"
        self._host, self._port = reachable(settings.host), self.listener.getsockname()[1]
        self._parley = settings.address

    @property
    def address(self) -> str:
        """Where the blog is read."""
        return f"http://[{self._host}]:{self._port}" if ":" in self._host else f"http://{self._host}:{self._port}"

    def child(self) -> Child:
        """Return its process, not yet started."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--workers", "1"),
            *("--no-control-socket", "--log-level", "warning", "--bind", f"fd://{self.listener.fileno()}"),
            f"service.demo.blog:create_blog({str(self.folder)!r}, {self._parley!r}, {self.address!r})",
        ]
        return Child(command, _environment, inherits=(self.listener.fileno(),), ready=self._is_ready)

    def _is_ready(self) -> bool:
        return answers(self._host, self._port, "/files/blog.css")


def _next(port: int) -> int:
    return port + 1 if port else 0


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(ITS_OWN)}
