"""`/admin`: what needs an admin, first; and the way to all pages."""

import pytest

from service.moderation import policy, review
from service.people import Role
from service.shares import NO_LOOKS
from service.values import Choice, Decision
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words


@pytest.fixture
def alive(desk):
    desk.store.heartbeats.beat("w-1")


def test_moderators_have_no_admin_pages(moderator):
    assert moderator.get("/admin").status_code == 403
    assert 'href="/admin' not in moderator.get("/account").get_data(as_text=True)


def test_leads_see_the_pages_that_they_may_open(lead, admin):
    page = lead.get("/admin").get_data(as_text=True)
    assert f'href="/admin/log?site={SITE}"' in page
    assert f'href="/admin/keys?site={SITE}"' not in page
    assert f'href="/admin/keys?site={SITE}"' in admin.get("/admin").get_data(as_text=True)


def test_all_is_well_when_nothing_is_wrong(admin, alive):
    assert "Nothing needs you" in words(admin.get("/admin"))


def test_without_a_worker_that_is_said_first(admin):
    assert "Now No worker is alive" in words(admin.get("/admin"))


def test_what_was_set_aside_is_told(admin, desk, alive):
    policy.replace(desk, SITE, policy.DEFAULT_POLICY.thresholds, (), "test", looks=NO_LOOKS)
    desk.store.comments.submit(SITE, [(comment(1), assessment(insult=0.6))])
    token = review.claim(desk, SITE, "user:ada").token
    review.decide(desk, SITE, "user:ada", token, [Decision("c-1", Choice.REJECT)])
    desk.store.outbox.due(SITE, 1, 1000)
    desk.store.outbox.failed(SITE, "c-1", None, "500")
    page = words(admin.get("/admin"))
    assert "1 thing needs you" in page
    assert "1 decision was not heard by the platform" in page
    assert "ada 1" in page


def test_queues_are_told_with_their_size(admin, desk, alive):
    desk.store.comments.submit(SITE, [(comment(number), assessment(insult=0.6)) for number in (1, 2)])
    assert "main 2 0" in words(admin.get("/admin"))


def test_an_admin_of_two_sites_changes_between_them_on_the_same_page(person, alive):
    ada = person("ada", Role.ADMIN, (SITE, OTHER_SITE))
    page = ada.get(f"/admin/log?site={SITE}").get_data(as_text=True)
    assert f'href="/admin/log?site={OTHER_SITE}"' in page
