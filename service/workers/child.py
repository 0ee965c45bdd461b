"""A process that runs beside others and is started again when it ends."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from service.errors import DataLocked, SetupError
from service.store.lifeline import end_with_parent

log = structlog.get_logger()

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 10.0
SETTLED_SECONDS = 10.0  # who ran this long did not end soon
LOCK_SECONDS = 30.0


class Part(Protocol):
    """What a service is made of: the embedded server or a child process."""

    def launch(self) -> None:
        """Start it without waiting; raises SetupError when that cannot work now."""

    def alive(self) -> bool:
        """Whether its process runs."""

    def is_ready(self) -> bool:
        """Whether it does its work."""

    def was_killed(self) -> bool:
        """Whether a signal ended it, and not its own decision."""

    def last_words(self) -> str:
        """Say how it ended."""


class Child:
    """One process in a session of its own, so that Ctrl-C in a terminal reaches its parent alone.

    `environment` is asked for at every launch; `ready` tells whether a running process does its work.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Callable[[], Mapping[str, str]],
        inherits: Sequence[int] = (),
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._command = command
        self._environment = environment
        self._inherits = inherits
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start the process; what an earlier one left behind is asked to end."""
        self._signal(signal.SIGTERM)
        self._process = subprocess.Popen(
            self._command,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            pass_fds=self._inherits,
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Whether it does its work."""
        return self._ready()

    def last_words(self) -> str:
        """Say how it ended."""
        return f"exit code {self._process and self._process.returncode}, its reason is above"

    def was_killed(self) -> bool:
        """Whether a signal ended it."""
        return self._process is not None and (self._process.returncode or 0) < 0

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process alone; it looks after those it started."""
        if self._process:
            self._process.terminate()

    def end_now(self) -> None:
        """Kill what is left of it and of those it started."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


class Kept:
    """A part that is launched again when it ends: after 0.2 s, and the more often it ended soon, the later, up to 10 s.

    One that ends by itself before it was ever ready is not tried again: something must be changed first.
    """

    def __init__(self, name: str, part: Part, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.was_ready = False
        self._part = part
        self._clock = clock
        self._begun_at = clock()
        self._launched_at: float | None = None
        self._due_at = self._begun_at
        self._wait_seconds = FIRST_WAIT_SECONDS

    def tend(self) -> None:
        """Look after the part once; raises SetupError when it cannot even start for the first time."""
        if self._launched_at is None:
            if self._clock() >= self._due_at:
                self._launch()
        elif not self._part.alive():
            self._note_end()
        elif not self.was_ready:
            self.was_ready = self._part.is_ready()

    def _launch(self) -> None:
        try:
            self._part.launch()
        except DataLocked as error:
            if not self.was_ready and self._clock() - self._begun_at > LOCK_SECONDS:
                raise
            self._postpone(error.detail)
        except SetupError as error:
            if not self.was_ready:
                raise
            self._postpone(error.detail)
        else:
            self._launched_at = self._clock()
            log.info("part.started", part=self.name)

    def _note_end(self) -> None:
        how = "killed" if self._part.was_killed() else self._part.last_words()
        if not self.was_ready and not self._part.was_killed():
            raise SetupError(f"The {self.name} process ended before it was ready: {how}")
        if self._launched_at and self._clock() - self._launched_at > SETTLED_SECONDS:
            self._wait_seconds = FIRST_WAIT_SECONDS
        self._launched_at = None
        self._postpone(how)

    def _postpone(self, why: str) -> None:
        log.warning("part.ended", part=self.name, why=why, again_in_seconds=self._wait_seconds)
        self._due_at = self._clock() + self._wait_seconds
        self._wait_seconds = min(self._wait_seconds * 2, LONGEST_WAIT_SECONDS)
