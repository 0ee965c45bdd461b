"""Signs of life of the workers, so that whoever watches sees when none is left to sweep and deliver."""

from service.store.connection import Connection
from service.store.names import WORKERS

LASTS_MS = 15_000


class Heartbeats:
    """One set of workers for all sites; a sign of life lasts 15 s."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, worker: str) -> None:
        """Say that `worker` lives; repeat it well within 15 s."""
        self._connection.script("beat", [WORKERS], [worker, LASTS_MS])

    def leave(self, worker: str) -> None:
        """Say that `worker` ended in order."""
        self._connection.script("beat", [WORKERS], [worker, 0])

    def alive(self) -> int:
        """Count the workers that gave a sign of life within 15 s."""
        return int(self._connection.script("beat", [WORKERS], ["", 0]))
