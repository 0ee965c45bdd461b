"""Say once a second how far a retraining is, and hear whether it is still wanted, whatever it does meanwhile."""

import threading
from types import TracebackType
from typing import Self

import structlog

from models.errors import Cancelled
from service.errors import Unavailable
from service.store.jobs import Jobs

log = structlog.get_logger()

BEAT_SECONDS = 1.0


class Pulse:
    """Beats in a thread of its own, so that a long step does not let the lease run out."""

    def __init__(self, jobs: Jobs, site: str, token: str) -> None:
        self._jobs = jobs
        self._site = site
        self._token = token
        self._told = ("", 0.0)
        self._is_lost = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._beat()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def tell(self, stage: str, share: float) -> bool:
        """Note the stage and the share in [0, 1] of all the work that is done; False when nobody wants it any more."""
        self._told = (stage, share)
        return not self._is_lost

    def must(self, stage: str, share: float) -> None:
        """Do the same between two steps; raises Cancelled when nobody wants it any more. Asks at once."""
        self._told = (stage, share)
        self._beat()
        if self._is_lost:
            raise Cancelled("the retraining was cancelled, or another worker took it")

    def _run(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self._beat()

    def _beat(self) -> None:
        try:
            self._is_lost = self._is_lost or not self._jobs.beat(self._site, self._token, *self._told)
        except Unavailable as error:  # the lease outlasts a short absence; after a long one another may have taken it
            log.warning("training.unheard", site=self._site, error=error.code)
