"""Past comments are judged by a draft, by other rules and by another model; nothing of it is kept."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import models
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.delta import Delta, HeadDelta, pack
from service.errors import Conflict, NotFound
from service.learning import SiteModel
from service.moderation import policy, review
from service.moderation.desk import Desk, NoScorer
from service.moderation.learning import preview
from service.moderation.learning.versions import base_version
from service.moderation.second.adviser import ModelAdviser
from service.moderation.submit import submit_batch
from service.tenancy import Policy, Rule, Threshold
from service.values import Comment, Verdict
from tests.fakes import FakeSecond

SITE = "gazette"
DRAFT = Policy(0, {"insult": Threshold(0.5, 0.9)})


def submit(desk: Desk, *texts: str) -> None:
    submit_batch(desk, SITE, [Comment(f"c{n}", text) for n, text in enumerate(texts)])


def test_verdicts_before_and_after_are_counted(desk, scorer):
    scorer.says(insult=0.3)
    submit(desk, "One comment.", "Another.")
    found = preview.replay(desk, SITE, DRAFT)
    assert (found.before["review"], found.after["approve"]) == (2, 2)
    assert found.changed == (("c1", "review", "approve"), ("c0", "review", "approve"))
    assert found.per_day == (2, 0)


def test_a_claimed_comment_counts_as_what_the_policy_said(desk, scorer):
    scorer.says(insult=0.3)
    submit(desk, "One comment.")
    assert review.claim(desk, SITE, "user:ann").comments
    assert preview.replay(desk, SITE, DRAFT).before["review"] == 1


def test_erased_comments_are_not_judged(desk):
    submit(desk, "One comment.", "Another.")
    desk.store.comments.erase(SITE, "c0")
    assert preview.replay(desk, SITE, DRAFT).comments == 1


def test_no_more_than_asked_are_judged_the_newest_first(desk):
    submit(desk, *(f"Comment number {n}." for n in range(700)))
    found = preview.replay(desk, SITE, replace(DRAFT, thresholds={"insult": Threshold(0.0, 1.0)}), most=600)
    assert found.comments == 600
    assert found.changed[0][0] == "c699"


def test_time_is_bounded(desk, monkeypatch):
    submit(desk, *(f"Comment number {n}." for n in range(300)))
    monkeypatch.setattr(preview, "SECONDS", 0.0)
    found = preview.replay(desk, SITE, DRAFT)
    assert found.comments == 100  # what is done at once; the answer says how many


def test_a_text_that_came_often_then_came_often(desk):
    rule = Rule("Twice", "repeats", "at_least", ("2",), Verdict.REJECT)
    policy.save(desk, SITE, Policy(0, {}, (rule,)), "test")
    submit(desk, "Same.", "Same.")
    found = preview.replay(desk, SITE, Policy(0, {}, (replace(rule, verdict=Verdict.REVIEW),)))
    assert (found.before["reject"], found.after["review"]) == (1, 1)


def test_nothing_is_kept_of_it(desk, raw):
    submit(desk, "One comment.")
    before = {key: raw.dump(key) for key in raw.scan_iter()}
    preview.replay(desk, SITE, DRAFT)
    preview.judge_one(desk, SITE, DRAFT, Comment("-", "Hello."))
    assert {key: raw.dump(key) for key in raw.scan_iter()} == before


def test_a_text_that_the_scorer_fails_at_goes_to_people(desk, scorer):
    scorer.fails(ValueError())
    assert preview.judge_one(desk, SITE, DRAFT, Comment("-", "Hello.")).verdict is Verdict.REVIEW


@pytest.fixture(scope="module")
def base() -> Classifier:
    return Classifier.load(Path(models.__file__).with_name("base"))


@pytest.fixture
def real(desk, base) -> Desk:
    """A desk with the shipped model, and a site's own that takes everything for an insult."""
    curve = base.curves[ATTRIBUTES.index("insult")]
    certain = HeadDelta("own", 0.0, 20.0, np.zeros(0, np.uint32), np.zeros(0, np.float32), curve)
    for version, based_on in (("base.1", base.version), ("base.2", "base-0")):
        packed = pack(Delta(version, based_on, {"insult": certain}, {}))
        digest = hashlib.sha256(packed).hexdigest()
        kept = SiteModel(version, based_on, datetime.now(UTC), "test", 1, len(packed), digest)
        desk.store.models.save(SITE, kept, packed, [])
    return replace(desk, scorer=base)


def test_another_model_judges_anew(real):
    submit(real, "Thank you for this article.", "We met at the bridge.")
    found = preview.replay(real, SITE, policy.DEFAULT_POLICY, "base.1")
    assert (found.before["approve"], found.after["reject"]) == (2, 2)
    assert preview.judge_one(real, SITE, DRAFT, Comment("-", "Thank you."), "base.1").model == "base.1"


def test_comments_that_an_earlier_model_scored_are_scored_anew(desk, real, scorer):
    scorer.says(insult=0.99)
    submit(desk, "Thank you for this article.")
    assert preview.replay(real, SITE, policy.DEFAULT_POLICY).before["approve"] == 1


def test_a_model_that_is_unknown_or_foreign_is_told(real):
    with pytest.raises(NotFound, match=r"no model 'base\.9'"):
        preview.replay(real, SITE, DRAFT, "base.9")
    with pytest.raises(Conflict, match="cannot be used"):
        preview.judge_one(real, SITE, DRAFT, Comment("-", "Hello."), "base.2")


def test_where_no_model_is_loaded_only_known_scores_count(desk, scorer):
    unloaded = replace(desk, scorer=NoScorer())
    submit(desk, "One comment.")
    scorer.version = base_version(unloaded)
    submit_batch(desk, SITE, [Comment("d1", "Another."), Comment("d2", "A third.")])
    assert preview.replay(unloaded, SITE, DRAFT).comments == 2


def test_the_first_scores_are_replayed_whatever_a_second_opinion_said(desk, scorer):
    scorer.says(insult=0.3)
    submit(replace(desk, adviser=ModelAdviser(lambda: FakeSecond(insult=0.01))), "One comment.")
    assert desk.store.comments.get(SITE, "c0").assessment.verdict is Verdict.APPROVE
    found = preview.replay(desk, SITE, DRAFT)
    assert (found.before["review"], found.after["approve"]) == (1, 1)
