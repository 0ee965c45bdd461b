"""Passwords are kept as argon2id hashes (RFC 9106), with memory and time as OWASP advises for servers."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import InvalidBody

MIN_CHARS = 12
MAX_CHARS = 1024
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def check(password: str, name: str) -> None:
    """Raise InvalidBody unless `password` is good enough for the user `name`."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise _wrong(f"has {MIN_CHARS} characters or more")
    if len(set(password)) < 5 or password.casefold() in (name, name * 2):
        raise _wrong("is not one sign over and over, nor the name")


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Say whether a password is the one kept; without one kept, it takes as long to say no."""
    if len(password) > MAX_CHARS:
        return False
    try:
        return HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_weak(kept: str) -> bool:
    """Say whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")


def _wrong(problem: str) -> InvalidBody:
    return InvalidBody(f"A password {problem}.", [{"field": "password", "problem": problem}])
