"""What is counted and timed; nothing of a comment but its verdict."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

from service.api.paths import shown
from service.values import Assessment, Verdict

OPINION_SECONDS = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28)
OUTCOMES = ("asked", "deferred", "failed")
LATENCY_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """The counters of one process; children are looked up once, for labels() costs more than the counting."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "parley_request_seconds",
            "Time to answer, by route.",
            ("method", "route", "status"),
            buckets=LATENCY_SECONDS,
            registry=self.registry,
        )
        comments = Counter("parley_comments", "Comments taken, by verdict.", ("verdict",), registry=self.registry)
        self._verdicts = {verdict: comments.labels(verdict.value) for verdict in Verdict}
        self._scorer_failures = Counter(
            "parley_scorer_failures", "Comments that could not be scored.", registry=self.registry
        )
        self._unavailable = Counter(
            "parley_unavailable", "Requests refused for now, by cause.", ("code",), registry=self.registry
        )
        opinions = Counter(
            "parley_second_opinions", "Texts in doubt, by what came of it.", ("outcome",), registry=self.registry
        )
        self._opinions = {outcome: opinions.labels(outcome) for outcome in OUTCOMES}
        self._opinion_seconds = Histogram(
            "parley_second_opinion_seconds",
            "Time of the second model for a text, of several at once on average.",
            buckets=OPINION_SECONDS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], Any] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note how long an answer took."""
        known = (method, route, status)
        child = self._children.get(known)
        if child is None:
            child = self._children[known] = self._seconds.labels(method, shown(route), str(status))
        child.observe(seconds)

    def count_assessments(self, assessments: Iterable[Assessment]) -> None:
        """Count comments that were taken anew."""
        for assessment in assessments:
            self._verdicts[assessment.verdict].inc()
            if not assessment.scores:
                self._scorer_failures.inc()

    def count_unavailable(self, code: str) -> None:
        """Count a request that was refused because something is away, full or exhausted."""
        self._unavailable.labels(code).inc()

    def observe_second_opinions(self, outcome: str, texts: int, seconds: float | None) -> None:
        """Count texts about which the second model was asked, or was not, and how long it took."""
        self._opinions[outcome].inc(texts)
        for _ in range(texts if seconds is not None else 0):
            self._opinion_seconds.observe((seconds or 0.0) / texts)

    def count_scorer_failure(self) -> None:
        """Count a text that could not be scored."""
        self._scorer_failures.inc()
