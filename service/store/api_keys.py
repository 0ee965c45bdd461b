"""API keys: shown once, kept as a keyed hash, found by that hash and never by comparison.

A key is looked up under HMAC-SHA256(secret, key), so how long that takes tells nothing about a stored key, and who
reads the store learns no key. 192 random bits need no slow hash.

A door key is one that other services' clients can hold: 12 small letters and digits, a letter first, so that it is
also a label of a host name. It is found in capitals too, for host names have no case. It has 61.5 random bits, all that
its form holds (26 × 36¹¹): enough where guesses are counted and made one request at a time, and it may only submit.
"""

import hmac
import re
import secrets
import string
import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import orjson

from service.store.connection import Connection
from service.store.events import Events
from service.store.names import KEY_IDS, KEYS
from service.store.recent import Recent
from service.tenancy import ApiKey, Scope

PREFIX = "parley_"
RANDOM_BYTES = 24
SHAPE = re.compile(PREFIX + r"[A-Za-z0-9_-]{32}")
DOOR_LENGTH = 12
DOOR_SIGNS = string.ascii_lowercase + string.digits
DOOR_SHAPE = re.compile(rf"[a-z][a-z0-9]{{{DOOR_LENGTH - 1}}}")
DOOR_SCOPES = frozenset({Scope.SUBMIT})
ID_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
ID_LENGTH = 10
FRESH_SECONDS = 2.0
STALE_SECONDS = 3600.0
MAX_KNOWN = 10_000
MAX_UNKNOWN = 10_000


class ApiKeys:
    """Make, find, list, revoke and rotate keys."""

    def __init__(self, connection: Connection, events: Events, secret: bytes) -> None:
        self._connection = connection
        self._events = events
        self._secret = secret
        self._known = Recent(
            self._load,
            fresh_seconds=FRESH_SECONDS,
            stale_seconds=STALE_SECONDS,
            max_entries=MAX_KNOWN,
            keeps=lambda key: key is not None,
        )
        # A cache of its own, so that a flood of wrong keys cannot push out the right ones.
        self._unknown = Recent(
            self._is_unknown, fresh_seconds=FRESH_SECONDS, stale_seconds=0, max_entries=MAX_UNKNOWN, keeps=bool
        )

    def create(
        self, site: str, scopes: Collection[Scope], name: str | None = None, by: str | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key for `site`; the second value is the key itself, which nobody can read again."""
        return self._keep(ApiKey(_new_id(), site, frozenset(scopes), name, _now()), by)

    def create_door(self, site: str, name: str | None = None, by: str | None = None) -> tuple[ApiKey, str]:
        """Make a door key for `site`; it may only submit."""
        return self._keep(ApiKey(_new_id(), site, DOOR_SCOPES, name, _now(), is_door=True), by)

    def find(self, plaintext: str) -> ApiKey | None:
        """Return the key's record, None when it is unknown or revoked.

        At most two seconds old. While Redis is away, a key seen within the hour stays good; others raise
        StoreUnavailable.
        """
        spelled = _spelled(plaintext)
        if spelled is None:
            return None
        digest = self._digest(spelled)
        return None if self._unknown.get(digest) else self._known.get(digest)

    def all(self, site: str | None = None) -> list[ApiKey]:
        """Return the keys of one site or of all, oldest first, revoked ones too."""
        keys = [_read(kept) for kept in self._connection.run("HVALS", KEYS)]
        return sorted((key for key in keys if site in (None, key.site)), key=lambda key: (str(key.created_at), key.id))

    def revoke(self, key_id: str, site: str | None = None, by: str | None = None) -> bool:
        """End a key at once (within two seconds in other processes); False when `site` has no such key."""
        ended = self._end(key_id, site)
        if ended:
            self._events.append(ended.site, "key_revoked", by, key=key_id)
        return ended is not None

    def rotate(self, key_id: str, site: str | None = None, by: str | None = None) -> tuple[ApiKey, str] | None:
        """Revoke a key and make one with the same site, scopes and name; None when there is no such living key."""
        plaintext = _new_plaintext(self._is_door(key_id))
        key = self._end(key_id, site, self._digest(plaintext), _new_id())
        if key is None:
            return None
        self._events.append(key.site, "key_rotated", by, key=key_id, successor=key.id)
        return key, plaintext

    def _keep(self, key: ApiKey, by: str | None) -> tuple[ApiKey, str]:
        plaintext = _new_plaintext(key.is_door)
        self._connection.script("key_create", [KEYS, KEY_IDS], [self._digest(plaintext), _written(key), key.id])
        self._events.append(key.site, "key_created", by, key=key.id)
        return key, plaintext

    def _is_door(self, key_id: str) -> bool:
        digest = self._connection.run("HGET", KEY_IDS, key_id)
        kept = self._connection.run("HGET", KEYS, digest) if digest else None
        return kept is not None and _read(kept).is_door

    def _end(self, key_id: str, site: str | None, new_digest: str = "", new_id: str = "") -> ApiKey | None:
        reply = self._connection.script("key_end", [KEYS, KEY_IDS], [key_id, site or "", new_digest, new_id])
        if not reply:
            return None
        digest, kept = reply
        self._known.forget(digest)
        return _read(kept)

    def _digest(self, plaintext: str) -> str:
        return hmac.digest(self._secret, plaintext.encode(), "sha256").hex()

    def _is_unknown(self, digest: str) -> bool:
        return self._known.get(digest) is None

    def _load(self, digest: str) -> ApiKey | None:
        kept = self._connection.run("HGET", KEYS, digest)
        key = _read(kept) if kept else None
        return key if key and key.revoked_at is None else None


def _new_plaintext(is_door: bool) -> str:
    if not is_door:
        return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    rest = (secrets.choice(DOOR_SIGNS) for _ in range(DOOR_LENGTH - 1))
    return secrets.choice(string.ascii_lowercase) + "".join(rest)


def _spelled(plaintext: str) -> str | None:
    """Return a key as it was made, or None for what cannot be one."""
    if SHAPE.fullmatch(plaintext):
        return plaintext
    lowered = plaintext.lower()
    return lowered if DOOR_SHAPE.fullmatch(lowered) else None


def _new_id() -> str:
    return "k_" + "".join(secrets.choice(ID_SIGNS) for _ in range(ID_LENGTH))


def _written(key: ApiKey) -> str:
    assert key.created_at
    fields = {"id": key.id, "site": key.site, "scopes": sorted(key.scopes), "created_ms": _ms(key.created_at)}
    optional = {"name": key.name, "door": key.is_door}
    return orjson.dumps(fields | {name: value for name, value in optional.items() if value}).decode()


def _read(kept: str) -> ApiKey:
    fields: dict[str, Any] = orjson.loads(kept)
    return ApiKey(
        id=fields["id"],
        site=fields["site"],
        scopes=frozenset(Scope(scope) for scope in fields["scopes"]),
        name=fields.get("name"),
        created_at=_moment(fields["created_ms"]),
        revoked_at=_moment(fields["revoked_ms"]) if "revoked_ms" in fields else None,
        is_door=fields.get("door", False),
    )


def _now() -> datetime:
    return _moment(int(time.time() * 1000))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
