from datetime import UTC, datetime

import numpy as np
import pytest

from models.attributes import ATTRIBUTES
from models.classifier import Scores
from service.learning import Figure, HeadReport
from service.moderation.learning import gate
from service.moderation.learning.lessons import NONE_APPLIES, Taught
from service.moderation.learning.measured import Measured
from service.moderation.policy import DEFAULT_POLICY
from service.store.label import Label


class Wary:
    """Score toxicity by how many of its words a text has."""

    version = "wary"
    attributes = ATTRIBUTES

    def __init__(self, *words: str) -> None:
        self.words = words

    def score(self, texts, contexts=None) -> Scores:
        values = np.full((len(texts), len(ATTRIBUTES)), 0.001, np.float32)
        values[:, ATTRIBUTES.index("toxicity")] = [0.9 if any(w in t for w in self.words) else 0.01 for t in texts]
        return Scores(ATTRIBUTES, values)


def head(name: str, champion: float, challenger: float, low: float, high: float) -> HeadReport:
    return HeadReport("insult", "adapted", 200, 50, (Figure(name, champion, challenger, low, high),))


@pytest.mark.parametrize(("low", "passed"), [(-0.01, True), (0.0, True), (0.015, True), (0.016, False)])
def test_an_attribute_may_be_worse_within_its_interval_or_by_a_twentieth(low, passed):
    found = gate.no_attribute_worse([head("log_loss", 0.3, 0.32, low, 0.05)])
    assert found.passed is passed
    if not passed:
        assert found.finding == "The log loss is worse: insult 0.300 to 0.320, by at least 0.016."


def test_a_thousandth_more_of_next_to_no_loss_is_no_reason():
    assert gate.no_attribute_worse([head("log_loss", 0.001, 0.003, 0.001, 0.004)]).passed


@pytest.mark.parametrize(
    ("champion", "challenger", "low", "passed"),
    [(0.02, 0.05, 0.01, True), (0.02, 0.09, -0.01, True), (0.02, 0.09, 0.01, False), (0.4, 0.41, 0.001, True)],
)
def test_scores_are_calibrated_or_not_notably_worse_than_before(champion, challenger, low, passed):
    assert gate.well_calibrated([head("calibration_error", champion, challenger, low, 0.1)]).passed is passed


@pytest.mark.parametrize(("rows", "passed"), [(29, False), (30, True)])
def test_too_few_rows_are_said_and_block(rows, passed):
    found = gate.enough_rows(rows)
    assert found.passed is passed
    assert f"There are {rows} held-out decisions" in found.finding


def test_a_challenger_that_holds_back_whoever_names_a_group_does_not_pass():
    found = gate.neutral_sentences(DEFAULT_POLICY, Wary(), Wary("Georgian"))
    assert not found.passed
    assert "georgian 0.0 % to " in found.finding
    assert gate.neutral_sentences(DEFAULT_POLICY, Wary("Georgian"), Wary("Georgian")).passed
    assert gate.neutral_sentences(DEFAULT_POLICY, Wary("Georgian"), Wary()).passed


def test_two_sentences_more_are_no_rise_and_three_are():
    few, more = ("a Georgian bakery", "a proud Georgian"), ("a Georgian bakery", "a proud Georgian", "a Georgian film")
    assert gate.neutral_sentences(DEFAULT_POLICY, Wary(), Wary(*few)).passed
    assert not gate.neutral_sentences(DEFAULT_POLICY, Wary(), Wary(*more)).passed


def test_of_many_groups_the_worst_are_named():
    found = gate.neutral_sentences(DEFAULT_POLICY, Wary(), Wary("e"))
    assert found.finding.count(" to ") == 5
    assert found.finding.endswith("and 42 more groups.")


def measured(texts, champion, challenger) -> Measured:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        Taught(Label(f"c-{n}", "reviewer:a", "approve", "a", at, text), NONE_APPLIES, "")
        for n, text in enumerate(texts)
    ]
    return Measured(rows, champion, challenger)


def test_approved_comments_that_name_a_group_may_not_be_held_back_more_often():
    texts = [f"My Greek neighbour number {n} grows beans." for n in range(40)]
    worse = gate.groups_on_the_site(DEFAULT_POLICY, measured(texts, Wary(), Wary("number 1", "number 2")))
    assert (worse.passed, "greek 0.0 % to 55.0 %" in worse.finding) == (False, True)
    assert gate.groups_on_the_site(DEFAULT_POLICY, measured(texts, Wary("number 1"), Wary())).passed
    few = gate.groups_on_the_site(DEFAULT_POLICY, measured(texts[:9], Wary(), Wary("number")))
    assert few.passed
    assert few.finding.startswith("0 groups are named by 10 or more")


def test_a_slow_challenger_does_not_pass():
    class Slow(Wary):
        def score(self, texts, contexts=None) -> Scores:
            for _ in range(4):
                super().score(texts)
            return super().score(texts)

    assert not gate.speed(["A text."] * 5, Wary(), Slow()).passed
    assert gate.speed(["A text."] * 5, Slow(), Wary()).passed


@pytest.mark.parametrize(("size_bytes", "passed"), [(1_000_000, True), (1_000_001, False)])
def test_a_model_that_is_too_large_does_not_pass(size_bytes, passed):
    assert gate.size(size_bytes).passed is passed


def test_the_list_is_explicit_and_each_finding_a_sentence():
    texts = [f"A plain sentence, number {n}." for n in range(35)]
    wary = Wary()
    found = gate.gate([], DEFAULT_POLICY, measured(texts, wary, wary), wary, wary, 5000)
    names = ["rows", "attributes", "calibration", "neutral sentences", "groups", "speed", "size"]
    assert [check.name for check in found] == names
    assert all(check.passed and check.finding.endswith(".") for check in found)
