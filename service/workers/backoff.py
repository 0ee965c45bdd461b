"""When to try a delivery again: exponential, with full jitter, and never sooner than the receiver asked."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 3600.0


def retry_seconds(
    attempt: int,
    retry_after_seconds: float | None = None,
    base_seconds: float = 1.0,
    jitter: Callable[[float, float], float] = random.uniform,
) -> float:
    """Return the wait after the `attempt`-th failure (from 1): up to `base_seconds` × 2^(attempt - 1), at most an hour.

    Full jitter spreads the retries of many deliveries over the whole wait (Brooker, "Exponential Backoff And Jitter").
    """
    ceiling = min(base_seconds * 2 ** min(attempt - 1, 30), LONGEST_SECONDS)
    return min(max(jitter(0, ceiling), retry_after_seconds or 0), LONGEST_SECONDS)


def parse_retry_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110 §10.2.3), at most an hour; None when there is none that makes sense."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST_SECONDS)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_SECONDS)
