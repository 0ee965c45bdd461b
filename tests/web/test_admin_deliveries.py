"""`/admin/deliveries`: what waits, what was set aside, and where decisions are told."""

import re

import pytest

from service.moderation import review
from service.values import Choice, Decision
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words

HOOK = "https://news.example/hooks/parley"


@pytest.fixture
def set_aside(desk):
    """Have the platform not hear of two comments, and a third still to be told."""
    desk.store.sites.set_webhook(SITE, HOOK, "whsec_dGVzdA==", "test")
    desk.store.comments.submit(SITE, [(comment(number), assessment(insult=0.6)) for number in (1, 2, 3)])
    token = review.claim(desk, SITE, "user:ann").token
    review.decide(desk, SITE, "user:ann", token, [Decision(f"c-{n}", Choice.REJECT) for n in (1, 2, 3)])
    desk.store.outbox.due(SITE, 10, 60_000)
    for one in ("c-1", "c-2"):
        desk.store.outbox.failed(SITE, one, None, "500")


@pytest.mark.parametrize("who", ["moderator", "lead"])
def test_deliveries_are_for_admins(request, who):
    person = request.getfixturevalue(who)
    assert person.get("/admin/deliveries").status_code == 403
    assert person.post("/admin/deliveries/again").status_code == 403
    assert person.post("/admin/deliveries/address", {"url": HOOK}).status_code == 403


def test_the_page_tells_what_waits_and_what_was_set_aside(admin, set_aside):
    page = words(admin.get("/admin/deliveries"))
    assert "2 set aside" in page
    assert "1 waiting" in page
    assert "Try all 2 again" in page


def test_one_or_all_are_tried_again(admin, desk, set_aside):
    answer = admin.post("/admin/deliveries/again", {"id": "c-1"})
    assert answer.status_code == 303
    assert "It is due again" in words(admin.get(answer.location))
    assert desk.store.outbox.depth(SITE) == (2, 1)
    admin.post("/admin/deliveries/again")
    assert desk.store.outbox.depth(SITE) == (3, 0)
    told = [event.comment for event in desk.store.events.read(SITE, types=("deliveries_revived",))[0]]
    assert told == ["c-1", None]


def test_what_is_not_set_aside_cannot_be_tried_again(admin, set_aside):
    assert admin.post("/admin/deliveries/again", {"id": "c-3"}).status_code == 404


def test_a_new_address_shows_its_secret_once(admin, desk):
    saved = admin.post("/admin/deliveries/address", {"url": HOOK})
    [secret] = re.findall(r'value="(whsec_[^"]+)"', saved.get_data(as_text=True))
    assert desk.store.sites.get(SITE).webhook_secret == secret
    assert secret not in admin.get("/admin/deliveries").get_data(as_text=True)


def test_an_empty_address_ends_deliveries(admin, desk, set_aside):
    assert admin.post("/admin/deliveries/address", {"url": ""}).status_code == 303
    assert desk.store.sites.get(SITE).webhook_url is None


def test_what_is_no_address_is_told_on_the_page(admin, desk):
    refused = admin.post("/admin/deliveries/address", {"url": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "must be an http:// or https:// address" in words(refused)


def test_another_sites_deliveries_are_not_touched(admin, desk, set_aside):
    assert admin.get(f"/admin/deliveries?site={OTHER_SITE}").status_code == 404
    assert admin.post("/admin/deliveries/again", {"site": OTHER_SITE}).status_code == 404
