"""A first site, a first key and a first admin, so that a fresh start can be tried at once."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from service.moderation import people, tenants
from service.moderation.desk import Desk
from service.people import Role
from service.store.connect import Store
from service.tenancy import Scope

SCOPES = (Scope.SUBMIT, Scope.REVIEW, Scope.ADMIN)
ADMIN = "admin"
ACTOR = "starter"


def starter_key(store: Store, path: Path, site: str, ours: bool) -> str | None:
    """Return the key kept in `path`, or make `site` and a new key when it is missing or revoked.

    On a server that is not `ours` alone a key is made only when there is none at all; None otherwise.
    """
    kept = _read(path)
    if kept and store.keys.find(kept):
        return kept
    if not ours and store.keys.all():
        return None
    store.sites.create(site)
    _, key = store.keys.create(site, SCOPES, name="starter")
    _write(path, key)
    return key


def starter_link(desk: Desk, sites: Sequence[str]) -> str | None:
    """Return the token of a one-time link for the user `admin`; None once that admin has signed in.

    That admin is made while there is nobody at all, and gets those of `sites` on which there is nobody.
    """
    admin = desk.store.users.get(ADMIN)
    if admin is None and desk.store.users.all():
        return None
    for site in sites:
        if not desk.store.users.all(site):
            tenants.create_site(desk, site, ACTOR)
            people.create_user(desk, ADMIN, site, Role.ADMIN, ACTOR)
    used = admin and (admin.signed_in_at or admin.disabled_at)
    return None if used else people.new_link(desk, ADMIN, ACTOR)


def _read(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="ascii").strip()
    return ""


def _write(path: Path, key: str) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    draft.replace(path)
