"""What is watched of live comments, and when it is an alarm."""

from datetime import UTC, datetime, timedelta

import pytest

from service.learning import Level
from service.moderation import submit
from service.moderation.desk import Desk
from service.moderation.learning.drift import drift, stability
from service.store.tally import BINS
from service.values import Comment, Opinion
from tests.fakes import FakeScorer
from tests.moderation.site_models import SITE, TODAY, days, keep


def found(desk: Desk):
    return {one.what: one for one in drift(desk, SITE)}


def test_a_histogram_that_did_not_change_has_no_drift():
    assert stability([10, 20, 30], [100, 200, 300]) < 0.01
    assert stability([], []) == 0


def test_the_index_is_the_customary_one():
    """Worked by hand: (.4 - .2) ln 2 + (.6 - .8) ln .75."""
    assert stability([200_000, 800_000], [400_000, 600_000]) == pytest.approx(0.1962, abs=1e-4)


def test_a_bin_that_was_empty_is_no_infinity():
    assert 0.1 < stability([1000, 0], [900, 100]) < 1


def test_a_new_site_tells_nothing_yet(desk: Desk):
    assert {one.level for one in drift(desk, SITE)} == {Level.UNKNOWN}


def test_few_comments_tell_nothing(desk: Desk):
    days(desk, 20, 14, comments=60)
    days(desk, 6, 0, comments=60, high=0.9)
    assert found(desk)["scores"].level is Level.UNKNOWN
    assert found(desk)["scores"].rows == 420


@pytest.mark.parametrize(("high", "level"), [(0.1, Level.CALM), (0.22, Level.WATCH), (0.5, Level.ALARM)])
def test_scores_that_moved_are_an_alarm(desk: Desk, high: float, level: Level):
    days(desk, 20, 14)
    days(desk, 6, 0, high=high)
    one = found(desk)["scores"]
    assert (one.attribute, one.level, one.rows, one.rows_before) == ("spam", level, 7000, 7000)
    assert found(desk)["unseen"].level is Level.CALM


def test_texts_full_of_what_the_base_never_met_are_an_alarm(desk: Desk):
    days(desk, 20, 14)
    days(desk, 6, 0, strange=0.6)
    assert found(desk)["unseen"].level is Level.ALARM
    assert found(desk)["scores"].level is Level.CALM


def test_a_young_model_is_compared_with_its_own_first_half(desk: Desk):
    keep(desk.store, "fake-1.1")
    desk.store.models.promote(SITE, "fake-1.1", "ann")
    days(desk, 20, 2, high=0.9)
    days(desk, 3, 2, version="fake-1.1", high=0.1)
    days(desk, 1, 0, version="fake-1.1", high=0.5)
    one = found(desk)["scores"]
    assert (one.level, one.rows, one.rows_before) == (Level.ALARM, 2000, 2000)


@pytest.fixture
def changed(desk: Desk, scorer: FakeScorer, raw):
    """Let platforms contradict so many automatic verdicts, some days ago."""

    def change(comments: int, age: int) -> None:
        for number in range(comments):
            scorer.says(insult=0.99 if number % 2 else 0.01)
            one = f"c-{age}-{number}"
            submit.submit(desk, SITE, Comment(one, "You again."))
            desk.store.comments.feedback(SITE, one, Opinion.NOT_SPAM if number % 2 else Opinion.SPAM, "platform")
            at = datetime.now(UTC) - timedelta(days=age)
            raw.zadd(f"p:{{{SITE}}}:labels", {one: int(at.timestamp() * 1000)})

    return change


@pytest.mark.parametrize(("now", "level"), [(4, Level.CALM), (20, Level.WATCH), (60, Level.ALARM)])
def test_verdicts_that_people_change_more_often_are_an_alarm(desk: Desk, changed, now: int, level: Level):
    days(desk, 20, 14)
    days(desk, 6, 0)
    changed(10, 17)
    changed(now, 1)
    one = found(desk)["overrides"]
    assert (one.value, one.before, one.level) == (round(now / 7000, 4), round(10 / 7000, 4), level)


def test_a_label_that_agrees_or_is_of_no_automatic_verdict_changed_nothing(desk: Desk, scorer: FakeScorer):
    today = (datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
    for one, score, opinion in (
        ("c-1", 0.01, Opinion.FINE),
        ("c-2", 0.99, Opinion.ABUSIVE),
        ("c-3", 0.7, Opinion.SPAM),
    ):
        scorer.says(insult=score)
        submit.submit(desk, SITE, Comment(one, "You again."))
        desk.store.comments.feedback(SITE, one, opinion, "platform")
    desk.store.labels.suggest(SITE, "Never seen.", Opinion.SPAM, "platform")
    assert desk.store.overrides.count(SITE, *today) == 0
    desk.store.comments.feedback(SITE, "c-1", Opinion.ABUSIVE, "platform")
    assert desk.store.overrides.count(SITE, *today) == 1


def test_bins_are_those_of_the_store(desk: Desk):
    days(desk, 20, 14)
    [first] = desk.store.scorebook.read(SITE, "fake-1", [(TODAY - timedelta(days=20)).isoformat()])
    assert len(first.scores["spam"]) == len(first.unseen) == BINS
