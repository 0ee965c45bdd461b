"""Draws that nobody can foresee and every repetition repeats: a keyed hash of what is drawn, against the share."""

from hashlib import blake2b

STEPS = 1 << 64


class Lots:
    """Draw lots keyed by the service's secret.

    A draw depends on its words alone, so a retry draws the same, and without the secret no author and no reviewer can
    tell how it falls. Different words draw independently.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = blake2b(secret, digest_size=32).digest()

    def falls(self, share: float, *words: str) -> bool:
        """Say whether the lot of `words` falls; true for a `share` in [0, 1] of all words."""
        return share > 0 and self.number(*words) < share * STEPS

    def number(self, *words: str) -> int:
        """Return the lot itself, even over [0, 2**64)."""
        drawn = blake2b("\x00".join(words).encode(), digest_size=8, key=self._key, person=b"parley.lots")
        return int.from_bytes(drawn.digest(), "big")
