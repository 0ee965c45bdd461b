"""How far automation and people can be trusted: error rates and agreement, each with its interval and its n."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.looks import Look, LookKind
from service.values import Choice

Z = 1.959964  # 95 %
FEWEST = 30  # of fewer looks nothing is said
SMALL = 100  # below, the large-sample error of kappa is not to be trusted
RESAMPLES = 4000
SEED = 20261122

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in [0, 1] with its 95 % interval, of `n` looks; all None while there are fewer than thirty.

    `n` is then the smallest of the counts that the rate would rest on.
    """

    n: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two people agree on `n` comments: the share of equal words, and Cohen's kappa with its 95 % interval.

    All None while there are fewer than thirty. Kappa is None as well when one of them always said the same word: then
    chance alone agrees as much, whatever the other says. `method` is `asymptotic` or, below a hundred, `bootstrap`.
    """

    n: int
    observed: float | None = None
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Automation:
    """The errors of automatic verdicts. `unsure` looks are not counted until a lead has said what is right."""

    looked: int
    unsure: int
    false_reject: Rate  # of good comments, those rejected
    false_approve: Rate  # of bad comments, those published
    wrong_rejections: Rate  # of rejections, those of good comments
    wrong_approvals: Rate  # of approvals, those of bad comments


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How one person agrees with colleagues, and how often a lead then said that this person was wrong."""

    agreement: Agreement
    differed: int
    overruled: int


@dataclass(frozen=True, slots=True)
class People:
    """How people agree. `unsure` second looks have no part in it; nor have shares, which all decisions have alike."""

    looked: int
    unsure: int
    overall: Agreement
    reviewers: Mapping[str, Reviewer]
    reasons: Mapping[str, Agreement]  # on whether to reject for this reason


def automation(looks: Sequence[Look]) -> Automation:
    """Estimate the error rates of automatic verdicts from their audit.

    Each look weighs the inverse of its share, so rates over both verdicts are unbiased though rejections are looked
    at more often (Horvitz and Thompson, JASA 47, 1952).
    """
    audits = [look for look in looks if look.kind is LookKind.AUDIT]
    known = [look for look in audits if look.truth]
    approved, rejected = ([look for look in known if look.first is verdict] for verdict in (APPROVE, REJECT))
    return Automation(
        looked=len(audits),
        unsure=len(audits) - len(known),
        false_reject=_across(rejected, approved, APPROVE),
        false_approve=_across(approved, rejected, REJECT),
        wrong_rejections=_within(rejected, APPROVE),
        wrong_approvals=_within(approved, REJECT),
    )


def people(looks: Sequence[Look]) -> People:
    """Say how two people agree who decided the same comment, the second without knowing of the first."""
    seconds = [look for look in looks if look.kind is LookKind.SECOND]
    sure = [look for look in seconds if look.answer is not Choice.ESCALATE]
    names = sorted({name for look in sure for name in (look.first_by, look.by) if name})
    reasons = sorted({reason for look in sure for reason in _reasons(look) if reason})
    return People(
        looked=len(seconds),
        unsure=len(seconds) - len(sure),
        overall=cohen([look.first for look in sure], [look.answer for look in sure]),
        reviewers={name: _reviewer(sure, name) for name in names},
        reasons={reason: _on_reason(sure, reason) for reason in reasons},
    )


