"""What people are shown of a site's models: how they stand, what is under way, and the comments on which two differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import NotFound
from service.learning import Difference, Drift, Job, Replay, Shadow, SiteModel, Standing
from service.moderation.desk import Desk
from service.moderation.learning import drift, promote, retrain, shadow
from service.moderation.learning.versions import base_version
from service.values import KeptComment

MOST_LIVE = 20


@dataclass(frozen=True, slots=True)
class Showing:
    """A site's models, newest first, and everything that moves around them.

    `loaded` are how many web processes serve the champion, and how many there are.
    """

    base: str
    standing: Standing
    models: tuple[SiteModel, ...]
    job: Job | None
    loaded: tuple[int, int]
    shadow: Shadow | None
    drift: tuple[Drift, ...]

    @property
    def is_training(self) -> bool:
        """Whether a retraining is under way."""
        return self.job is not None and self.job.state.is_active

    @property
    def is_loading(self) -> bool:
        """Whether a web process still serves another model than the champion."""
        return self.loaded[0] < self.loaded[1]

    def model(self, version: str | None) -> SiteModel | None:
        """Return the model of that version, None for the base and what is gone."""
        return next((model for model in self.models if model.version == version), None)


def show(desk: Desk, site: str) -> Showing:
    """Return how a site's models stand now."""
    return Showing(
        base=base_version(desk),
        standing=promote.standing(desk, site),
        models=tuple(promote.models_of(desk, site)),
        job=retrain.current(desk, site),
        loaded=promote.loaded(desk, site),
        shadow=shadow.shadow(desk, site),
        drift=drift.drift(desk, site),
    )


def find(desk: Desk, site: str, version: str) -> SiteModel:
    """Return one model of the site; raises `NotFound`."""
    found = next((model for model in promote.models_of(desk, site) if model.version == version), None)
    if found is None:
        raise NotFound(f"There is no model {version!r}.")
    return found


def with_texts(desk: Desk, site: str, differences: Sequence[Difference]) -> list[tuple[Difference, KeptComment | None]]:
    """Pair each difference with its comment, None where that is gone."""
    kept = desk.store.browse.many(site, [one.comment_id for one in differences])
    return [(one, kept.get(one.comment_id)) for one in differences]


def live_differences(desk: Desk, site: str, found: Shadow | None) -> list[KeptComment]:
    """Return the newest live comments of which the challenger would have said otherwise."""
    return list(desk.store.browse.many(site, found.differing[:MOST_LIVE]).values()) if found else []


def moved(desk: Desk, site: str, replay: Replay, most: int) -> list[tuple[KeptComment, str, str]]:
    """Return the first `most` comments whose verdict a draft would move, each with its verdicts before and after."""
    changed = replay.changed[:most]
    kept = desk.store.browse.many(site, [one for one, *_ in changed])
    return [(kept[one], before, after) for one, before, after in changed if one in kept]
