"""Marks that only this installation can make: what carries a true one came from here."""

from base64 import urlsafe_b64encode
from hmac import compare_digest, digest

MARK_BYTES = 15  # 120 bits, and no padding in base64


class Seal:
    """HMAC-SHA-256 with the installation's secret, cut to 120 bits; 20 characters that a URL need not quote."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mark(self, purpose: str, text: str) -> str:
        """Return the mark of `text`; one made for another purpose is another one."""
        made = digest(self._secret, f"{purpose}\x00{text}".encode(), "sha256")
        return urlsafe_b64encode(made[:MARK_BYTES]).decode()

    def fits(self, mark: str, purpose: str, text: str) -> bool:
        """Whether this is the mark of `text`, found in a time that tells nothing."""
        return compare_digest(mark.encode(), self.mark(purpose, text).encode())