def wilson(hits: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share, `hits` of `n` > 0 (Wilson, JASA 22, 1927); counts may be effective ones."""
    share, slack = hits / n, Z * Z / n
    middle = (share + slack / 2) / (1 + slack)
    reach = (slack * (share * (1 - share) + slack / 4)) ** 0.5 / (1 + slack)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def cohen(first: Sequence[object], second: Sequence[object]) -> Agreement:
    """Compare the words of two raters on the same things, in the same order."""
    n = len(first)
    if n < FEWEST:
        return Agreement(n)
    table = cross(first, second)
    observed = float(np.trace(table) / n)
    if min(np.count_nonzero(table.sum(axis)) for axis in (0, 1)) < 2:
        return Agreement(n, observed)
    kappa = float(kappas(table[None])[0])
    method = "bootstrap" if n < SMALL else "asymptotic"
    low, high = bootstrapped(table) if n < SMALL else asymptotic(table)
    return Agreement(n, observed, kappa, low, high, method)


def cross(first: Sequence[object], second: Sequence[object]) -> Table:
    """Count the pairs of words: rows are the first rater's, columns the second's."""
    words = {word: place for place, word in enumerate(sorted({*first, *second}, key=str))}
    table = np.zeros((len(words), len(words)))
    for one, other in zip(first, second, strict=True):
        table[words[one], words[other]] += 1
    return table


def kappas(tables: Table) -> Table:
    """Return Cohen's kappa of each table (Educational and Psychological Measurement 20, 1960); NaN where undefined."""
    shares = tables / tables.sum((1, 2), keepdims=True)
    observed = np.trace(shares, axis1=1, axis2=2)
    expected = (shares.sum(1) * shares.sum(2)).sum(1)
    above = 1 - expected
    return np.where(above > 1e-12, (observed - expected) / np.where(above > 1e-12, above, 1.0), np.nan)


def standard_error(table: Table) -> float:
    """Return the large-sample standard error of kappa (Fleiss, Cohen and Everitt, Psychological Bulletin 72, 1969)."""
    n = table.sum()
    shares = table / n
    rows, columns = shares.sum(1), shares.sum(0)
    expected, kappa = float(rows @ columns), float(kappas(table[None])[0])
    same = np.diag(shares) @ (1 - (rows + columns) * (1 - kappa)) ** 2
    apart = shares * (columns[:, None] + rows[None, :]) ** 2
    others = (1 - kappa) ** 2 * (apart.sum() - np.trace(apart))
    variance = (same + others - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return float(max(variance, 0.0) ** 0.5)


def asymptotic(table: Table) -> tuple[float, float]:
    """Return kappa's 95 % interval by its standard error, within [-1, 1]."""
    kappa, reach = float(kappas(table[None])[0]), Z * standard_error(table)
    return max(-1.0, kappa - reach), min(1.0, kappa + reach)


def bootstrapped(table: Table) -> tuple[float, float]:
    """Return kappa's 95 % interval by resampling the pairs; always the same for the same table."""
    n = int(table.sum())
    drawn = np.random.default_rng(SEED).multinomial(n, table.ravel() / n, RESAMPLES)
    found = kappas(drawn.reshape(-1, *table.shape).astype(np.float64))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)


APPROVE, REJECT = Choice.APPROVE, Choice.REJECT


def _within(stratum: Sequence[Look], truth: Choice) -> Rate:
    """Return which share of one verdict is of comments whose truth is the other."""
    hits, others = _parted(stratum, truth)
    return _rate(hits, others, stratum, stratum, len(stratum))


def _across(wrong: Sequence[Look], right: Sequence[Look], truth: Choice) -> Rate:
    """Return, of all comments of this truth, the share that got the `wrong` verdict."""
    hits, others = _parted(wrong, truth)[0], _parted(right, truth)[0]
    return _rate(hits, others, wrong, right, min(len(hits) + len(others), len(wrong), len(right)))


def _rate(
    hits: Sequence[Look], others: Sequence[Look], hit_stratum: Sequence[Look], other_stratum: Sequence[Look], least: int
) -> Rate:
    """Return the weighted share of `hits` among both, when `least` looks suffice to tell.

    Given how many were looked at, the hits among them are binomial; their odds differ from the true ones by the
    factor between the strata's weights. So Wilson's interval is taken of what was looked at, and its odds are scaled.
    Weights that vary within a stratum make fewer effective looks (Kish, Survey Sampling, 1965).
    """
    if least < FEWEST:
        return Rate(least)
    hit_unit, other_unit = _unit(hit_stratum), _unit(other_stratum)
    hit_count, other_count = _weight(hits) / hit_unit, _weight(others) / other_unit
    factor, n = hit_unit / other_unit, hit_count + other_count
    share, low, high = (_scaled(seen, factor) for seen in (hit_count / n, *wilson(hit_count, n)))
    return Rate(len(hits) + len(others), share, low, high)


def _scaled(share: float, factor: float) -> float:
    """Return the share whose odds are `factor` times those of `share`."""
    return factor * share / (factor * share + 1 - share)


def _unit(stratum: Sequence[Look]) -> float:
    """Return how much one effective look weighs."""
    return sum(look.share**-2 for look in stratum) / _weight(stratum)


def _weight(looks: Sequence[Look]) -> float:
    return sum(1 / look.share for look in looks)


def _parted(looks: Sequence[Look], truth: Choice) -> tuple[list[Look], list[Look]]:
    return [look for look in looks if look.truth is truth], [look for look in looks if look.truth is not truth]


def _reviewer(looks: Sequence[Look], name: str) -> Reviewer:
    pairs = [pair for look in looks for pair in _words_of(look, name)]
    overruled = sum(look.final is not None and own is not look.final for look, own, _ in pairs)
    return Reviewer(
        agreement=cohen([own for _, own, _ in pairs], [other for *_, other in pairs]),
        differed=sum(own is not other for _, own, other in pairs),
        overruled=overruled,
    )


def _words_of(look: Look, name: str) -> list[tuple[Look, Choice, Choice]]:
    """Return the look with this person's word and the colleague's, if this person had part in it."""
    if look.first_by == name:
        return [(look, look.first, look.answer)]
    return [(look, look.answer, look.first)] if look.by == name else []


def _on_reason(looks: Sequence[Look], reason: str) -> Agreement:
    """Say how people agree on rejecting for this reason, against everything else."""
    return cohen(*([said[place] == reason for said in map(_reasons, looks)] for place in (0, 1)))


def _reasons(look: Look) -> tuple[str | None, str | None]:
    """Return for what either rejected it, None who did not."""
    first = look.first_reason if look.first is REJECT else None
    return first, look.reason if look.answer is REJECT else None
