"""A Redis server of our own: one owner per data directory, a private socket, nothing lost at a crash."""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

from service.errors import DataLocked, EngineRefused, SetupError
from service.settings import Settings
from service.store.configuration import configuration
from service.store.engine import Engine, admit, find_engine
from service.store.lifeline import end_with_parent
from service.store.private_socket import ping, socket_for

LOCK_SECONDS = 30.0  # a predecessor that was killed needs some of this to end
LOAD_SECONDS = 600.0  # a million comments load in about 30 s
STOP_SECONDS = 60.0
_PAUSE_SECONDS = 0.02


class EmbeddedServer:
    """The server of one data directory, started by this process or, when `attached`, by another one.

    The server itself holds the directory's lock, so the lock lives as long as the server and not as its parent.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = (settings.data / "redis").absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = Path()
        self.attached = False

    @property
    def url(self) -> str:
        """Where clients find it, once it was launched or found."""
        return "unix://" + quote(str(self._socket))

    @property
    def pid(self) -> int | None:
        """The server's process, when it is ours."""
        return self._process.pid if self._process else None

    def start(self, attach: bool = False) -> str:
        """Launch the server, wait until it answers and return its address.

        When another process owns the directory, use its server (`attach`) or wait for the directory. Raises
        DataLocked when neither works within 30 s, EngineRefused when the server cannot run.
        """
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                if not (attach and self._attach()):
                    self.launch()
                self._wait_until_ready()
            except DataLocked:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return self.url

    def launch(self) -> None:
        """Start the server without waiting for it; raises DataLocked at once when somebody owns the directory."""
        make_folder(self.folder)
        self.folder.chmod(0o700)
        lock = self._lock()
        try:
            engine = find_engine(self._settings.redis_server)
            admit(engine, self.folder)
            self._socket = socket_for(self.folder)
            _write(self.folder / "socket", bytes(self._socket))
            _write(self.folder / "redis.conf", configuration(engine, self.folder, self._socket, self._settings))
            self._process = self._spawn(engine, lock)
        finally:
            os.close(lock)

    def is_ready(self) -> bool:
        """Whether it answers; a server that still loads its data does not."""
        return ping(self._socket).startswith(b"+PONG")

    def alive(self) -> bool:
        """Whether its process runs; of another process's server, whether it listens."""
        if self._process:
            return self._process.poll() is None
        return self.attached and bool(ping(self._socket))

    def stop(self) -> None:
        """End the server if it is ours, giving it 60 s to flush."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def was_killed(self) -> bool:
        """Whether a signal ended it, and not its own decision."""
        return self._process is not None and (self._process.poll() or 0) < 0

    def last_words(self) -> str:
        """Return the end of the server's log."""
        with suppress(OSError):
            return (self.folder / "redis.log").read_text(errors="replace")[-600:].strip()
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _attach(self) -> bool:
        """Find another process's server, loading or ready."""
        with suppress(OSError):
            self._socket = Path(os.fsdecode((self.folder / "socket").read_bytes()))
        self.attached = bool(ping(self._socket))
        return self.attached

    def _lock(self) -> int:
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise DataLocked(f"A Redis server of another process owns {self.folder}.") from None
        return lock

    def _spawn(self, engine: Engine, lock: int) -> subprocess.Popen[bytes]:
        with (self.folder / "redis.log").open("ab") as log:
            return subprocess.Popen(
                [engine.program, self.folder / "redis.conf"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C is for its owner, who stops it last
                preexec_fn=end_with_parent(),
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"},
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + LOAD_SECONDS
        while not self.is_ready():
            if not self.alive():
                raise self._why_it_ended()
            if time.monotonic() > deadline:
                self.stop()
                raise EngineRefused(f"The Redis server of {self.folder} did not answer within {LOAD_SECONDS:.0f} s.")
            time.sleep(_PAUSE_SECONDS)

    def _why_it_ended(self) -> SetupError:
        if self.attached:
            return DataLocked(f"The Redis server of {self.folder} ended while it was waited for.")
        return EngineRefused(f"The Redis server of {self.folder} ended at start; its log says: {self.last_words()}")


@contextmanager
def borrowed(settings: Settings) -> Iterator[str]:
    """Give the address of the running server, or of one that runs for the time of the block.

    The block that started it lets others that found it finish, for 60 s at most, before it stops it.
    """
    server = EmbeddedServer(settings)
    make_folder(server.folder)
    with (server.folder / "users").open("ab") as users, server:
        fcntl.flock(users, fcntl.LOCK_SH)
        url = server.start(attach=True)
        try:
            yield url
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if not server.attached:
                _wait_for_other_users(users.fileno())


def _wait_for_other_users(users: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_PAUSE_SECONDS)


def make_folder(folder: Path) -> None:
    """Make `folder`, to be entered by its owner alone; raises SetupError when that is not allowed."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise SetupError(f"{folder} cannot be made: {error.strerror}. Choose another with PARLEY_DATA.") from error


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
