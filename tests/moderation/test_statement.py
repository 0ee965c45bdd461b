"""What an author is told of a rejection, whoever or whatever made it."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from service.moderation.policy import DEFAULT_POLICY
from service.moderation.statement import state_reasons
from service.moderation.statement_text import as_text
from service.values import (
    Article,
    Assessment,
    Author,
    Choice,
    Comment,
    Decided,
    Event,
    KeptComment,
    Reason,
    Second,
    State,
    Verdict,
)

CAME = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TEXT = "A sentence that must not travel."
INSULT = Reason("score", "Insult 0.97 reaches the limit for rejection, 0.90.", "insult", 0.97, 0.9)
MILD = Reason("score", "Toxicity 0.60 reaches the limit for review, 0.12.", "toxicity", 0.6, 0.12)
RULE = Reason("rule_words", "The site's rule “No casinos” matches.")
CAMPAIGN = Reason("campaign", "Like c-42, which user:ann rejected at 14:05.")
RECEIVED = Event("1-0", "received", CAME, "c-1", None, 1, {"verdict": "reject", "model": "base-1", "policy": 0})
QUEUED = replace(RECEIVED, detail={"verdict": "review", "model": "base-1", "policy": 0})
DECLINED = Event("2-0", "rejected", LATER, "c-1", "user:ann", 3, {"reason": "insult"})
APPEALED = Event("3-0", "appealed", LATER, "c-1", "author", 4)


def rejected(*reasons: Reason, verdict: Verdict = Verdict.REJECT, decided: Decided | None = None) -> KeptComment:
    comment = Comment("c-1", TEXT, Author(name="Nare"), Article(title="A bridge reopens"), created_at=CAME)
    found = Assessment(verdict, {"insult": 0.97, "toxicity": 0.6}, reasons, "base-1", 0)
    return KeptComment(comment, State.REJECTED, found, CAME, 1, decided=decided)


def by_ann(reason: str | None = "insult") -> Decided:
    return Decided(Choice.REJECT, "user:ann", LATER, reason, "colleagues: she does this daily")


def stated(kept, *events, **more):
    found = state_reasons("gazette", kept, events, DEFAULT_POLICY, **more)
    assert found
    return found


def test_an_automatic_rejection_is_told_as_one_with_its_attribute_and_limit():
    found = stated(rejected(INSULT, MILD), RECEIVED)
    assert (found.automated_detection, found.automated_decision) == ("Yes", "AUTOMATED_DECISION_FULLY")
    assert found.incompatible_content_ground.endswith("insult")  # toxicity alone would not have sufficed
    assert "reads as an insult" in found.incompatible_content_explanation
    assert "Insult was 0.97; the limit for rejection is 0.90." in found.decision_facts
    assert found.application_date.isoformat() == "2026-11-22"


def test_a_rule_is_named_by_its_name():
    found = stated(rejected(RULE), RECEIVED)
    assert "“No casinos”" in found.incompatible_content_ground
    assert found.category == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def test_a_persons_rejection_gives_the_reason_and_never_the_person_or_the_note():
    found = stated(rejected(MILD, verdict=Verdict.REVIEW, decided=by_ann()), QUEUED, DECLINED)
    assert (found.automated_detection, found.automated_decision) == ("Yes", "AUTOMATED_DECISION_NOT_AUTOMATED")
    assert "reads as an insult" in found.incompatible_content_explanation
    assert found.puid == "gazette.c-1.3"
    assert found.application_date.isoformat() == "2026-11-23"
    told = orjson.dumps(found).decode() + as_text(found)
    assert "ann" not in told.replace("cannot", "")
    assert "daily" not in told


def test_a_correction_by_a_person_is_told_as_that_persons_rejection():
    approved = replace(RECEIVED, detail={"verdict": "approve", "model": "base-1", "policy": 0})
    corrected = Event("2-0", "corrected", LATER, "c-1", "user:ann", 2, {"look": "audit", "decision": "reject"})
    undone = replace(corrected, version=3, detail={"undone": True})
    found = stated(rejected(MILD, verdict=Verdict.APPROVE, decided=by_ann()), approved, corrected)
    assert (found.version, found.automated_decision) == (2, "AUTOMATED_DECISION_NOT_AUTOMATED")
    assert stated(rejected(INSULT), RECEIVED, replace(corrected, detail={"decision": "approve"}), undone).version == 1


def test_a_rejection_without_a_reason_has_no_ground_rather_than_an_invented_one():
    found = stated(rejected(MILD, verdict=Verdict.REVIEW, decided=by_ann(None)), QUEUED, DECLINED)
    assert found.decision_ground is None
    assert found.incompatible_content_ground is None
    assert found.category is None
    assert "No ground was noted" in as_text(found)


def test_a_reason_of_the_sites_own_list_is_repeated():
    found = stated(rejected(MILD, verdict=Verdict.REVIEW, decided=by_ann("house-rule-7")), QUEUED, DECLINED)
    assert "“house-rule-7”" in found.incompatible_content_explanation
    assert found.category is None


def test_what_a_scorer_could_not_score_was_not_found_by_a_machine():
    failed = Reason("scorer_failed", "The comment could not be scored.")
    found = stated(rejected(failed, verdict=Verdict.REVIEW, decided=by_ann()), QUEUED, DECLINED)
    assert found.automated_detection == "No"
    assert found.source_type is None


def test_of_the_platforms_own_judgement_nothing_is_claimed_about_machines():
    event = Event("2-0", "feedback", LATER, "c-1", "key:k_1", 2, {"opinion": "spam", "state": "rejected"})
    decided = Decided(Choice.REJECT, "key:k_1", LATER, "spam")
    found = stated(rejected(MILD, verdict=Verdict.REVIEW, decided=decided), QUEUED, event)
    assert (found.automated_detection, found.automated_decision) == (None, None)
    assert found.incompatible_content_ground == "The site's own judgement"


def test_one_that_followed_a_campaign_is_partly_automatic_and_names_nobody():
    found = stated(rejected(CAMPAIGN), RECEIVED)
    assert found.automated_decision == "AUTOMATED_DECISION_PARTIALLY"
    assert "ann" not in orjson.dumps(found).decode()
    assert "nearly the same" in found.incompatible_content_explanation


def test_an_objection_is_open_until_it_was_used():
    url = "https://parley.example/status/x"
    open_, used = stated(rejected(INSULT), RECEIVED, url=url), stated(rejected(INSULT), RECEIVED, APPEALED, url=url)
    assert (open_.redress.appeal, used.redress.appeal) == ("open", "used")
    assert url in as_text(open_)
    assert "The author objected" in used.decision_facts


def test_an_edited_comment_may_be_objected_to_again():
    edited = Event("4-0", "edited", LATER, "c-1", None, 5, {"verdict": "reject", "model": "base-1", "policy": 0})
    assert stated(rejected(INSULT), RECEIVED, APPEALED, edited).redress.appeal == "open"


@pytest.mark.parametrize("name", ["content_language", "territorial_scope", "incompatible_content_illegal"])
def test_what_parley_cannot_know_is_null(name):
    assert getattr(stated(rejected(INSULT), RECEIVED), name) is None


def test_the_day_of_writing_is_null_where_the_platform_did_not_tell_it():
    kept = rejected(INSULT)
    told, silent = stated(kept, RECEIVED), stated(replace(kept, comment=Comment("c-1", TEXT)), RECEIVED)
    assert told.content_date.isoformat() == "2026-11-22"
    assert silent.content_date is None


def test_the_text_and_its_author_stay_out():
    told = orjson.dumps(stated(rejected(INSULT), RECEIVED)).decode()
    assert TEXT not in told
    assert "Nare" not in told


@pytest.mark.parametrize("state", [State.APPROVED, State.WAITING, State.CLAIMED])
def test_only_a_declined_comment_has_a_statement(state):
    assert state_reasons("gazette", replace(rejected(INSULT), state=state), [RECEIVED]) is None


def test_the_plain_text_has_all_that_article_17_asks_for():
    text = as_text(stated(rejected(INSULT), RECEIVED))
    headings = ["What was decided", "Facts", "Ground", "Automation", "How to object"]
    assert [line for line in text.splitlines() if line in headings] == headings
    assert "The decision was automated." in text
    assert "court" in text


def test_a_rejection_by_a_second_opinion_names_both_models():
    kept = rejected(INSULT)
    kept = replace(kept, assessment=replace(kept.assessment, second=Second("second-1", {"insult": 0.4})))
    revised = replace(RECEIVED, type="revised", detail={"verdict": "reject", "second_opinion": "second-1"})
    facts = stated(kept, QUEUED, revised).decision_facts
    assert "The model base-1 scored its text. The model second-1 gave a second opinion." in facts
