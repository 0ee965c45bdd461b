"""Put a model in use and go back, one step each; a gate that does not hold is passed only with a written reason."""

import structlog

from service.errors import Conflict, GateFailed, ParleyError
from service.learning import SiteModel, Standing
from service.moderation.desk import Desk
from service.moderation.learning import budget
from service.moderation.learning.versions import base_version

REASON_CHARS = 10

log = structlog.get_logger()


def models_of(desk: Desk, site: str) -> list[SiteModel]:
    """Return the site's models, newest first."""
    return desk.store.models.list(site)


def standing(desk: Desk, site: str) -> Standing:
    """Return which models are in use."""
    return desk.store.models.standing(site)


def promote(desk: Desk, site: str, version: str, by: str, reason: str | None = None) -> Standing:
    """Make a version the champion; every web process serves it within two seconds. The same again changes nothing.

    Raises Conflict for a version that is unknown or adapts another base, and GateFailed when its report is missing or
    did not pass and no `reason` of ten characters is given; the reason is kept in the log.
    """
    model = desk.store.models.get(site, version)
    if model is None:
        raise Conflict(f"There is no model {version!r} on this site.")
    if model.base != base_version(desk):
        raise Conflict(f"{version!r} adapts {model.base!r}, and this service runs {base_version(desk)!r}; retrain.")
    override = _override(model, reason)
    was = desk.store.models.standing(site).champion
    now = desk.store.models.promote(site, version, by, override)
    if was != now.champion:
        after_promotion(desk, site, by)
    return now


def roll_back(desk: Desk, site: str, by: str) -> Standing:
    """Make the champion before this one the champion again; raises Conflict when there was none."""
    now = desk.store.models.roll_back(site, by)
    after_promotion(desk, site, by)
    return now


def shadow_with(desk: Desk, site: str, version: str | None, by: str) -> Standing:
    """Let a version score live comments without deciding; None ends that. Raises Conflict when it is not kept."""
    return desk.store.models.set_challenger(site, version, by)


def discard(desk: Desk, site: str, version: str, by: str) -> bool:
    """Forget a version; False when it is not kept. Raises Conflict for the champion."""
    return desk.store.models.discard(site, version, by)


def loaded(desk: Desk, site: str) -> tuple[int, int]:
    """Return how many web processes serve the champion, and how many there are."""
    champion = desk.store.models.standing(site).champion
    served = list(desk.store.models.loaded(site).values())
    return served.count(champion), len(served)


def after_promotion(desk: Desk, site: str, by: str) -> None:
    """Let what follows from the champion follow: the thresholds, where they come from an error budget."""
    try:
        budget.renew(desk, site, by)
    except ParleyError as error:  # the promotion stands; the worker renews them soon
        log.warning("policy.not_renewed", site=site, reason=error.code)


def _override(model: SiteModel, reason: str | None) -> str | None:
    """Return the reason where one is needed."""
    if model.report and model.report.passed:
        return None
    written = (reason or "").strip()
    if len(written) >= REASON_CHARS:
        return written
    missing = "has no report" if model.report is None else f"did not pass: {_failed(model)}"
    raise GateFailed(f"{model.version!r} {missing}. To promote it nevertheless, give a reason of ten characters.")


def _failed(model: SiteModel) -> str:
    assert model.report
    return "; ".join(check.name for check in model.report.gate if not check.passed)
