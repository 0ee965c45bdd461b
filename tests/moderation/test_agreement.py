"""The figures are those of the books, the estimates are unbiased, and of too few looks nothing is said."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from service.looks import Look, LookKind
from service.moderation.agreement import (
    Agreement,
    Rate,
    asymptotic,
    automation,
    bootstrapped,
    cohen,
    cross,
    kappas,
    people,
    standard_error,
    wilson,
)
from service.values import Choice

APPROVE, REJECT, ESCALATE = Choice
NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOTHING = (None, None, None)


def audit(first: Choice, answer: Choice, share: float = 0.1, final: Choice | None = None) -> Look:
    return Look("c-1", LookKind.AUDIT, share, first, answer, "user:bob", NOW, final=final)


def second(
    first: Choice,
    answer: Choice,
    by: tuple[str, str] = ("ann", "bob"),
    reasons: tuple[str | None, str | None] = (None, None),
    final: Choice | None = None,
) -> Look:
    return Look("c-1", LookKind.SECOND, 0.02, first, answer, by[1], NOW, by[0], *reasons, final)


def told(rate: Rate) -> tuple[float | None, ...]:
    return rate.share, rate.low, rate.high


# Intervals of a share


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: score without continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_that_of_newcombes_table(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


# Kappa


def test_kappa_of_the_example_worked_by_hand() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: observed .70; by chance .5 × .6 + .5 × .4 = .50; so .20 / .50.
    table = np.array([[20.0, 5.0], [10.0, 15.0]])
    assert kappas(table[None])[0] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("table", "kappa", "error", "low", "high"),
    [
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842, 0.1380, 0.2137, 0.7547),
        ([[0, 0, 0], [5, 16, 3], [8, 12, 28]], 0.3333, 0.0814, 0.1738, 0.4929),
    ],
)
def test_kappa_and_its_error_are_those_that_sas_prints(
    table: list[list[float]], kappa: float, error: float, low: float, high: float
) -> None:
    counts = np.array(table, dtype=float)
    assert kappas(counts[None])[0] == pytest.approx(kappa, abs=5e-5)
    assert standard_error(counts) == pytest.approx(error, abs=5e-5)
    assert asymptotic(counts) == pytest.approx((low, high), abs=5e-5)


def test_the_error_of_kappa_is_that_of_many_samples() -> None:
    shares = np.array([[0.5, 0.08], [0.12, 0.3]])
    drawn = np.random.default_rng(1).multinomial(400, shares.ravel(), 20_000).reshape(-1, 2, 2)
    assert standard_error(shares * 400) == pytest.approx(kappas(drawn).std(), rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    dice = random.Random(seed)
    words = ["spam", "insult", "threat", None][: dice.randint(2, 4)]
    first = [dice.choice(words) for _ in range(dice.randint(30, 300))]
    second_words = [one if dice.random() < dice.random() else dice.choice(words) for one in first]
    theirs = cohen_kappa_score([str(one) for one in first], [str(one) for one in second_words])
    assert cohen(first, second_words).kappa == pytest.approx(theirs)


def test_agreement_beyond_a_hundred_has_the_interval_of_its_error() -> None:
    first = ["a"] * 100 + ["r"] * 100
    second_words = ["a"] * 90 + ["r"] * 100 + ["a"] * 10
    found = cohen(first, second_words)
    assert (found.n, found.observed, found.method) == (200, 0.9, "asymptotic")
    assert found.kappa == pytest.approx(0.8)
    assert (found.low, found.high) == pytest.approx((0.8 - 1.96 * 0.0424, 0.8 + 1.96 * 0.0424), abs=1e-3)


def test_below_a_hundred_the_interval_is_resampled_and_always_the_same() -> None:
    first, second_words = ["a"] * 25 + ["r"] * 25, ["a"] * 20 + ["r"] * 5 + ["a"] * 3 + ["r"] * 22
    found, again = cohen(first, second_words), cohen(first, second_words)
    low, high = asymptotic(cross(first, second_words))
    assert found == again
    assert found.method == "bootstrap"
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)


def test_resampling_covers_the_truth() -> None:
    shares = np.array([[0.5, 0.08], [0.12, 0.3]])
    truth = kappas(shares[None])[0]
    tables = np.random.default_rng(2).multinomial(60, shares.ravel(), 200).reshape(-1, 2, 2).astype(float)
    covered = sum(low <= truth <= high for low, high in map(bootstrapped, tables))
    assert 0.9 <= covered / 200 <= 0.99


def test_perfect_agreement_is_one_and_has_no_spread() -> None:
    words = ["a", "r"] * 60
    found = cohen(words, words)
    assert (found.kappa, found.low, found.high) == pytest.approx((1, 1, 1))


def test_where_somebody_always_says_the_same_word_kappa_tells_nothing() -> None:
    assert cohen(["a"] * 50, ["a"] * 50) == Agreement(50, 1.0)
    assert cohen(["a"] * 50, ["a", "r"] * 25) == Agreement(50, 0.5)


def test_of_too_few_pairs_nothing_is_said() -> None:
    assert cohen(["a", "r"] * 14, ["a", "r"] * 14) == Agreement(28)
    assert cohen([], []) == Agreement(0)


def test_agreement_is_told_by_person_with_who_was_overruled() -> None:
    looks = [second(APPROVE, APPROVE), second(REJECT, REJECT)] * 20
    looks += [second(APPROVE, REJECT, final=REJECT)] * 4 + [second(REJECT, APPROVE, ("cay", "ann"), final=REJECT)]
    found = people(looks)
    ann, bob, cay = (found.reviewers[name] for name in ("ann", "bob", "cay"))
    assert (ann.agreement.n, ann.differed, ann.overruled) == (45, 5, 5)
    assert (bob.agreement.n, bob.differed, bob.overruled) == (44, 4, 0)
    assert (cay.agreement, cay.differed, cay.overruled) == (Agreement(1), 1, 0)
    assert found.overall.observed == pytest.approx(40 / 45)


def test_agreement_on_a_reason_is_on_rejecting_for_it() -> None:
    looks = [second(APPROVE, APPROVE)] * 10 + [second(REJECT, REJECT, reasons=("spam", "spam"))] * 20
    looks += [second(REJECT, REJECT, reasons=("spam", "insult"))] * 10 + [
        second(APPROVE, REJECT, reasons=("spam", "x"))
    ]
    found = people(looks).reasons
    assert set(found) == {"spam", "insult", "x"}
    assert found["spam"].observed == pytest.approx(31 / 41)  # a reason beside an approval is none
    assert found["insult"].observed == pytest.approx(31 / 41)


def test_who_is_unsure_neither_agrees_nor_differs() -> None:
    found = people([second(APPROVE, ESCALATE, final=REJECT)] * 40)
    assert (found.looked, found.unsure, found.overall) == (40, 40, Agreement(0))


# Error rates of automation


def test_errors_of_one_verdict_are_a_plain_share() -> None:
    found = automation([audit(REJECT, REJECT)] * 95 + [audit(REJECT, APPROVE)] * 5)
    assert found.wrong_rejections.n == 100
    assert told(found.wrong_rejections) == pytest.approx((0.05, *wilson(5, 100)))


def test_errors_over_both_verdicts_weigh_what_was_looked_at_less() -> None:
    looks = [audit(REJECT, APPROVE, 0.1)] * 4 + [audit(REJECT, REJECT, 0.1)] * 46
    looks += [audit(APPROVE, APPROVE, 0.01)] * 90 + [audit(APPROVE, REJECT, 0.01)] * 10
    found = automation(looks)
    # 40 good comments were rejected and 9,000 published; 460 bad ones were rejected and 1,000 published.
    assert (found.false_reject.n, found.false_reject.share) == (94, pytest.approx(40 / 9040))
    assert (found.false_approve.n, found.false_approve.share) == (56, pytest.approx(1000 / 1460))


def test_shares_that_changed_meanwhile_are_weighed_each() -> None:
    looks = [audit(REJECT, APPROVE, 0.5)] * 4 + [audit(REJECT, APPROVE, 0.1)] * 2 + [audit(REJECT, REJECT, 0.1)] * 40
    found = automation(looks).wrong_rejections
    low, high = wilson(28 / 9.75, 428 / 9.75)
    assert sum(1 / look.share**2 for look in looks) / 428 == pytest.approx(4216 / 428)
    assert found.share == pytest.approx(28 / 428)
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.02)


def test_no_error_found_is_not_no_error() -> None:
    found = automation([audit(REJECT, REJECT, 0.1)] * 60 + [audit(APPROVE, APPROVE, 0.1)] * 440).false_reject
    assert told(found) == pytest.approx((0.0, 0.0, wilson(0, 440)[1]))


def test_the_last_word_is_what_counts_and_doubt_waits_for_it() -> None:
    looks = [audit(REJECT, REJECT)] * 38 + [audit(REJECT, ESCALATE, final=APPROVE)] * 2 + [audit(REJECT, ESCALATE)] * 5
    found = automation(looks)
    assert (found.looked, found.unsure, found.wrong_rejections.n) == (45, 5, 40)
    assert found.wrong_rejections.share == pytest.approx(2 / 40)


@pytest.mark.parametrize(("rejections", "approvals", "least"), [(29, 500, 29), (500, 7, 7), (0, 0, 0)])
def test_of_too_few_looks_no_rate_is_told(rejections: int, approvals: int, least: int) -> None:
    looks = [audit(REJECT, REJECT)] * rejections + [audit(APPROVE, APPROVE)] * approvals
    found = automation(looks)
    assert (found.false_reject.n, told(found.false_reject)) == (least, NOTHING)


def test_the_estimates_are_unbiased_and_their_intervals_cover_the_truth() -> None:
    # 30,000 comments: 1,500 rejected, 60 of them good; 28,500 published, 285 of them bad.
    groups = {(REJECT, APPROVE): 60, (REJECT, REJECT): 1440, (APPROVE, APPROVE): 28_215, (APPROVE, REJECT): 285}
    shares, dice = {REJECT: 0.1, APPROVE: 0.02}, np.random.default_rng(7)
    truths = {"false_reject": 60 / 28_275, "false_approve": 285 / 1725, "wrong_rejections": 60 / 1500}
    truths["wrong_approvals"] = 285 / 28_500
    found = [automation(drawn(groups, shares, dice)) for _ in range(400)]
    for name, truth in truths.items():
        rates = [getattr(one, name) for one in found]
        mean, error = np.mean([one.share for one in rates]), np.std([one.share for one in rates]) / 400**0.5
        assert abs(mean - truth) < 3 * error + 0.01 * truth, name  # a ratio's own bias is of the order of 1/n
        covered = np.mean([one.low <= truth <= one.high for one in rates])
        assert covered > 0.925, (name, covered)


def drawn(
    groups: dict[tuple[Choice, Choice], int], shares: dict[Choice, float], dice: np.random.Generator
) -> Sequence[Look]:
    """Look at each comment of a population with its probability."""
    looks: list[Look] = []
    for (first, answer), size in groups.items():
        looks += [audit(first, answer, shares[first])] * int(dice.binomial(size, shares[first]))
    return looks
