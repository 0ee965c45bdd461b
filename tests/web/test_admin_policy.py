"""`/admin/policy`: a draft is tried before it is saved, every save is a version, and none is lost."""

from typing import Any

import pytest

from service.moderation import policy
from service.moderation.desk import Desk
from service.tenancy import ErrorBudget, Rule, Threshold
from service.values import Verdict
from service.web.admin import policy_form as form
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words

CASINO = Rule("No casinos", "text", "contains", ("casino", "jackpot"), Verdict.REJECT)


def typed(desk: Desk, **changes: str) -> dict[str, Any]:
    """Return what the page's form would send, with other values in some fields."""
    in_force = policy.current(desk, SITE)
    fields = {"site": SITE, "seen": str(in_force.version), "step": "save", **form.typed_of(in_force)}
    return fields | {name.replace("__", "-").replace("_", "-"): value for name, value in changes.items()}


def rule(at: int, name: str, test: str, values: str, verdict: str = "reject") -> dict[str, str]:
    return {
        "rules": str(at + 1),
        f"rule-{at}-name": name,
        f"rule-{at}-test": test,
        f"rule-{at}-values": values,
        f"rule-{at}-verdict": verdict,
    }


def test_leads_read_the_policy_and_change_nothing(lead, desk):
    page = lead.get("/admin/policy")
    assert "The built-in policy is in force." in words(page)
    assert "Save as version" not in words(page)
    assert '<fieldset class="bare" disabled>' in page.get_data(as_text=True)
    assert lead.post("/admin/policy", typed(desk)).status_code == 403
    assert lead.post("/admin/policy/back", {"version": "0"}).status_code == 403
    assert desk.store.policies.versions(SITE) == []


def test_what_is_shown_and_saved_again_is_the_same_policy(admin, desk):
    kept = policy.replace(desk, SITE, {"spam": Threshold(0.15, 0.999)}, (CASINO,), "test", asks=0.01)
    assert admin.post("/admin/policy", typed(desk)).status_code == 303
    now = policy.current(desk, SITE)
    assert now.version == kept.version + 1
    assert (now.thresholds, now.rules, now.looks, now.asks) == (kept.thresholds, kept.rules, kept.looks, kept.asks)
    assert now.created_by == "user:ada"


def test_limits_rules_and_shares_are_saved_as_a_new_version(admin, desk):
    changes = {
        **typed(desk, review_insult="0.3", reject_insult="0.8", review_spam="", reject_spam="", looks_decisions="5"),
        **rule(1, "No casinos", "text contains", "casino\r\n\r\n jackpot \r\n"),
    }
    answer = admin.post("/admin/policy", changes)
    assert answer.status_code == 303
    assert "Version 1 is in force" in words(admin.get(answer.location))
    saved = policy.current(desk, SITE)
    assert saved.thresholds["insult"] == Threshold(0.3, 0.8)
    assert "spam" not in saved.thresholds
    assert saved.rules == (*policy.DEFAULT_POLICY.rules, CASINO)
    assert saved.looks.decisions == 0.05


