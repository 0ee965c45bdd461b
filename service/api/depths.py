"""How full queues and outboxes are, read at the moment somebody asks."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from service.errors import Unavailable
from service.store.connect import Store


class Depths(Collector):
    """Gauges of every site's queues and deliveries, of the workers and the model; whether the store answered at all."""

    def __init__(self, store: Store, model: str) -> None:
        self._store = store
        self._model = model

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; without a store, only the model and that the store is away."""
        yield InfoMetricFamily("parley_model", "The model that scores.", {"version": self._model})
        try:
            found = list(self._read())
        except Unavailable:
            yield GaugeMetricFamily("parley_store_up", "Whether the store answers.", 0)
            return
        yield GaugeMetricFamily("parley_store_up", "Whether the store answers.", 1)
        yield from found

    def _read(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("parley_waiting", "Comments that wait for a person.", labels=("site", "queue"))
        claimed = GaugeMetricFamily("parley_claimed", "Comments under review.", labels=("site", "queue"))
        oldest = GaugeMetricFamily("parley_oldest_seconds", "Age of the oldest waiting.", labels=("site", "queue"))
        outbox = GaugeMetricFamily("parley_deliveries", "Webhooks to be sent, or set aside.", labels=("site", "state"))
        seconds = GaugeMetricFamily(
            "parley_second_opinions_waiting", "Comments that wait for a worker's second opinion.", labels=("site",)
        )
        for site in self._store.sites.names():
            seconds.add_metric((site,), self._store.seconds.count(site))
            for count in self._store.queues.counts(site):
                waiting.add_metric((site, count.name), count.waiting)
                claimed.add_metric((site, count.name), count.claimed)
                oldest.add_metric((site, count.name), count.oldest_seconds or 0)
            for state, depth in zip(("waiting", "abandoned"), self._store.outbox.depth(site), strict=True):
                outbox.add_metric((site, state), depth)
        yield from (waiting, claimed, oldest, outbox, seconds)
        yield GaugeMetricFamily("parley_workers", "Workers that gave a sign of life.", self._store.heartbeats.alive())
