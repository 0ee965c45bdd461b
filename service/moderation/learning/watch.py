"""A thread of each web process that follows its sites' champions, says what is loaded and sends what was counted."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Sequence

import structlog

from service.errors import Unavailable
from service.learning import Standing
from service.moderation.desk import Scorer
from service.moderation.learning.ledger import Ledger
from service.moderation.learning.serving import Scorers
from service.store.connect import Store

log = structlog.get_logger()

EVERY_SECONDS = 1.0
TURNS_TO_SAY = 4  # what is said is believed for ten seconds
TURNS_TO_LOOK = 10  # for sites that nobody asked this process about yet
NEWCOMER = Standing()


class Watch:
    """One for each process. The thread begins with `start`, or with the first site that is served; never in a parent.

    `open_model` turns bytes into a scorer, or raises; `unseen` tells the share in [0, 1] of each text's features that
    the base never met, NaN where nobody knows.
    """

    def __init__(
        self,
        store: Store,
        base: Scorer,
        open_model: Callable[[bytes], Scorer],
        unseen: Callable[[Sequence[str]], Iterable[float]] | None = None,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._store = store
        self._every_seconds = every_seconds
        self._thread: threading.Thread | None = None
        self._said: dict[str, str | None] = {}
        self.scorers = Scorers(store.models, base, open_model, on_first=self.start)
        self.ledger = Ledger(store, self.scorers, unseen)
        self._lock = threading.Lock()
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def start(self) -> None:
        """Begin to watch in this process, unless it does already."""
        with self._lock:
            if self._thread is None:
                self._thread = thread = threading.Thread(target=self._run, name="watch", daemon=True)
                thread.start()

    def stop(self) -> None:
        """End the thread and send what is still to be counted."""
        self._ended.set()
        if self._thread:
            self._thread.join(2 * self._every_seconds)

    def turn(self) -> None:
        """Look once; raises Unavailable while the store is away."""
        sites = list(self.scorers.versions())
        if self._turns % TURNS_TO_LOOK == 0:
            sites = list(dict.fromkeys([*sites, *self._store.sites.names()]))[: self.scorers.most_sites]
        standings = dict(zip(sites, self._store.models.standings(sites), strict=True))
        self.scorers.follow(standings)
        self._say(standings)
        self.ledger.send(self.process)
        self._turns += 1

    def _begin_anew(self) -> None:
        self.process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
        self._thread = None
        self._said = {}
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._turns = 0
        self.scorers.forget()
        self.ledger.forget()

    def _say(self, standings: dict[str, Standing]) -> None:
        """Say what is loaded of sites that have or had a model: at every change, and often enough to be believed."""
        versions = self.scorers.versions()
        concerned = {site for site, standing in standings.items() if standing != NEWCOMER} | self._said.keys()
        told = {site: version for site, version in versions.items() if site in concerned}
        if told != self._said or self._turns % TURNS_TO_SAY == 0:
            self._store.models.say_loaded(self.process, told)
            self._said = told

    def _run(self) -> None:
        failures = 0
        while True:
            failures = 0 if self._attempt(failures) else failures + 1
            if self._ended.wait(self._every_seconds):
                self._attempt(failures)
                return

    def _attempt(self, failures: int) -> bool:
        try:
            self.turn()
        except Unavailable as error:
            if not failures:  # once per outage, not once per try
                log.warning("watch.interrupted", error=error.code)
            return False
        except Exception:  # the rim of the thread: whatever it was, the next turn comes
            log.exception("watch.failed")
            return False
        return True
