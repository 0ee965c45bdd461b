"""Ask for the second opinions that comments wait for, and let each comment go where it belongs."""

from pathlib import Path

import structlog

from models.classifier import Classifier
from models.second.opinion import SecondOpinion
from service.moderation import policy
from service.moderation.desk import Desk, NoScorer
from service.moderation.second.adviser import ModelAdviser
from service.moderation.second.hearing import AT_ONCE, Case, reheard
from service.moderation.second.own import OwnHeads
from service.settings import Settings
from service.store.connect import Store
from service.tenancy import Policy
from service.values import KeptComment, State

log = structlog.get_logger()

LOOK_SECONDS = 0.5
MOST_LOTS = 20  # of a site, before the worker looks whether it is to stop


class Seconder:
    """A duty that may be repeated at any time, also by several workers at once: the store takes each opinion once.

    The model is loaded when the first comment waits for it. Where it cannot be loaded, or fails, a comment goes where
    the first model sends it.
    """

    def __init__(self, store: Store, settings: Settings, adviser: ModelAdviser | None = None) -> None:
        adviser = adviser or ModelAdviser(lambda: _load(settings.model, settings.second_model))
        self._desk = Desk(store, NoScorer(), settings, adviser=adviser)
        self._own = OwnHeads(store)

    def round(self) -> int:
        """Revise what waits, of each site in turn; returns how many comments that were."""
        return sum(self._lots())

    def _lots(self) -> list[int]:
        store, counts = self._desk.store, list[int]()
        for _ in range(MOST_LOTS):
            waiting = store.seconds.waiting(store.sites.names(), AT_ONCE)
            counts += [self._revise(site, ids) for site, ids in waiting.items()]
            if not waiting:
                break
        return counts

    def _revise(self, site: str, ids: list[str]) -> int:
        """Ask first, write down after: whatever ends this process in between leaves the comments on the list."""
        desk = self._desk
        kept = [one for one in desk.store.comments.several(site, ids) if one and _is_open(one)]
        in_force = policy.current(desk, site)
        found = reheard(desk.adviser, [self._case(site, in_force, one) for one in kept])
        outcomes = desk.store.seconds.revise(site, list(zip(kept, found, strict=True)), in_force.looks)
        desk.store.seconds.drop(site, sorted(set(ids) - {one.comment.id for one in kept}))
        done = sum(outcome.outcome == "done" for outcome in outcomes)
        if done:
            log.info("second.revised", site=site, comments=done, model=desk.adviser.version)
        return done

    def _case(self, site: str, in_force: Policy, one: KeptComment) -> Case:
        return Case(in_force, one.comment, one.assessment, self._own.of(site, one.assessment.model))


def _is_open(kept: KeptComment) -> bool:
    """Tell whether an opinion can still change anything; the script looks again."""
    return kept.state is State.WAITING and kept.assessment.awaits_second


def _load(first: Path, second: Path) -> SecondOpinion:
    return SecondOpinion.load(second, Classifier.load(first).normalise)
