"""A store, receivers of webhooks and a deliverer that is stepped by the test."""

import time
from collections.abc import Callable, Iterator

import pytest

from service.settings import Settings
from service.store.connect import Store, connect
from service.values import Choice, Decision
from service.workers.deliverer import Deliverer
from tests.store.scenes import assessed, comment
from tests.workers.receivers import SECRET, Receiver

REVIEWER = "key:k_1/ann"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_timeout_seconds": 0.5, "delivery_attempts": 3, "webhook_private": True})


@pytest.fixture
def store(raw, settings) -> Iterator[Store]:
    store = connect(settings)
    yield store
    store.close()


@pytest.fixture
def new_receiver() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def new() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield new
    for receiver in made:
        receiver.close()
        assert receiver.forged == 0


@pytest.fixture
def receiver(new_receiver) -> Receiver:
    return new_receiver()


@pytest.fixture
def site(store, receiver) -> str:
    """A site whose webhook is the receiver."""
    return with_webhook(store, "courier", receiver.url)


@pytest.fixture
def deliverer(store, settings) -> Iterator[Deliverer]:
    deliverer = Deliverer(store, settings, retry_base_seconds=0.001)
    yield deliverer
    deliverer.close()


def with_webhook(store: Store, name: str, url: str | None) -> str:
    store.sites.create(name)
    store.sites.set_webhook(name, url, SECRET)
    return name


def decide(store: Store, site: str, *ids: str, choice: Choice = Choice.APPROVE, delay_ms: int = 0) -> None:
    """Bring comments from intake to a decision."""
    store.comments.submit(site, [(comment(one, "A text that must not travel.", name="Ann"), assessed()) for one in ids])
    claim_and_decide(store, site, *ids, choice=choice, delay_ms=delay_ms)


def claim_and_decide(
    store: Store, site: str, *ids: str, choice: Choice = Choice.APPROVE, delay_ms: int = 0, token: str = "token"
) -> None:
    token += ids[0]
    store.queues.claim(site, "main", REVIEWER, 200, 60_000, token, 1000)
    decisions = [Decision(one, choice, "off topic", "a private note") for one in ids]
    outcomes = store.queues.decide(site, token, REVIEWER, decisions, f"operation-{token}", delay_ms)
    assert {outcome.outcome for outcome in outcomes} == {"done"}


def undo(store: Store, site: str, comment_id: str) -> None:
    assert store.queues.undo(site, comment_id, REVIEWER, f"undo-{comment_id}", 60_000).outcome == "done"


def step_until(deliverer: Deliverer, reached: Callable[[], bool], seconds: float = 5.0) -> None:
    """Go through the outbox again and again until the test has seen what it waits for."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        deliverer.round()
        deliverer.pause(0.01)


def types(store: Store, site: str, comment_id: str) -> list[str]:
    return [event.type for event in store.events.of_comment(site, comment_id)]
