"""The Lua scripts, read once, each with the common prelude before it, and what else it shares with another."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "scripts"
SHARED_BY = {"submit": ("likeness",), "edit": ("likeness",)}

Word = str | int | float


@dataclass(frozen=True, slots=True)
class Script:
    """One script's source and the digest a server knows it by."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Call:
    """One run of the script `name`; all keys it touches are in `keys` and share one hash slot."""

    name: str
    keys: Sequence[str]
    args: Sequence[Word] = ()

    def by_digest(self) -> tuple[Word, ...]:
        """Return the short command, which fails where the server does not know the script."""
        return ("EVALSHA", load(self.name).digest, len(self.keys), *self.keys, *self.args)

    def by_source(self) -> tuple[Word, ...]:
        """Return the long command, which also teaches the server the script."""
        return ("EVAL", load(self.name).source, len(self.keys), *self.keys, *self.args)


@cache
def load(name: str) -> Script:
    """Return the script of `scripts/<name>.lua`."""
    parts = ("prelude", *SHARED_BY.get(name, ()), name)
    source = "".join((FOLDER / f"{part}.lua").read_text() for part in parts)
    return Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())
