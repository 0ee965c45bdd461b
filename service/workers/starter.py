"""A first site and a first key, so that a fresh start can be tried at once."""

import os
from contextlib import suppress
from pathlib import Path

from service.store.connect import Store
from service.values import Scope

SCOPES = (Scope.SUBMIT, Scope.REVIEW, Scope.ADMIN)


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
