"""Which model is meant, where nobody names one."""

from models import artefact
from service.errors import NotFound
from service.moderation.desk import Desk, NoScorer


def base_version(desk: Desk) -> str:
    """Name the base that this installation scores with, also where no model is loaded."""
    if isinstance(desk.scorer, NoScorer):
        return str(artefact.read_card(desk.settings.model)["version"])
    return desk.scorer.version


def version_of(desk: Desk, site: str, version: str | None = None) -> str:
    """Name the model meant: `version`, else the site's champion, else the base; raises NotFound for an unknown one."""
    base = base_version(desk)
    found = version or desk.store.models.standing(site).champion or base
    if found != base and desk.store.models.get(site, found) is None:
        raise NotFound(f"There is no model {found!r} on this site.")
    return found
