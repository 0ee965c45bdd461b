"""`/admin/models`: what a retraining made is read, promoted and taken back; nothing moves by itself."""

import csv
import re
from io import StringIO

import pytest

from service.learning import JobState
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words
from tests.web.reports import site_model, trained

STEPS = ("retrain", "cancel", "promote", "rollback", "shadow", "discard")


def champion(desk) -> str | None:
    return desk.store.models.standing(SITE).champion


def rows(response) -> list[list[str]]:
    assert response.mimetype == "text/csv"
    return list(csv.reader(StringIO(response.get_data(as_text=True))))


def told(desk, kind: str) -> list[dict]:
    return [dict(event.detail) for event in desk.store.events.read(SITE, types=(kind,))[0]]


@pytest.mark.parametrize("step", STEPS)
def test_leads_read_and_admins_act(lead, desk, step):
    trained(desk, SITE, site_model())
    assert lead.get("/admin/models").status_code == 200
    assert lead.get("/admin/models/fake-1.1").status_code == 200
    assert "<button" not in lead.get("/admin/models").get_data(as_text=True).partition("<main")[2]
    assert lead.post(f"/admin/models/{step}", {"version": "fake-1.1"}).status_code == 403
    assert champion(desk) is None


def test_moderators_see_nothing_of_it(moderator):
    assert moderator.get("/admin/models").status_code == 403
    assert moderator.get("/admin/models/drift.csv").status_code == 403


def test_a_site_begins_with_the_base(admin):
    page = words(admin.get("/admin/models"))
    assert "In use: fake-1, the base" in page
    assert "There was none yet." in page
    assert "Roll back" not in page


def test_a_retraining_is_asked_for_once_and_cancelled(admin, desk):
    asked = admin.post("/admin/models/retrain", {"site": SITE})
    assert asked.status_code == 303
    assert desk.store.jobs.current(SITE).state is JobState.QUEUED
    page = admin.get(asked.location)
    assert "The retraining waits for a worker" in words(page)
    assert 'data-live="1000"' in page.get_data(as_text=True)
    again = admin.post("/admin/models/retrain")
    assert again.status_code == 409
    assert "under way on this site" in words(again)
    admin.post("/admin/models/cancel")
    assert desk.store.jobs.current(SITE).state is JobState.CANCELLED
    assert "data-live" not in admin.get("/admin/models").get_data(as_text=True)


def test_progress_is_the_stores_so_that_a_reload_loses_nothing(admin, desk):
    admin.post("/admin/models/retrain")
    _, token = desk.store.jobs.take("w-1")
    desk.store.jobs.beat(SITE, token, "learning from all labels", 0.44)
    page = admin.get("/admin/models")
    assert "The retraining is under way: learning from all labels." in words(page)
    assert "44 %, about" in words(page)
    assert '<progress max="1" value="0.44"' in page.get_data(as_text=True)


def test_a_failed_retraining_says_what_is_missing(admin, desk):
    admin.post("/admin/models/retrain")
    _, token = desk.store.jobs.take("w-1")
    desk.store.jobs.end(SITE, token, JobState.FAILED, problem="There are 12 labels; 40 are needed.")
    assert "failed. There are 12 labels; 40 are needed." in words(admin.get("/admin/models"))


def test_the_report_shows_both_models_and_the_gate(admin, desk):
    trained(desk, SITE, site_model())
    desk.store.comments.submit(SITE, [(comment(1, "You\u200b fool <b>"), assessment(insult=0.6))])
    html = admin.get("/admin/models/fake-1.1").get_data(as_text=True)
    page = words(admin.get("/admin/models/fake-1.1"))
    assert "The gate is passed" in page
    assert "Ranking (AUC) 0.810 0.930 +0.040 to +0.190 better" in page
    assert "Log loss 0.500 0.300 -0.300 to -0.100 better" in page
    assert "Bad comments let through 0.100 0.300 +0.100 to +0.300 worse" in page
    assert "hy 9 few" in page
    assert "Insult 0.20 (review) → 0.90 (reject) · decided: reject (insult)" in page
    assert '<span class="unseen" title="zero width space">ZWSP</span> fool &lt;b&gt;' in html
    assert "The text is gone" in page


