"""Empty the outbox: tell every site's webhook, or its WordPress, how its comments stand, in order, at least once."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import structlog

from service.errors import Unavailable
from service.moderation.statement import Statement
from service.moderation.status import statement_of
from service.settings import Settings
from service.store.connect import Store
from service.tenancy import Site
from service.values import Delivery, KeptComment, State
from service.workers import wordpress
from service.workers.backoff import retry_seconds
from service.workers.lane import Lane
from service.workers.webhook import Answer, Sender, compose, sign

log = structlog.get_logger()

AT_ONCE = 8
MARGIN_SECONDS = 15.0
MILLISECONDS = 1000
DAY_MS = 86_400 * MILLISECONDS


class Deliverer:
    """Starts up to eight deliveries at a time, fairly over the sites; other workers may do the same beside it.

    The outbox leases what it hands out, so a delivery that a dying worker took comes back by itself.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        retry_base_seconds: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._settings = settings
        self._retry_base_seconds = retry_base_seconds
        self._clock = clock
        self._sender = Sender(settings.webhook_timeout_seconds, settings.webhook_private)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delivery")
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        self._following: dict[tuple[str, str], Delivery | None] = {}  # comment under way → its next version
        self._lock = threading.Lock()
        self._moved = threading.Event()
        self._turn = 0

    def round(self) -> int:
        """Look once into every site's outbox and start what is due, as far as places allow; returns how many."""
        names = sorted(self._store.sites.names())
        self._turn += 1
        first = self._turn % len(names) if names else 0
        return sum(self._start(name) for name in names[first:] + names[:first])

    def pause(self, seconds: float) -> None:
        """Wait until an attempt ended or `seconds` passed."""
        self._moved.wait(seconds)
        self._moved.clear()

    def close(self) -> None:
        """Let the attempts under way end, each within its time limit."""
        self._pool.shutdown(wait=True)

    def _start(self, name: str) -> int:
        with self._lock:
            allowed = self._lanes[name].allowance(AT_ONCE - len(self._following), self._clock())
        if not allowed:
            return 0
        due = self._store.outbox.due(name, allowed, self._lease_ms())
        with self._lock:
            self._lanes[name].looked(len(due), self._clock())
            ready = [delivery for delivery in due if self._is_first(name, delivery)]
        for delivery in ready:
            self._pool.submit(self._attempt, name, delivery)
        return len(due)

    def _is_first(self, name: str, delivery: Delivery) -> bool:
        """Say whether it may start; a newer version waits for the older one, so that they arrive in order."""
        place = (name, delivery.comment_id)
        under_way = place in self._following
        if self._following.get(place):
            self._lanes[name].under_way -= 1  # the one in between need not be told
        self._following[place] = delivery if under_way else None
        return not under_way

    def _lease_ms(self) -> int:
        return int((self._settings.webhook_timeout_seconds + MARGIN_SECONDS) * MILLISECONDS)

    def _attempt(self, name: str, delivery: Delivery) -> None:
        following: Delivery | None = delivery
        while following:
            answer = self._guarded(name, following)
            with self._lock:
                self._lanes[name].ended(answer.unwell, answer.retry_after_seconds, self._clock())
                following = self._following.pop((name, delivery.comment_id))
                if following:
                    self._following[name, delivery.comment_id] = None
            self._moved.set()

    def _guarded(self, name: str, delivery: Delivery) -> Answer:
        """Deliver and take note; whatever goes wrong here, the lease runs out and the delivery comes back."""
        try:
            return self._deliver(name, delivery)
        except Unavailable as error:
            log.warning("delivery.interrupted", site=name, comment_id=delivery.comment_id, error=error.code)
        except Exception:  # the rim of one delivery
            log.exception("delivery.broke", site=name, comment_id=delivery.comment_id)
        return Answer("not attempted")

    def _deliver(self, name: str, delivery: Delivery) -> Answer:
        site = self._store.sites.get(name)
        if site is None or not (site.webhook_url or wordpress.hears(site, delivery)):
            self._settle(name, delivery, told=False)
            return Answer()
        answer = self._send(site, delivery)
        self._take_note(name, delivery, answer)
        return answer

    def _send(self, site: Site, delivery: Delivery) -> Answer:
        kept = self._store.comments.get(site.name, delivery.comment_id)
        if kept is None:  # erased since: nothing is left to tell
            return Answer()
        if wordpress.hears(site, delivery):
            return self._sender.send(*wordpress.message(site, delivery))
        assert site.webhook_url
        if not site.webhook_secret:
            return Answer("no secret", unwell=True)
        now = datetime.now(UTC)
        body = compose(site, delivery, kept, now, self._statement(site.name, delivery, kept))
        headers = sign(site.webhook_secret, f"{delivery.comment_id}.{delivery.version}", body, now)
        return self._sender.send(site.webhook_url, headers, body)

    def _statement(self, name: str, delivery: Delivery, kept: KeptComment) -> Statement | None:
        """Return why the comment was declined, if that is the version to be told of."""
        if delivery.state is not State.REJECTED or kept.version != delivery.version:
            return None
        return statement_of(self._store, self._settings, name, kept)

    def _take_note(self, name: str, delivery: Delivery, answer: Answer) -> None:
        bound = log.bind(site=name, comment_id=delivery.comment_id, version=delivery.version, attempt=delivery.attempt)
        if not answer.error:
            self._settle(name, delivery)
            bound.info("delivery.succeeded")
            return
        wait = self._wait_seconds(delivery, answer)
        self._store.outbox.failed(
            name, delivery.comment_id, None if wait is None else int(wait * MILLISECONDS), answer.error
        )
        bound.warning("delivery.abandoned" if wait is None else "delivery.failed", error=answer.error)

    def _wait_seconds(self, delivery: Delivery, answer: Answer) -> float | None:
        """Return the wait before the next attempt, or None when this was the last."""
        if answer.gone or delivery.attempt >= self._settings.delivery_attempts:
            return None
        return retry_seconds(delivery.attempt, answer.retry_after_seconds, self._retry_base_seconds)

    def _settle(self, name: str, delivery: Delivery, told: bool = True) -> None:
        keep_ms = self._settings.retention_days * DAY_MS
        self._store.outbox.delivered(name, delivery.comment_id, delivery.version, keep_ms, told)
