"""A child process ends when its parent does, however the parent ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # prctl(2), Linux alone
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> Callable[[], None]:
    """Return what the child must call first (`preexec_fn`): it will get SIGTERM when this process is gone.

    The kernel watches the thread that forks, so call this and fork from the main thread. Elsewhere than on Linux the
    child lives on.
    """
    parent = os.getpid()
    return lambda: end_with(parent)


def end_with(parent: int) -> None:
    """Get SIGTERM when the process `parent`, which started this one, is gone."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the kernel knew
            os.kill(os.getpid(), signal.SIGTERM)
