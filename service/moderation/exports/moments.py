"""Read a time however a platform writes it."""

from datetime import UTC, datetime

LATEST_SECONDS = 10_000_000_000  # a larger number counts milliseconds


def moment(written: object) -> datetime | None:
    """Return a time in UTC, of ISO 8601, a database or seconds or milliseconds since 1970; None for anything else.

    A time without an offset is taken for UTC; one that is still to come is none.
    """
    try:
        found = _number(written) or datetime.fromisoformat(str(written).strip())
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at <= datetime.now(UTC) and at.year > 1970 else None


def _number(written: object) -> datetime | None:
    if isinstance(written, bool):
        return None
    text = str(written).strip()
    if not isinstance(written, int | float) and not text.replace(".", "", 1).isdigit():
        return None
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds > LATEST_SECONDS else seconds, UTC)
