"""A site at a glance: what needs an admin now, and how the day goes."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.learning import JobState, Level
from service.moderation import people, policy, quality, shift
from service.moderation.agreement import Automation, Rate
from service.moderation.desk import Desk
from service.moderation.learning import daily, showing
from service.moderation.learning.daily import Daily
from service.moderation.learning.showing import Showing
from service.moderation.quality import Quality
from service.tenancy import ErrorBudget, Policy
from service.values import QueueCount

LONG_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Need:
    """Something that an admin should look at: a sentence, and the page that helps."""

    page: str
    sentence: str
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first of an admin's pages shows; `worked` counts decisions since midnight UTC by person, most first."""

    needs: tuple[Need, ...]
    queues: tuple[QueueCount, ...]
    worked: tuple[tuple[str, int], ...]
    quality: Quality
    policy: Policy
    models: Showing
    daily: Daily


def look(desk: Desk, site: str) -> Overview:
    """Return how the site stands now."""
    queues = tuple(desk.store.queues.counts(site))
    found, in_force, models = quality.measure(desk, site), policy.current(desk, site), showing.show(desk, site)
    needs = [
        *_of_workers(desk),
        *_of_deliveries(desk, site),
        *_of_queues(queues),
        *_of_budget(found.automation, in_force.budget),
        *_of_models(models),
        *_of_drift(models),
        *_of_disagreements(found),
    ]
    in_order = sorted(needs, key=lambda need: not need.is_urgent)
    worked = _worked(desk, site)
    return Overview(tuple(in_order), queues, worked, found, in_force, models, daily.verdicts(desk, site))


def _of_workers(desk: Desk) -> Iterator[Need]:
    if not desk.store.heartbeats.alive():
        yield Need("", "No worker is alive: nothing is delivered or trained, and claims do not end.", is_urgent=True)


def _of_deliveries(desk: Desk, site: str) -> Iterator[Need]:
    _, set_aside = desk.store.outbox.depth(site)
    if set_aside:
        told = "1 decision was" if set_aside == 1 else f"{set_aside:,} decisions were"
        yield Need("deliveries", f"{told} not heard by the platform and set aside.", is_urgent=True)


def _of_queues(queues: tuple[QueueCount, ...]) -> Iterator[Need]:
    for queue in queues:
        if (queue.oldest_seconds or 0) > LONG_SECONDS:
            yield Need("review", f"A comment has waited for more than a day in the queue {queue.name}.")


def _of_budget(found: Automation, budget: ErrorBudget | None) -> Iterator[Need]:
    """Say what is beyond the budget for sure: even the lower end of its interval."""
    if budget is None:
        return
    pairs = (
        (found.wrong_rejections, budget.rejections, "automatic rejections are wrong"),
        (found.false_approve, budget.approvals, "abusive comments were published by automation"),
    )
    for rate, allowed, words in pairs:
        if _exceeds(rate, allowed):
            said = f"{quality.in_numbers(rate)} of {words}; the error budget allows {quality.percent(allowed)}."
            yield Need("policy", said, is_urgent=True)


def _exceeds(rate: Rate, allowed: float) -> bool:
    return rate.low is not None and rate.low > allowed


def _of_models(found: Showing) -> Iterator[Need]:
    challenger, champion = found.model(found.standing.challenger), found.model(found.standing.champion)
    if challenger:
        passed = challenger.report is not None and challenger.report.passed
        stands = "passed the gate and waits for you" if passed else "did not pass the gate"
        yield Need("models", f"The challenger {challenger.version} {stands}.")
    if champion and champion.forgotten:
        yield Need("models", f"{champion.version} is in use and learned from labels that are erased by now: retrain.")
    if found.job and found.job.state is JobState.FAILED:
        yield Need("models", f"The last retraining failed. {found.job.problem or ''}".rstrip())


def _of_drift(found: Showing) -> Iterator[Need]:
    if any(one.level is Level.ALARM for one in found.drift):
        yield Need("models", "Comments have moved far from those of the last training.", is_urgent=True)


def _of_disagreements(found: Quality) -> Iterator[Need]:
    if found.differing:
        told = "1 disagreement needs" if found.differing == 1 else f"{found.differing:,} disagreements need"
        yield Need("quality", f"{told} a last word.")


def _worked(desk: Desk, site: str) -> tuple[tuple[str, int], ...]:
    counts = [(user.shown_name, shift.today(desk, site, user.actor)) for user in people.list_users(desk, site)]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
