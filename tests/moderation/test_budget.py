"""Thresholds follow from what a site's people decided, in a real store."""

import hashlib
from datetime import UTC, datetime

import pytest

from service.learning import SiteModel
from service.moderation import feedback, looks, policy, review
from service.moderation.learning import budget, evidence
from service.moderation.learning.evidence import STRATA
from service.moderation.submit import edit, submit_batch
from service.shares import LookShares
from service.tenancy import ErrorBudget, Policy, Rule, Threshold
from service.values import Choice, Comment, Decision, Opinion, Verdict
from tests.moderation.test_asking import texts

SITE, ANN, BOB = "gazette", "user:ann", "user:bob"
BUDGET = ErrorBudget(0.05, 0.2)
LIMITS = {"insult": Threshold(0.5, 0.9)}
RULE = Rule("ours", "text", "contains", ("rule",), Verdict.REVIEW)
SCORES = {Verdict.APPROVE: 0.1, Verdict.REVIEW: 0.7, Verdict.REJECT: 0.95}


@pytest.fixture(autouse=True)
def _everything_is_looked_at(desk) -> None:
    policy.save(desk, SITE, Policy(0, LIMITS, (RULE,), LookShares(0.0, 0.5, 1.0), BUDGET), "test")


@pytest.fixture
def send(desk, scorer):
    """Submit comments that no two are alike; returns their ids."""

    def submit(verdict: Verdict, count: int, name: str = "") -> list[str]:
        scorer.says(insult=SCORES[verdict])
        name = name or verdict.value
        comments = [
            Comment(f"{name}-{n}", text) for n, text in enumerate(texts(count, seed=list(Verdict).index(verdict)))
        ]
        submit_batch(desk, SITE, comments)
        return [comment.id for comment in comments]

    return submit


def decide_all(desk, choice: Choice, reviewer: str = ANN) -> int:
    """Decide all that waits; nothing else is in the queue."""
    decided = 0
    while (claim := review.claim(desk, SITE, reviewer)).comments:
        decisions = [Decision(kept.comment.id, choice, "insult") for kept in claim.comments]
        review.decide(desk, SITE, reviewer, claim.token, decisions)
        decided += len(decisions)
    return decided


def look_at_all(desk, choice: Choice, reviewer: str = BOB) -> int:
    """Look blind at all that was drawn by lot."""
    answered = 0
    while found := looks.take(desk, SITE, reviewer, 20):
        looks.answer(desk, SITE, reviewer, [Decision(kept.comment.id, choice, "insult") for kept in found])
        answered += len(found)
    return answered


def gathered(desk):
    return evidence.gather(desk, SITE, "fake-1", desk.store.browse.past(SITE, 500))


def test_reviews_and_looks_are_rows_that_stand_for_what_was_not_seen(desk, send):
    send(Verdict.REVIEW, 5)
    decide_all(desk, Choice.REJECT)
    send(Verdict.APPROVE, 40)
    seen = look_at_all(desk, Choice.APPROVE)
    assert 10 <= seen <= 30
    rows = gathered(desk)
    assert [STRATA[place] for place in sorted(set(rows.stratum))] == [Verdict.APPROVE, Verdict.REVIEW]
    assert (rows.bad.sum(), set(rows.about[rows.bad])) == (5, {"insult"})
    assert rows.weights[rows.stratum == 0] == pytest.approx([2.0] * seen)
    assert rows.weights[rows.stratum == 1] == pytest.approx([1.0] * 5)
    assert rows.lately == (40, 5, 0)


def test_what_somebody_complained_of_is_no_sample(desk, send):
    for comment_id in send(Verdict.APPROVE, 6):
        feedback.feedback(desk, SITE, comment_id, Opinion.ABUSIVE, "platform")
    feedback.suggest(desk, SITE, "A text from elsewhere.", Opinion.SPAM, "platform")
    assert len(gathered(desk)) == 0


def test_what_a_rule_decided_is_none_of_the_thresholds(desk, scorer):
    scorer.says(insult=0.1)
    submit_batch(desk, SITE, [Comment("c1", "The rule of thumb.")])
    assert decide_all(desk, Choice.APPROVE) == 1
    assert len(gathered(desk)) == 0


def test_an_edited_comment_was_not_what_was_decided(desk, send, scorer):
    [first, *_] = send(Verdict.REVIEW, 3)
    decide_all(desk, Choice.REJECT)
    edit(desk, SITE, Comment(first, "Something else, which nobody has seen so far."))
    assert len(gathered(desk)) == 2


def test_what_the_model_learned_from_proves_nothing(desk, send):
    ids = send(Verdict.REVIEW, 4)
    decide_all(desk, Choice.REJECT)
    packed = b"packed"
    kept = SiteModel("fake-1", "fake-1", datetime.now(UTC), "test", 2, len(packed), hashlib.sha256(packed).hexdigest())
    desk.store.models.save(SITE, kept, packed, ids[:3])
    rows = gathered(desk)
    assert (len(rows), rows.learned) == (1, 3)


def test_another_models_scores_are_made_anew(desk, send, scorer):
    send(Verdict.REVIEW, 3)
    decide_all(desk, Choice.REJECT)
    scorer.version = "fake-2"
    scorer.says(insult=0.42)
    rows = evidence.gather(desk, SITE, "fake-2")
    assert rows.scores[:, rows.attributes.index("insult")] == pytest.approx([0.42] * 3, abs=1e-4)


def test_a_proposal_is_proved_and_said_in_words(desk, send):
    send(Verdict.REJECT, 90)
    look_at_all(desk, Choice.REJECT)
    send(Verdict.APPROVE, 80)
    look_at_all(desk, Choice.APPROVE)
    found = budget.propose(desk, SITE, BUDGET)
    assert (found.rejections.rows, found.rejections.wrong, found.rejections.holds) == (90, 0, True)
    assert found.rejections.upper < 0.05
    assert found.approvals.holds
    assert found.enough
    assert found.thresholds["insult"].reject <= 0.9
    assert found.sentences[0].startswith("Of 90 rejected comments that people looked at, 0 were good: at most 3.3 %")
    assert "go to people" in found.sentences[-1]


def test_a_renewed_policy_is_the_next_version_and_keeps_all_else(desk, send):
    send(Verdict.REJECT, 90)
    look_at_all(desk, Choice.APPROVE)  # every one of them was wrong
    saved = budget.renew(desk, SITE, "parley")
    assert saved.version == 2
    assert (saved.rules, saved.budget, saved.looks, saved.created_by) == (
        (RULE,),
        BUDGET,
        LookShares(0.0, 0.5, 1.0),
        "parley",
    )
    assert saved.thresholds["insult"].reject > 0.95
    assert budget.renew(desk, SITE, "parley") is None  # nothing moved since


def test_without_a_budget_nothing_is_renewed(desk, send):
    policy.save(desk, SITE, Policy(0, LIMITS), "test")
    send(Verdict.REJECT, 40)
    look_at_all(desk, Choice.APPROVE)
    assert budget.renew(desk, SITE, "parley") is None


def test_a_policy_that_somebody_saved_meanwhile_stands(desk, send, monkeypatch):
    send(Verdict.REJECT, 90)
    look_at_all(desk, Choice.APPROVE)
    propose = budget.propose

    def slowly(*args):
        found = propose(*args)
        policy.save(desk, SITE, Policy(0, {"spam": Threshold(0.1, 0.2)}), "an admin")
        return found

    monkeypatch.setattr(budget, "propose", slowly)
    assert budget.renew(desk, SITE, "parley") is None
    assert policy.current(desk, SITE).created_by == "an admin"
