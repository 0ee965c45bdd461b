"""Logs are events: one JSON line each, or coloured lines on a terminal, always on standard error."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from service.errors import ParleyError

PRIVATE = frozenset(
    {"text", "body", "key", "api_key", "secret", "password", "token", "authorization", "email", "ip", "user_agent"}
)
CHATTY = ("httpx", "httpcore", "asyncio")  # they would log addresses of receivers at every request


def set_up(level: str = "info", stream: TextIO | None = None) -> None:
    """Send structlog's events and the standard library's records of `level` and above to standard error.

    Fields named like a comment's text, a key or a person's details are struck out, and an exception is told by its
    type and place: its message is kept only where it is our own or the system's, for others quote what they met.
    """
    out = stream or sys.stderr
    render = _renderer(out)
    structlog.configure(
        processors=[*EVENT_STEPS, render],
        # Not by way of the standard library: each event would cost five times as much.
        logger_factory=structlog.WriteLoggerFactory(out),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=stream is None,  # 20 µs an event; a stream of one's own may change again
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *EVENT_STEPS],
            keep_exc_info=False,
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def beside_a_result() -> Iterator[None]:
    """Send warnings and worse to standard error for the block, and nothing else: standard output is the result's."""
    kept = structlog.get_config()
    wrapper, factory = structlog.make_filtering_bound_logger("warning"), structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(**{**kept, "wrapper_class": wrapper, "logger_factory": factory})
    try:
        yield
    finally:
        structlog.configure(**kept)


def _renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(serializer=_as_line)


def _as_line(event: EventDict, **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()


def strike_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what must never be read in a log, should somebody pass it by mistake."""
    for name in PRIVATE & event.keys():
        event[name] = "(struck out)"
    return event


def tell_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn `exc_info` into the exception's type, its place and, when it cannot quote a comment, its message."""
    error = _exception_of(event.pop("exc_info", None))
    if error is None:
        return event
    event["error"] = type(error).__name__
    if isinstance(error, ParleyError | OSError):
        event["error_detail"] = str(error)
    event["frames"] = frames(error.__traceback__)
    return event


def _exception_of(exc_info: object) -> BaseException | None:
    if exc_info is True:
        return sys.exc_info()[1]
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    return exc_info if isinstance(exc_info, BaseException) else None


def frames(trace: TracebackType | None) -> list[str]:
    """Name the places an exception passed, innermost last, as `file:line function`."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


EVENT_STEPS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    strike_private,
    tell_exception,
)
