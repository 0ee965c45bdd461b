from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.attributes import ATTRIBUTES
from models.classifier import Scores
from service.moderation.learning import slices
from service.moderation.learning.lessons import NONE_APPLIES, Taught
from service.moderation.learning.load import Load, allowed
from service.moderation.learning.measured import Judged, Measured
from service.moderation.learning.report import report
from service.moderation.policy import DEFAULT_POLICY
from service.store.label import Label
from service.tenancy import ErrorBudget
from service.values import Comment, Verdict
from tests.moderation.learning.conftest import SITE
from tests.store.scenes import assessed

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
INSULT = {"insult": 1.0, "toxicity": 1.0}


class Keen:
    """Score as insult whatever has one of its words, `rest` everything else."""

    version = "keen"
    attributes = ATTRIBUTES

    def __init__(self, *words: str, hit: float = 0.95, rest: float = 0.01) -> None:
        self.words, self.hit, self.rest = words, hit, rest

    def score(self, texts, contexts=None) -> Scores:
        values = np.full((len(texts), len(ATTRIBUTES)), 0.001, np.float32)
        hits = [self.hit if any(word in text for word in self.words) else self.rest for text in texts]
        values[:, ATTRIBUTES.index("insult")] = hits
        return Scores(ATTRIBUTES, values)


def taught(number: int, text: str, hurts: bool = False, author: str = "", prefix: str = "c-") -> Taught:
    value, reason = ("reject", "insult") if hurts else ("approve", None)
    at = NOON + timedelta(hours=number)
    label = Label(f"{prefix}{number}", "reviewer:a", value, "a", at, text, reason, author_digest=author)
    return Taught(label, INSULT if hurts else NONE_APPLIES, f"c-{number}")


ROWS = [
    *(taught(n, f"The river is low in week {n} of this summer, is it not?", author=f"u{n % 3}") for n in range(20)),
    *(taught(20 + n, f"Go away, you weedhead, week {n} of your talk about it.", True) for n in range(10)),
]
BASE, BETTER = Keen("nothing"), Keen("weedhead")
NO_LOAD = Load((), np.zeros((0, len(ATTRIBUTES))), np.zeros((0, len(ATTRIBUTES))))


def made(champion=BASE, challenger=BETTER, rows=ROWS):
    measured = Measured(rows, champion, challenger)
    return report(("base-2", "base-2.1"), {"insult": "adapted"}, DEFAULT_POLICY, measured, measured, NO_LOAD, ())


def test_a_head_is_measured_on_the_rows_that_speak_of_it():
    heads = {head.attribute: head for head in made().heads}
    insult, spam = heads["insult"], heads["spam"]
    assert (insult.chosen, insult.rows, insult.positives) == ("adapted", 30, 10)
    assert (spam.chosen, spam.rows, spam.positives) == ("base", 20, 0)
    assert next(one for one in insult.figures if one.name == "auc").challenger == 1.0
    assert sum(insult.histogram["champion"]) == sum(insult.histogram["challenger"]) == 30
    assert insult.precision_recall["challenger"][0][1] == 1.0
    assert spam.precision_recall["champion"] == ()


def test_the_comments_on_which_they_differ_most_come_by_id_with_both_verdicts():
    found = made().differences
    assert {one.comment_id for one in found} == {f"c-{20 + n}" for n in range(10)}
    first = found[0]
    assert (first.attribute, first.champion, first.challenger) == ("insult", 0.01, 0.95)
    assert (first.champion_verdict, first.challenger_verdict) == (Verdict.APPROVE, Verdict.REJECT)
    assert first.decided == "reject (insult)"


def test_twenty_differences_are_told_and_none_of_a_text_that_is_no_comment_here():
    rows = [taught(n, f"weedhead {n}", True, prefix="~" if n < 5 else "c-") for n in range(40)]
    found = made(rows=rows).differences
    assert len(found) == 20
    assert not [one for one in found if one.comment_id.startswith("~")]
    assert made(challenger=BASE).differences == ()


