"""A share of the comments is asked of people because the model would learn most from them."""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.moderation import policy
from service.moderation.learning.asking import FIRST, Asking, Questions, doubt
from service.moderation.submit import submit, submit_batch
from service.store.encoding import pack_assessment, unpack_assessment
from service.tenancy import Policy, Rule, Threshold
from service.values import Assessment, Comment, Verdict

SITE = "gazette"
WORDS = np.array([f"{first}{second}" for first in "kmprstvz" for second in ("ana", "elo", "iru", "osti", "unna")])


def texts(count: int, seed: int = 1) -> list[str]:
    """Return texts of which no two are alike."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, 14)) for _ in range(count)]


TEXTS = texts(2500)


def asked(asking: Asking, share: float, values) -> list[bool]:
    return [asking.ask(share, value, text) for value, text in zip(values, TEXTS, strict=False)]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_the_share_is_met_whatever_the_values(share):
    rng = np.random.default_rng(2)
    for values in (rng.random(2500), rng.random(2500) ** 6, np.linspace(0, 1, 2500), np.full(2500, 0.3)):
        found = asked(Asking(), share, values.tolist())
        assert abs(np.mean(found) - share) <= 1 / (0.05 * 2500)


def test_the_share_is_of_all_comments_not_of_those_that_may_be_asked():
    rng = np.random.default_rng(3)
    values = [None if out else value for out, value in zip(rng.random(2500) < 0.5, rng.random(2500), strict=True)]
    assert np.mean(asked(Asking(), 0.1, values)) == pytest.approx(0.1, abs=0.005)


def test_the_worthiest_are_asked():
    values = np.random.default_rng(4).random(2000)
    found = np.array(asked(Asking(), 0.1, values.tolist()))
    assert np.quantile(values[found], 0.1) > np.quantile(values, 0.85)
    assert values[found].min() > np.quantile(values, 0.7)


def test_nothing_is_asked_before_there_is_something_to_compare_with():
    assert not any(asked(Asking(), 0.5, [0.9] * FIRST))


def test_what_is_like_something_asked_lately_is_not_asked():
    lately = np.linspace(0, 0.5, 50).tolist()
    asking = Asking(reach=0.5, worths=deque(lately), ranked=lately)
    first = "Grandmother's apricot jam took three whole summers, and every jar of it was worth the long wait."
    assert asking.ask(0.5, 0.9, first)
    assert not asking.ask(0.5, 0.95, first.upper() + " 17")
    assert asking.ask(0.5, 0.96, "The bridge was closed for repairs when we came home late from the concert in town.")


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), min_size=1))
def test_doubt_is_a_share_and_whole_when_one_head_cannot_tell(scores):
    assert 0 <= doubt(scores) <= 1
    assert doubt({**scores, "x": 0.5}) == 1
    assert doubt({**scores, "x": 0.0}) == pytest.approx(doubt(scores))


def assessment(verdict: Verdict = Verdict.APPROVE, score: float = 0.1) -> Assessment:
    return Assessment(verdict, {"spam": score}, (), "m-1", 1)


def test_only_what_would_pass_without_a_reason_is_asked():
    questions, comments = Questions(), [Comment(f"c{n}", text) for n, text in enumerate(texts(200))]
    ruled = policy.judge(
        Policy(1, {}, (Rule("ours", "author.id", "equals", ("u-1",), Verdict.APPROVE),)),
        replace(comments[0], author=replace(comments[0].author, id="u-1")),
        {"spam": 0.5},
        "m-1",
    )
    kinds = [ruled, assessment(Verdict.REJECT), assessment(Verdict.REVIEW), assessment(score=0.2)]
    given_ = [kinds[n % 4] for n in range(200)]
    found = questions.chosen(SITE, 0.2, object(), comments, given_)
    changed = [n for n in range(200) if found[n] != given_[n]]
    assert changed
    assert {n % 4 for n in changed} == {3}
    assert {found[n].verdict for n in changed} == {Verdict.REVIEW}
    assert {found[n].reasons[0].code for n in changed} == {"asked"}


def test_sites_are_asked_apart():
    questions = Questions()
    comments = [Comment(f"c{n}", text) for n, text in enumerate(texts(30))]
    questions.chosen(SITE, 0.5, object(), comments, [assessment()] * 30)
    [other] = questions.chosen("courier", 0.5, object(), comments[:1], [assessment()])
    assert other.verdict is Verdict.APPROVE  # nothing of this site was seen yet


def test_what_the_model_never_met_is_worth_more():
    class Reader:
        def unseen(self, some):
            return np.array(["zzz" in text for text in some], np.float32)

    comments = [Comment(f"c{n}", text + (" zzz" if n % 10 == 0 else "")) for n, text in enumerate(texts(400))]
    found = Questions().chosen(SITE, 0.05, Reader(), comments, [assessment()] * 400)
    asked_of = [n for n, one in enumerate(found) if one.verdict is Verdict.REVIEW]
    assert asked_of
    assert all(n % 10 == 0 for n in asked_of)


def test_a_policy_that_asks_sends_some_to_review_and_says_why(desk, scorer):
    policy.save(desk, SITE, Policy(0, {"spam": Threshold(0.5, 0.9)}, asks=0.3), "test")
    submit_batch(desk, SITE, [Comment(f"c{n}", text) for n, text in enumerate(texts(60))])
    waiting = list(desk.store.browse.waiting(SITE, "main", 100))
    assert 5 <= len(waiting) <= 40
    [reason] = waiting[0].assessment.reasons
    assert (reason.code, reason.text) == ("asked", "Chosen so that the model learns from it.")
    assert unpack_assessment(pack_assessment(waiting[0].assessment)) == waiting[0].assessment


def test_nothing_is_asked_by_default(desk):
    submit_batch(desk, SITE, [Comment(f"c{n}", text) for n, text in enumerate(texts(60))])
    assert not list(desk.store.browse.waiting(SITE, "main", 100))


def test_a_comment_that_came_before_is_answered_as_before(desk):
    policy.save(desk, SITE, Policy(0, {"spam": Threshold(0.5, 0.9)}, asks=0.5), "test")
    comments = [Comment(f"c{n}", text) for n, text in enumerate(texts(80))]
    first = [submit(desk, SITE, one).assessment.verdict for one in comments]
    again = [submit(desk, SITE, one).assessment.verdict for one in comments]
    assert first == again
    assert Verdict.REVIEW in first
