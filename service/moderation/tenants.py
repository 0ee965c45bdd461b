"""Sites and their keys and webhooks. `by` says in the audit log who changed them."""

import base64
import secrets
from collections.abc import Collection, Mapping, Sequence

from service.errors import InvalidBody, NotFound
from service.moderation.desk import Desk
from service.store.sites import check_webhook
from service.tenancy import ApiKey, Scope, Site

SECRET_BYTES = 24
CORAL_SECRET = "coral_secret"  # noqa: S105 - the setting's name
AKISMET_REVIEW = "akismet_review"
AKISMET_WEBHOOK = "akismet_webhook"
AKISMET_KEY = "akismet_key"
# What a site can want of a door, each with the values it takes, the usual one first; no values: any text.
DOOR_SETTINGS: Mapping[str, tuple[str, ...]] = {
    CORAL_SECRET: (),
    AKISMET_REVIEW: ("hold", "spam", "ham"),  # what a comment is called that waits for a person
    AKISMET_WEBHOOK: (),  # where WordPress hears of decisions
    AKISMET_KEY: (),  # the door key that WordPress holds; it believes nobody else
}
MAX_SETTING_CHARS = 2048


def create_site(desk: Desk, name: str, by: str, title: str | None = None) -> Site:
    """Make a site, or return the one that has this name."""
    return desk.store.sites.create(name, title, by)


def find_site(desk: Desk, name: str) -> Site:
    """Return the site; raises `NotFound`."""
    site = desk.store.sites.get(name)
    if site is None:
        raise NotFound(f"There is no site {name!r}.")
    return site


def set_webhook(desk: Desk, name: str, url: str | None, by: str) -> tuple[Site, str | None]:
    """Set where decisions are delivered; None ends deliveries.

    Returns the signing secret (`whsec_…`) when this call made it: with the first address, or a new one.
    """
    site = find_site(desk, name)
    if url is None:
        return desk.store.sites.set_webhook(name, None, None, by), None
    fresh = None if url == site.webhook_url else _signing_secret()
    return desk.store.sites.set_webhook(name, url, fresh or site.webhook_secret, by), fresh


def set_door(desk: Desk, name: str, setting: str, value: str | None, by: str) -> Site:
    """Set one of `DOOR_SETTINGS` for a site; None takes it back. Raises `NotFound`, `InvalidBody`."""
    problem = _fault_of(setting, value)
    if problem:
        raise InvalidBody("", [{"field": setting if setting in DOOR_SETTINGS else "setting", "problem": problem}])
    return desk.store.sites.set_door(name, setting, value, by)


def door_setting(site: Site, setting: str) -> str | None:
    """Return what `site` wants of a door: its own value, else the usual one, else None."""
    usual = DOOR_SETTINGS[setting]
    return site.doors.get(setting) or (usual[0] if usual else None)


def set_akismet_webhook(desk: Desk, name: str, url: str | None, key: str | None, by: str) -> Site:
    """Set where WordPress hears of decisions, and the key of this site that it holds; None for the address ends it.

    Raises `NotFound`, also for a key that is not the site's, and `InvalidBody` for what is no web address.
    """
    site = find_site(desk, name)
    if url:
        check_webhook(url)
        known = desk.store.keys.find(key or "")
        if known is None or known.site != name:
            raise NotFound("This site has no such key.")
        desk.store.sites.set_door(name, AKISMET_KEY, key, by)
        return set_door(desk, name, AKISMET_WEBHOOK, url, by)
    for setting in (AKISMET_WEBHOOK, AKISMET_KEY):
        site = set_door(desk, name, setting, None, by)
    return site


def set_origins(desk: Desk, name: str, origins: Sequence[str], by: str) -> Site:
    """Set on which pages the widget may stand; none switches it off."""
    find_site(desk, name)
    return desk.store.sites.set_origins(name, origins, by)


def create_key(
    desk: Desk, site: str, scopes: Collection[Scope], by: str, name: str | None = None
) -> tuple[ApiKey, str]:
    """Make a key for `site`, which must exist; the second value is the key itself, shown this once."""
    find_site(desk, site)
    return desk.store.keys.create(site, scopes, name, by)


def create_door_key(desk: Desk, site: str, by: str, name: str | None = None) -> tuple[ApiKey, str]:
    """Make a key that other services' clients can hold: 12 characters, scope submit; `site` must exist."""
    find_site(desk, site)
    return desk.store.keys.create_door(site, name, by)


def list_keys(desk: Desk, site: str) -> list[ApiKey]:
    """List the keys of `site`, revoked ones too."""
    return desk.store.keys.all(site)


def revoke_key(desk: Desk, site: str, key_id: str, by: str) -> None:
    """End a key; raises `NotFound` when `site` has no such key."""
    if not desk.store.keys.revoke(key_id, site, by):
        raise NotFound(f"There is no key {key_id!r}.")


def rotate_key(desk: Desk, site: str, key_id: str, by: str) -> tuple[ApiKey, str]:
    """Replace a key by a new one with the same scopes; raises `NotFound`."""
    rotated = desk.store.keys.rotate(key_id, site, by)
    if rotated is None:
        raise NotFound(f"There is no key {key_id!r}.")
    return rotated


def _fault_of(setting: str, value: str | None) -> str | None:
    if setting not in DOOR_SETTINGS:
        return f"should be one of {', '.join(DOOR_SETTINGS)}"
    known = DOOR_SETTINGS[setting]
    if known and value not in (None, *known):
        return f"should be one of {', '.join(known)}"
    if value is not None and not (0 < len(value) <= MAX_SETTING_CHARS and value.isprintable()):
        return f"should have 1 to {MAX_SETTING_CHARS} printable characters"
    return None


def _signing_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
