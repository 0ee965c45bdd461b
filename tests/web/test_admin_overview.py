"""`/admin`: what needs an admin, first; and the way to all pages."""

from datetime import UTC, datetime

import pytest

from service.learning import JobState
from service.moderation import overview, policy, review
from service.moderation.agreement import Automation, Rate
from service.people import Role
from service.shares import NO_LOOKS
from service.tenancy import ErrorBudget
from service.values import Choice, Decision
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words
from tests.web.reports import site_model, trained


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


def test_a_challenger_waits_and_erased_labels_are_told(admin, desk, alive):
    trained(desk, SITE, site_model())
    assert "The challenger fake-1.1 passed the gate and waits for you." in words(admin.get("/admin"))
    desk.store.models.promote(SITE, "fake-1.1", "test")
    desk.store.models.forget(SITE, ["c-1"])
    page = words(admin.get("/admin"))
    assert "fake-1.1 is in use and learned from labels that are erased by now: retrain." in page
    assert "In use: fake-1.1" in page
    trained(desk, SITE, site_model("fake-1.2", passed=False))
    assert "The challenger fake-1.2 did not pass the gate." in words(admin.get("/admin"))


def test_a_failed_retraining_is_told(admin, desk, alive):
    desk.store.jobs.ask(SITE, "user:ada")
    _, token = desk.store.jobs.take("w-1")
    desk.store.jobs.end(SITE, token, JobState.FAILED, problem="There are 12 labels; 40 are needed.")
    assert "The last retraining failed. There are 12 labels" in words(admin.get("/admin"))


def test_an_error_budget_that_is_surely_exceeded_is_told_and_not_before(admin, desk, alive):
    def rate(low: float) -> Automation:
        none = Rate(0)
        return Automation(100, 0, none, none, Rate(100, low + 0.02, low, low + 0.05), none)

    budget = ErrorBudget(0.05, 0.05)
    assert not list(overview._of_budget(rate(0.04), budget))
    [need] = overview._of_budget(rate(0.06), budget)
    assert need.is_urgent
    assert need.sentence == "8.0 % (6.0–11.0 %) of automatic rejections are wrong; the error budget allows 5.0 %."


def test_verdicts_are_counted_by_day(lead, desk, alive):
    today = datetime.now(UTC).date().isoformat()
    counts = {"fake-1 n": 7, "fake-1 v approve": 5, "fake-1 v review": 2}
    desk.store.scorebook.count(SITE, today, "p-1", "b-1", ["fake-1"], counts)
    assert "7 comments in 14 days; 29 % went to people" in words(lead.get("/admin"))
    table = lead.get("/admin/verdicts.csv").get_data(as_text=True).splitlines()
    assert table[0] == "day,approve,review,reject"
    assert table[-1] == f"{today},5,2,0"
    assert len(table) == 15
