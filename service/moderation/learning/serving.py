"""Which model scores a site's comments in this process: its champion, else the base; a swap rebinds one name."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

import structlog

from models.errors import ModelError, ModelForeign, ModelMissing, ModelTooNew
from service.errors import ParleyError, Unavailable
from service.learning import Standing
from service.moderation.desk import Scorer
from service.store.models import Models

log = structlog.get_logger()

MOST_SITES = 300
RETRY_SECONDS = 30.0


@dataclass(slots=True)
class Served:
    """What serves one site; `version` is None while that is the base. `idle` counts turns since the last request."""

    scorer: Scorer
    version: str | None = None
    challenger: Scorer | None = None
    challenger_version: str | None = None
    idle: int = 0


@dataclass(slots=True)
class Scorers:
    """The models of one process; whoever scores while one is swapped goes on with the one it has.

    `open_model` turns bytes into a scorer, or raises. `on_first` is called when a site is served for the first time. Of
    more than `most_sites` the one that was idle longest is left.
    """

    models: Models
    base: Scorer
    open_model: Callable[[bytes], Scorer]
    most_sites: int = MOST_SITES
    on_first: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    _served: dict[str, Served] = field(default_factory=dict)
    _refused: dict[tuple[str, str], float] = field(default_factory=dict)  # → when to try again
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, site: str) -> Scorer:
        """Return what scores this site now. The first time in a process its champion is loaded before that."""
        served = self._served.get(site) or self._first(site)
        served.idle = 0
        return served.scorer

    def challenger(self, site: str) -> Scorer | None:
        """Return what scores this site's comments without deciding."""
        served = self._served.get(site)
        return served.challenger if served else None

    def versions(self) -> dict[str, str | None]:
        """Return the version that serves each site; None is the base."""
        return {site: served.version for site, served in list(self._served.items())}

    def follow(self, standings: Mapping[str, Standing]) -> None:
        """Load what is to serve and does not yet, for new sites too while there is room.

        What cannot be loaded leaves what served before.
        """
        for site, standing in standings.items():
            served = self._served.get(site)
            if served:
                served.idle += 1
                self._renew(site, served, standing)
            elif len(self._served) < self.most_sites:
                newcomer = self._renewed(site, standing)
                with self._lock:  # for requests add and drop sites too
                    self._served.setdefault(site, newcomer)

    def forget(self) -> None:
        """Begin anew, as in a process that was forked."""
        self._served, self._refused, self._lock = {}, {}, threading.Lock()

    def _first(self, site: str) -> Served:
        try:
            served = self._renewed(site, self.models.standing(site))
        except Unavailable as error:
            log.warning("model.not_known", site=site, error=error.code)
            served = Served(self.base)
        with self._lock:
            served = self._served.setdefault(site, served)
            while len(self._served) > self.most_sites:
                self._leave_idlest(site)
        self.on_first()
        return served

    def _leave_idlest(self, newest: str) -> None:
        _, idlest = max((served.idle, site) for site, served in self._served.items() if site != newest)
        del self._served[idlest]

    def _renewed(self, site: str, standing: Standing) -> Served:
        served = Served(self.base)
        self._renew(site, served, standing)
        return served

    def _renew(self, site: str, served: Served, standing: Standing) -> None:
        if standing.champion != served.version and (scorer := self._heir(site, served, standing.champion)):
            served.scorer, served.version = scorer, standing.champion
            log.info("model.loaded", site=site, model=scorer.version)
        if standing.challenger != served.challenger_version:
            served.challenger = self._open(site, standing.challenger) if standing.challenger else None
            served.challenger_version = standing.challenger if served.challenger else None

    def _heir(self, site: str, served: Served, version: str | None) -> Scorer | None:
        if version is None:
            return self.base
        return served.challenger if version == served.challenger_version else self._open(site, version)

    def _open(self, site: str, version: str) -> Scorer | None:
        if self.clock() < self._refused.get((site, version), 0.0):
            return None
        try:
            packed = self.models.packed(site, version)
            if packed is None:
                raise ModelMissing(f"{version} is not kept")
            scorer = self.open_model(packed)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a model, no request may fail of it
            self._refuse(site, version, error)
            return None
        self._refused.pop((site, version), None)
        return scorer

    def _refuse(self, site: str, version: str, error: Exception) -> None:
        passes = isinstance(error, Unavailable)
        if not passes or (site, version) not in self._refused:  # an outage is told once
            reason = str(error) if isinstance(error, ModelError | ParleyError) else type(error).__name__
            log.error("model.not_loaded", site=site, model=version, reason=reason)
        never = isinstance(error, ModelForeign | ModelTooNew)  # as long as this process lives
        self._refused[site, version] = inf if never else self.clock() + (0.0 if passes else RETRY_SECONDS)
