"""Who is signed in: a session is a random token in a browser's cookie, kept here under its keyed hash.

Fields of a session's hash: name · proof · at, ms · seen, ms · ends, ms · epoch (of its user, when it began).
It holds as long as its user's epoch is the same, so that one step ends all sessions of a user.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from service.people import Proof, Session, User
from service.store.connection import Connection
from service.store.kept import moment
from service.store.lua import Word
from service.store.names import known_place, link, session, sessions_of, tries, user
from service.store.users import digest_of, read_user

SEEN_MS = 60_000  # a session in use is noted at most once in this time
KNOWN_MS = 30 * 86_400_000
REMEMBER_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, and how long the wait may grow with each further one."""

    free: int
    longest_ms: int


OF_A_NAME = Patience(free=5, longest_ms=60_000)
OF_AN_ADDRESS = Patience(free=20, longest_ms=300_000)


class Sessions:
    """Start, find, list and end sessions. What is read is never older than the call."""

    def __init__(self, connection: Connection, secret: bytes, idle_ms: int, life_ms: int) -> None:
        self._connection = connection
        self._secret = secret
        self._idle_ms = idle_ms
        self._life_ms = life_ms

    def start(self, name: str, proof: Proof, epoch: str = "") -> str | None:
        """Sign a user in and return the session's token.

        None when the user is gone or kept out, or `epoch` is no longer the one of the password.
        """
        return self._start(name, proof, epoch, None)

    def start_by_link(self, name: str, link_digest: str) -> str | None:
        """Use a one-time link up and return the session's token; None when it was used before or does not hold."""
        return self._start(name, Proof.LINK, "", link_digest)

    def find(self, token: str) -> tuple[Session, User] | None:
        """Return the session and its user, and note that it is in use; None when it has ended."""
        digest = self._digest(token)
        fields = self._connection.run("HGETALL", session(digest))
        if not fields:
            return None
        record = self._connection.run("HGETALL", user(fields["name"]))
        found = read_user(record)
        if found is None or found.disabled_at or record["epoch"] != fields["epoch"]:
            return None
        if _ms(datetime.now(UTC)) - int(fields["seen"]) > SEEN_MS:
            self._connection.script("session_seen", [session(digest)], [self._idle_ms])
        return _read(digest, fields), found

    def all(self, name: str) -> list[Session]:
        """Return a user's sessions, the one used last first."""
        digests = self._connection.run("ZRANGE", sessions_of(name), 0, -1)
        epoch, *kept = self._connection.run_all(
            [("HGET", user(name), "epoch"), *(("HGETALL", session(digest)) for digest in digests)]
        )
        living = [_read(one, fields) for one, fields in zip(digests, kept, strict=True) if fields.get("epoch") == epoch]
        return sorted(living, key=lambda one: one.seen_at, reverse=True)

    def end(self, name: str, session_id: str) -> bool:
        """End one session; False when `name` has no such session."""
        if self._connection.run("HGET", session(session_id), "name") != name:
            return False
        self._connection.run_all([("UNLINK", session(session_id)), ("ZREM", sessions_of(name), session_id)])
        return True

    def end_all(self, name: str, keep: str | None = None, password: str | None = None) -> bool:
        """End all sessions but `keep` and every open link, and set a new password's hash in the same step.

        False when there is no such user.
        """
        keys = [user(name), sessions_of(name), *([session(keep)] if keep else [])]
        return bool(self._connection.script("sessions_end", keys, [keep or "", password or ""]))

    def wait_ms(self, name: str, address: str) -> int:
        """Count an attempt to sign in, and return 0; or how long to wait, which does not count as one.

        Five failures of a name and twenty from an address are free, then the wait doubles up to one and five minutes.
        """
        return int(
            self._connection.script(
                "try_sign_in",
                [
                    known_place(self._place(name, address)),
                    tries(self._place(name, address)),
                    tries(self._place(name)),
                    tries(self._place("", address)),
                ],
                [secrets.token_hex(8), REMEMBER_MS, *_bounds(OF_A_NAME), *_bounds(OF_AN_ADDRESS)],
            )
        )

    def remember_place(self, name: str, address: str) -> None:
        """Forget failures of a name from here, and let strangers' failures not count against it here."""
        here = self._place(name, address)
        self._connection.run_all([("UNLINK", tries(here)), ("SET", known_place(here), 1, "PX", KNOWN_MS)])

    def _start(self, name: str, proof: Proof, epoch: str, link_digest: str | None) -> str | None:
        token = secrets.token_urlsafe(32)
        digest = self._digest(token)
        keys = [user(name), session(digest), sessions_of(name), *([link(link_digest)] if link_digest else [])]
        words: list[Word] = [name, digest, proof, epoch, self._idle_ms, self._life_ms, link_digest or ""]
        return token if self._connection.script("session_start", keys, words) else None

    def _digest(self, token: str) -> str:
        return digest_of(self._secret, "session", token)

    def _place(self, *parts: str) -> str:
        return digest_of(self._secret, "place", "\n".join(parts))


def _bounds(patience: Patience) -> tuple[int, int]:
    return patience.free, patience.longest_ms


def _read(digest: str, fields: Mapping[str, str]) -> Session:
    return Session(
        id=digest,
        user=fields["name"],
        proof=Proof(fields["proof"]),
        created_at=moment(fields["at"]),
        seen_at=moment(fields["seen"]),
        expires_at=moment(fields["ends"]),
    )


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
