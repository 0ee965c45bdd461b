"""Tell WordPress how a comment stands that its Akismet plugin sent, as the plugin takes it since version 5.1.

The plugin believes who knows its key. It answers 200 also for comments that it does not find.
"""

from collections.abc import Mapping

import orjson

from service.moderation.akismet import guid_of
from service.moderation.tenants import AKISMET_KEY, AKISMET_WEBHOOK, door_setting
from service.tenancy import Site
from service.values import Delivery, State

HEADERS: Mapping[str, str] = {"X-Akismet-Webhook": "1"}


def hears(site: Site, delivery: Delivery) -> bool:
    """Tell whether WordPress hears of this comment, rather than the site's own webhook."""
    return bool(door_setting(site, AKISMET_WEBHOOK)) and guid_of(delivery.comment_id) is not None


def message(site: Site, delivery: Delivery) -> tuple[str, Mapping[str, str], bytes]:
    """Return the address, the headers and the body."""
    found = {"guid": guid_of(delivery.comment_id), "result": "true" if delivery.state is State.REJECTED else "false"}
    body = {"key": door_setting(site, AKISMET_KEY), "endpoint": "comment-check", "comments": [found]}
    return door_setting(site, AKISMET_WEBHOOK) or "", HEADERS, orjson.dumps(body)
