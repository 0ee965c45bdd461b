"""Which models serve, in how many processes, and how far comments moved: read when somebody asks."""

from collections.abc import Iterator
from contextlib import suppress

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.errors import Unavailable
from service.learning import Drift, Level
from service.moderation.desk import Desk
from service.moderation.learning import promote
from service.moderation.learning.drift import drift
from service.store.recent import Recent

FRESH_SECONDS, STALE_SECONDS = 60.0, 600.0  # reading two weeks of counts takes some milliseconds a site
LEVELS = {Level.CALM: 0, Level.WATCH: 1, Level.ALARM: 2}


class Drifts(Collector):
    """Gauges of every site that has a model or enough comments to tell; none while the store is away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._measured: Recent[str, tuple[Drift, ...]] = Recent(
            lambda site: drift(desk, site), fresh_seconds=FRESH_SECONDS, stale_seconds=STALE_SECONDS
        )

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        with suppress(Unavailable):  # which depths.py tells
            sites = self._desk.store.sites.names()
            yield from [*self._models(sites), *self._moved(sites)]

    def _models(self, sites: list[str]) -> Iterator[Metric]:
        served = GaugeMetricFamily("parley_site_model", "The site's own model in use.", labels=("site", "version"))
        current = GaugeMetricFamily("parley_model_loaded", "Web processes that serve it.", labels=("site",))
        processes = GaugeMetricFamily("parley_model_processes", "Web processes that should.", labels=("site",))
        for site, standing in zip(sites, self._desk.store.models.standings(sites), strict=True):
            if standing.champion:
                loaded, running = promote.loaded(self._desk, site)
                served.add_metric((site, standing.champion), 1)
                current.add_metric((site,), loaded)
                processes.add_metric((site,), running)
        yield from (served, current, processes)

    def _moved(self, sites: list[str]) -> Iterator[Metric]:
        labels = ("site", "what", "attribute")
        values = GaugeMetricFamily("parley_drift", "Stability index, or share of changed verdicts.", labels=labels)
        levels = GaugeMetricFamily("parley_drift_level", "0 calm, 1 watch, 2 alarm.", labels=labels)
        for site in sites:
            for one in self._measured.get(site):
                if one.value is not None:
                    named = (site, one.what, one.attribute or "")
                    values.add_metric(named, one.value)
                    levels.add_metric(named, LEVELS[one.level])
        yield from (values, levels)
