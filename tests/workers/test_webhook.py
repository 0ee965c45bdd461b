from datetime import UTC, datetime

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.tenancy import Site
from service.values import Choice, Decided, Delivery, KeptComment, State
from service.workers.webhook import compose, sign
from tests.store.scenes import assessed, comment
from tests.workers.receivers import SECRET

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = Site("courier")


def kept(decided: Decided | None) -> KeptComment:
    return KeptComment(comment(), State.APPROVED, assessed(), NOW, version=4, decided=decided)


def composed(decided: Decided | None, state: State) -> dict:
    return orjson.loads(compose(SITE, Delivery("c-1", state, 3, 1), kept(decided), NOW))


@pytest.mark.parametrize(("choice", "state"), [(Choice.APPROVE, State.APPROVED), (Choice.REJECT, State.REJECTED)])
def test_the_decision_goes_with_the_state_it_led_to(choice, state):
    decided = Decided(choice, "ann", datetime(2026, 11, 22, 11, 0, tzinfo=UTC))
    message = composed(decided, state)
    assert message["type"] == f"comment.{state}"
    assert message["data"]["decision"]["decision"] == choice
    assert message["timestamp"] == "2026-11-22T11:00:00Z"


@pytest.mark.parametrize("state", [State.REJECTED, State.WAITING])
def test_a_decision_that_came_later_is_not_told_with_an_earlier_state(state):
    message = composed(Decided(Choice.APPROVE, "ann", NOW), state)
    assert message["data"]["decision"] is None
    assert message["data"]["state"] == state


def test_the_signature_is_checked_over_id_time_and_body():
    body = compose(SITE, Delivery("c-1", State.APPROVED, 3, 1), kept(None), NOW)
    headers = sign(SECRET, "c-1.3", body, datetime.now(UTC))
    webhook = Webhook(SECRET)
    assert webhook.verify(body, headers)["data"]["id"] == "c-1"
    for wrong in ({"webhook-id": "c-1.4"}, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}):
        with pytest.raises(WebhookVerificationError, match="No matching signature"):
            webhook.verify(body, headers | wrong)
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        webhook.verify(body.replace(b"c-1", b"c-2"), headers)