def test_slices_tell_wrong_alarms_and_misses():
    measured = Measured(ROWS, BASE, BETTER)
    found = slices.slices(measured, Judged.of(DEFAULT_POLICY, measured), {})
    english = next(one for one in found if (one.kind, one.name) == ("language", "en"))
    figures = {one.name: (one.champion, one.challenger) for one in english.figures}
    assert (english.rows, english.positives) == (30, 10)
    assert figures == {"false_positives": (0.0, 0.0), "missed": (1.0, 0.0)}
    assert {one.kind for one in found} == {"language", "length", "newness"}  # nobody names a group


def test_a_group_that_is_named_is_a_slice_of_its_own():
    rows = [taught(n, f"Our Georgian neighbour has {n} beehives.") for n in range(6)]
    measured = Measured(rows, BASE, Keen("Georgian"))
    found = slices.slices(measured, Judged.of(DEFAULT_POLICY, measured), {})
    georgian = next(one for one in found if one.kind == "group")
    assert (georgian.name, georgian.figures[0].champion, georgian.figures[0].challenger) == ("georgian", 0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Die Brücke wurde im Sommer wieder geöffnet, endlich!", "de"),
        ("The bridge was opened again this summer.", "en"),
        ("ok", "unsure"),
    ],
)
def test_a_language_is_named_where_it_is_sure(text, code):
    assert slices.language(text) == code


def test_an_author_is_known_from_the_second_label_on():
    seen = dict(slices.seen_before([("c-1", "ann"), ("c-2", ""), ("c-3", "ann"), ("c-4", "bob")]))
    told = [slices.newness(one, seen) for one in ("c-1", "c-2", "c-3", "c-4")]
    assert told == ["first seen", "unknown author", "known author", "first seen"]


def test_drift_is_told_of_both_models():
    learned = Measured(ROWS[:20], BASE, BETTER)
    insult = next(one for one in _drift(learned, Measured(ROWS[20:], BASE, BETTER)) if one.name == "insult")
    assert insult.champion == pytest.approx(0.0, abs=0.1)
    assert insult.challenger > 0.25


def _drift(learned, measured):
    return report(("a", "b"), {}, DEFAULT_POLICY, learned, measured, NO_LOAD, ()).drift


def test_the_load_is_counted_on_past_comments_under_the_policy_in_force(desk):
    texts = ["weedhead, again"] * 30 + ["a quiet word"] * 70
    comments = [(Comment(f"c-{n}", text), assessed(Verdict.APPROVE)) for n, text in enumerate(texts)]
    desk.store.comments.submit(SITE, comments)
    doubting = Keen("weedhead", hit=0.5)
    found = Load.of(desk, SITE, None, BASE, doubting).reviewed(DEFAULT_POLICY)
    assert (found.name, found.champion, found.challenger) == ("reviewed", 0.0, 0.3)
    assert found.low > 0.2


def test_of_enough_new_comments_the_old_ones_tell_nothing(desk):
    desk.store.comments.submit(SITE, [(Comment(f"c-{n}", "a word"), assessed(Verdict.APPROVE)) for n in range(60)])
    hour = timedelta(hours=1)
    assert len(Load.of(desk, SITE, datetime.now(UTC) - hour, BASE, BASE).past) == 60
    assert len(Load.of(desk, SITE, datetime.now(UTC) + hour, BASE, BASE).past) == 60


def test_at_the_budget_limits_go_as_far_as_the_held_out_rows_allow():
    measured = Measured(ROWS, BASE, BETTER)
    budgeted = replace(DEFAULT_POLICY, budget=ErrorBudget(rejections=0.01, approvals=0.01))
    [careful, daring] = (
        allowed(scores, measured, budgeted, budgeted.budget)["insult"]
        for scores in (measured.champion, measured.challenger)
    )
    assert daring.reject < 0.95
    assert careful.review < 0.02 < daring.review
    assert NO_LOAD.reviewed_at_budget(DEFAULT_POLICY, measured) is None
    assert NO_LOAD.reviewed_at_budget(budgeted, measured).name == "reviewed_at_budget"
