"""What the blind looks at a site tell: measured over the last days, and said in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.looks import Disagreement
from service.moderation import agreement
from service.moderation.agreement import Agreement, Automation, People, Rate
from service.moderation.desk import Desk

DAYS = 90


@dataclass(frozen=True, slots=True)
class Quality:
    """How far automation and people can be trusted, since then; and how much is left to look at and to settle."""

    since: datetime
    automation: Automation
    people: People
    waiting: int
    differing: int
    disagreements: Sequence[Disagreement]


def measure(desk: Desk, site: str, days: int = DAYS) -> Quality:
    """Measure `site` by the looks answered in the last `days`; the oldest fifty disagreements come along."""
    since = datetime.now(UTC) - timedelta(days=days)
    looks = desk.store.looks.answered(site, since)
    disagreements = desk.store.looks.disagreements(site)  # which drops what moved on, before it is counted
    waiting, differing = desk.store.looks.counts(site)
    automation, people = agreement.automation(looks), agreement.people(looks)
    return Quality(since, automation, people, waiting, differing, disagreements)


def of_rejections(automation: Automation) -> str:
    """Say how often automation rejects what it should not."""
    return _finding(automation.false_reject, "Automation wrongly rejects {} of good comments; {:,} looked at")


def of_approvals(automation: Automation) -> str:
    """Say how often automation publishes what it should not."""
    return _finding(automation.false_approve, "Automation wrongly publishes {} of bad comments; {:,} looked at")


def of_people(people: People) -> str:
    """Say how two people agree."""
    found = people.overall
    if found.observed is None:
        return f"How people agree: {too_few(found.n)}"
    said = f"Two people agree on {percent(found.observed)} of comments"
    return f"{said}{_kappa(found)}; {found.n:,} looked at twice"


def in_numbers(rate: Rate) -> str:
    """Write a rate with its interval, or that there are too few looks."""
    if rate.share is None or rate.low is None or rate.high is None:
        return too_few(rate.n)
    return f"{percent(rate.share)} ({_digits(rate.low)}–{percent(rate.high)})"


def too_few(n: int) -> str:
    """Say that nothing can be said yet."""
    return f"not enough looks yet (n = {n:,})"


def percent(share: float) -> str:
    """Write a share in per cent, small ones with more digits."""
    return f"{_digits(share)} %"


def _finding(rate: Rate, sentence: str) -> str:
    if rate.share is None:
        subject = sentence.partition(" {}")[0].replace("Automation", "How often automation")
        return f"{subject}: {too_few(rate.n)}"
    return sentence.format(in_numbers(rate), rate.n)


def _kappa(found: Agreement) -> str:
    if found.kappa is None:
        return ""
    return f", kappa {found.kappa:.2f} ({found.low:.2f} to {found.high:.2f})"


def _digits(share: float) -> str:
    return f"{share * 100:.2f}" if 0 < share < 0.001 else f"{share * 100:.1f}"
