"""A duty is done again and again until the process is told to stop, whatever goes wrong in between."""

import threading
from collections.abc import Callable

import structlog

from service.errors import Unavailable

log = structlog.get_logger()

LONGEST_PAUSE_SECONDS = 2.0


def repeat(
    name: str,
    duty: Callable[[], object],
    every_seconds: float,
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
) -> None:
    """Call `duty` every `every_seconds` until `stop` is set; after errors wait longer, up to two seconds, and go on.

    `pause` waits up to the given seconds and may return earlier; it is `stop.wait` unless given.
    """
    pause = pause or stop.wait
    failures = 0
    while not stop.is_set():
        failures = 0 if attempt(name, duty, failures) else failures + 1
        pause(every_seconds if not failures else _longer(every_seconds, failures))


def _longer(every_seconds: float, failures: int) -> float:
    return max(every_seconds, min(every_seconds * 2.0 ** min(failures, 10), LONGEST_PAUSE_SECONDS))


def attempt(name: str, duty: Callable[[], object], failures: int = 0) -> bool:
    """Call `duty` once; log what goes wrong, and tell whether nothing did. `failures` went before."""
    try:
        duty()
    except Unavailable as error:
        if not failures:  # once per outage, not once per try
            log.warning("duty.interrupted", duty=name, error=error.code)
        return False
    except Exception:  # the rim of the worker's loop: whatever it was, the next turn comes
        log.exception("duty.failed", duty=name)
        return False
    if failures:
        log.info("duty.resumed", duty=name, failures=failures)
    return True