def test_a_rule_is_changed_in_place_and_removed(admin, desk):
    policy.replace(desk, SITE, {}, (CASINO, Rule("Links", "links", "at_least", ("3",), Verdict.REVIEW)), "test")
    admin.post("/admin/policy", typed(desk, rule_1_values="4"))
    assert policy.current(desk, SITE).rules[1].values == ("4",)
    admin.post("/admin/policy", typed(desk, rule_0_gone="on"))
    assert [one.name for one in policy.current(desk, SITE).rules] == ["Links"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reject-insult": "0.1"}, "“Reject from” of insult should not be below the limit for review."),
        ({"review-insult": "many"}, "“Review from” of insult should be a number from 0 to 1."),
        ({"review-insult": "nan"}, "“Review from” of insult should be a number from 0 to 1."),
        ({"mode": "budget", "in-rejections": "1"}, "“1 in …” should be a number from 2 to 100,000."),
        ({"looks-decisions": "101"}, "“% of decisions of people” should be a number from 0 to 100."),
        (rule(1, "Odd", "text pattern", "(("), "Rule 2 should hold regular expressions; one has a fault"),
        (rule(1, "", "text contains", "word"), "should have a name of up to 100 characters"),
        (rule(1, "Odd", "text at_least", "3"), "should match `text` by"),
        (rule(1, "Odd", "nothing", "3"), "should say what is looked for"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(admin, desk, changes, said):
    refused = admin.post("/admin/policy", typed(desk) | {"text": "my own text"} | changes)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert said in words(refused)
    assert "my own text" in page
    for name, value in changes.items():
        assert name.endswith("-test") or value in page, "what was typed is gone"
    assert desk.store.policies.versions(SITE) == []


def test_two_admins_cannot_overwrite_each_other(admin, desk):
    mine = typed(desk, review_insult="0.3")
    policy.replace(desk, SITE, {"insult": Threshold(0.1, 0.2)}, (), "user:eve")
    refused = admin.post("/admin/policy", mine)
    assert refused.status_code == 409
    assert "The policy is at version 1 now, not 0" in words(refused)
    assert 'name="review-insult" value="0.3"' in refused.get_data(as_text=True)
    assert policy.current(desk, SITE).created_by == "user:eve"


def test_a_preview_tells_what_would_move_and_saves_nothing(admin, desk):
    desk.scorer.says(insult=0.5)
    texts = ("You fool\u200b of a <b>baker</b>.", "What a fool, the whole day long, he is.")
    desk.store.comments.submit(SITE, [(comment(at, text), assessment(insult=0.5)) for at, text in enumerate(texts)])
    page = admin.post("/admin/policy", typed(desk, step="preview", review_insult="0.6", reject_insult="0.9"))
    assert page.status_code == 200
    assert "2 of 2 past comments would be judged otherwise" in words(page)
    assert "review 2 0" in words(page)
    assert "approve 0 2" in words(page)
    assert "ZWSP</span> of a &lt;b&gt;baker" in page.get_data(as_text=True)
    assert desk.store.policies.versions(SITE) == []


def test_a_pasted_text_meets_the_draft(admin, desk):
    draft = typed(desk, step="try", text="Come to the casino!") | rule(1, "No casinos", "text contains", "casino")
    assert "Reject , says fake-1. The site's rule “No casinos” matches." in words(admin.post("/admin/policy", draft))
    desk.scorer.says(insult=0.5)
    page = words(admin.post("/admin/policy", typed(desk, step="try", text="You fool")))
    assert "Review , says fake-1. Insult 0.50 reaches the limit for review, 0.25." in page
    assert desk.store.comments.get(SITE, "tried") is None


def test_limits_follow_from_a_budget_which_is_kept(admin, desk):
    mine = typed(desk, mode="budget", in_rejections="100", in_approvals="25")
    page = admin.post("/admin/policy", mine | {"step": "preview"})
    assert page.status_code == 200
    assert "There are too few decisions to promise this budget" in words(page)
    assert admin.post("/admin/policy", mine).status_code == 303
    assert policy.current(desk, SITE).budget == ErrorBudget(0.01, 0.04)
    html = admin.get("/admin/policy").get_data(as_text=True)
    assert 'name="in-rejections" value="100"' in html
    assert admin.post("/admin/policy", typed(desk, mode="hand")).status_code == 303
    assert policy.current(desk, SITE).budget is None


def test_every_version_can_be_looked_at_and_put_in_force_again(admin, desk):
    policy.replace(desk, SITE, {"insult": Threshold(0.11, 0.22)}, (CASINO,), "user:eve")
    policy.replace(desk, SITE, {"insult": Threshold(0.33, 0.44)}, (CASINO,), "user:ada")
    page = admin.get("/admin/policy?version=1")
    assert 'name="review-insult" value="0.11"' in page.get_data(as_text=True)
    assert "Below is version 1; saving puts it in force as a new one." in words(page)
    assert "ada thresholds" in words(page)
    assert admin.post("/admin/policy/back", {"version": "1"}).status_code == 303
    now = policy.current(desk, SITE)
    assert (now.version, now.thresholds, now.created_by) == (3, {"insult": Threshold(0.11, 0.22)}, "user:ada")
    admin.post("/admin/policy/back", {"version": "0"})
    assert policy.current(desk, SITE).thresholds == policy.DEFAULT_POLICY.thresholds
    assert admin.post("/admin/policy/back", {"version": "99"}).status_code == 404
    assert admin.get("/admin/policy?version=99").status_code == 404


def test_another_sites_policy_is_not_touched(admin, desk):
    assert admin.get(f"/admin/policy?site={OTHER_SITE}").status_code == 404
    assert admin.post("/admin/policy", typed(desk) | {"site": OTHER_SITE}).status_code == 404
    assert admin.post("/admin/policy/back", {"site": OTHER_SITE, "version": "0"}).status_code == 404


def test_a_model_that_is_gone_is_told_and_the_draft_stays(admin, desk):
    refused = admin.post("/admin/policy", typed(desk, step="try", model="fake-1.1", text="You fool"))
    assert refused.status_code == 404
    assert "Nothing was saved." in words(refused)
    assert "You fool" in words(refused)
