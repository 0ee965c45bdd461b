"""WordPress hears of decisions on the comments that its Akismet plugin sent."""

import json

import pytest

from service.moderation import tenants
from service.moderation.akismet import comment_id
from service.values import Choice
from tests.workers.conftest import decide, step_until, types
from tests.workers.receivers import Message, Receiver

GUID = "0f" * 16
COMMENT = comment_id(GUID)
KEY = "abcdefabcdef"


class WordPress(Receiver):
    """Takes messages without a signature: it believes who knows the key."""

    def _keep(self, headers, body):
        self.messages.append(Message(json.loads(body), headers))


@pytest.fixture
def wordpress(store, site):
    """A WordPress that belongs to the site, beside the site's own webhook."""
    receiver = WordPress()
    store.sites.set_door(site, tenants.AKISMET_WEBHOOK, receiver.url)
    store.sites.set_door(site, tenants.AKISMET_KEY, KEY)
    yield receiver
    receiver.close()


def emptied(store, site):
    return lambda: store.outbox.depth(site)[0] == 0


@pytest.mark.parametrize(("choice", "result"), [(Choice.REJECT, "true"), (Choice.APPROVE, "false")])
def test_a_decision_reaches_wordpress_in_the_plugins_words(deliverer, store, site, wordpress, receiver, choice, result):
    decide(store, site, COMMENT, choice=choice)
    step_until(deliverer, emptied(store, site))

    [message] = wordpress.messages
    assert message.body == {
        "key": KEY,
        "endpoint": "comment-check",
        "comments": [{"guid": GUID, "result": result}],
    }
    assert message.headers["x-akismet-webhook"]
    assert receiver.paths == []
    assert types(store, site, COMMENT)[-1] == "delivered"


def test_other_comments_are_told_to_the_sites_own_webhook(deliverer, store, site, wordpress, receiver):
    decide(store, site, "c-1")
    step_until(deliverer, emptied(store, site))

    assert len(receiver.messages) == 1
    assert wordpress.paths == []


def test_without_a_wordpress_the_sites_own_webhook_hears_of_them(deliverer, store, site, receiver):
    decide(store, site, COMMENT)
    step_until(deliverer, emptied(store, site))

    assert receiver.messages[0].body["data"]["id"] == COMMENT


def test_wordpress_is_told_again_until_it_hears(deliverer, store, site, wordpress):
    wordpress.answers(500, 404, 200)
    decide(store, site, COMMENT)
    step_until(deliverer, emptied(store, site))

    assert len(wordpress.messages) == 3