def test_each_plot_says_its_finding_and_gives_its_numbers(admin, desk):
    trained(desk, SITE, site_model())
    html = admin.get("/admin/models/fake-1.1").get_data(as_text=True)
    drawings = re.findall(r"<svg [^>]*role='img'><title>([^<]+)</title><desc>[^<]+</desc>", html)
    assert len(drawings) == 6
    assert "Insult: the challenger finds more, area under the curve 0.72 against 0.53" in drawings
    assert " style=" not in html
    for plot, header in (
        ("precision-recall-insult", ["model", "recall", "precision"]),
        ("calibration-insult", ["model", "said", "was so", "comments"]),
        ("histogram-spam", ["score", "champion", "challenger"]),
    ):
        assert rows(admin.get(f"/admin/models/fake-1.1/{plot}.csv"))[0] == header
    assert admin.get("/admin/models/fake-1.1/nothing.csv").status_code == 404


def test_all_figures_come_as_one_table(admin, desk):
    trained(desk, SITE, site_model())
    table = rows(admin.get("/admin/models/fake-1.1/report.csv"))
    assert ["attribute", "insult", "200", "60", "auc", "0.81", "0.93", "0.04", "0.19"] in table
    assert ["drift", "insult", "200", "", "insult", "0.05", "0.31", "", ""] in table


def test_promoting_and_rolling_back_are_one_step_each(admin, desk):
    trained(desk, SITE, site_model())
    assert admin.post("/admin/models/promote", {"version": "fake-1.1"}).status_code == 303
    assert champion(desk) == "fake-1.1"
    assert "Roll back to fake-1, the base" in words(admin.get("/admin/models"))
    assert admin.post("/admin/models/rollback").status_code == 303
    assert champion(desk) is None


def test_a_failed_gate_asks_for_a_written_reason_and_the_log_keeps_it(admin, desk):
    trained(desk, SITE, site_model(passed=False))
    page = words(admin.get("/admin/models/fake-1.1"))
    assert "The gate is not passed: 1 of 2 lines fail" in page
    refused = admin.post("/admin/models/promote", {"version": "fake-1.1", "reason": "because"})
    assert refused.status_code == 409
    assert "give a reason of ten characters" in words(refused)
    assert champion(desk) is None
    reason = "Spam comes in faster than we can read."
    assert admin.post("/admin/models/promote", {"version": "fake-1.1", "reason": reason}).status_code == 303
    assert champion(desk) == "fake-1.1"
    assert reason in str(told(desk, "model_promoted"))
    assert reason in words(admin.get("/admin/models"))


def test_a_model_without_a_report_needs_a_reason_too(admin, desk):
    trained(desk, SITE, site_model(passed=None))
    assert "There is no report" in words(admin.get("/admin/models/fake-1.1"))
    assert admin.post("/admin/models/promote", {"version": "fake-1.1"}).status_code == 409


def test_how_many_processes_serve_it_is_told_until_all_do(admin, desk):
    trained(desk, SITE, site_model())
    desk.store.models.promote(SITE, "fake-1.1", "test")
    desk.store.models.say_loaded("p-1", {SITE: "fake-1.1"})
    desk.store.models.say_loaded("p-2", {SITE: None})
    page = admin.get("/admin/models")
    assert "1 of 2 web processes serve it." in words(page)
    assert "data-live" in page.get_data(as_text=True)
    desk.store.models.say_loaded("p-2", {SITE: "fake-1.1"})
    assert "2 of 2 web processes serve it." in words(admin.get("/admin/models"))


def test_what_was_forgotten_is_told(admin, desk):
    trained(desk, SITE, site_model())
    desk.store.models.forget(SITE, ["c-1"])
    assert "1 erased since: retrain" in words(admin.get("/admin/models"))
    assert "1 of the labels that it learned from has been erased since" in words(admin.get("/admin/models/fake-1.1"))


def test_an_older_version_challenges_again_or_is_forgotten(admin, desk):
    trained(desk, SITE, site_model(), site_model("fake-1.2"))
    admin.post("/admin/models/shadow", {"version": "fake-1.1"})
    assert desk.store.models.standing(SITE).challenger == "fake-1.1"
    admin.post("/admin/models/discard", {"version": "fake-1.2"})
    assert [model.version for model in desk.store.models.list(SITE)] == ["fake-1.1"]
    assert admin.post("/admin/models/shadow", {"version": "fake-9.9"}).status_code == 409


def test_another_sites_models_are_not_seen_and_not_touched(admin, desk):
    trained(desk, OTHER_SITE, site_model())
    assert "fake-1.1" not in words(admin.get("/admin/models"))
    assert admin.get("/admin/models/fake-1.1").status_code == 404
    assert admin.get("/admin/models/fake-1.1/report.csv").status_code == 404
    assert admin.post("/admin/models/promote", {"version": "fake-1.1", "site": OTHER_SITE}).status_code == 404
    assert desk.store.models.standing(OTHER_SITE).champion is None
