"""Sites and their keys and webhooks. `by` says in the audit log who changed them."""

import base64
import secrets
from collections.abc import Collection, Sequence

from service.errors import NotFound
from service.moderation.desk import Desk
from service.values import ApiKey, Scope, Site

SECRET_BYTES = 24


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


def _signing_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
