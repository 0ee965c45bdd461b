"""Labels that come in by the thousand: what another platform's moderators decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from service.store.connection import Connection
from service.store.encoding import AUTHOR_PARTS, keyed_hash
from service.store.health import Room
from service.store.lua import Call, Word
from service.store.names import Names
from service.values import Author, Choice

KINDS = ("wordpress", "disqus", "rows")
AT_ONCE = 100  # a script runs alone, so it must be short: some milliseconds
YEAR_MS = 365 * 86_400_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment of another platform and what was decided there.

    `kind` is one of KINDS and says whose ids `id` is one of; without an id, text and author stand for it. `says` maps
    attributes to probabilities, where the platform says so much.
    """

    kind: str
    text: str
    choice: Choice
    id: str | None = None
    reason: str | None = None
    author: Author = field(default_factory=Author)
    at: datetime | None = None
    says: Mapping[str, float] = field(default_factory=dict)


class Imports:
    """Keep labels of other platforms; raises StoreUnavailable or StoreFull.

    They are kept for `keep_ms` from the import on, and are found by author and by their platform's id, for erasure.
    """

    def __init__(self, connection: Connection, secret: bytes, keep_ms: int, room: Room | None = None) -> None:
        self._connection = connection
        self._secret = secret
        self._keep_ms = keep_ms
        self._room = room or Room(None)

    def add(self, site: str, name: str, judged: Sequence[Judged], by: str) -> list[str]:
        """Keep up to AT_ONCE labels in one script; each is `new`, `changed`, `same`, or `decided` by a person here.

        Their source is `import:` and `name`. The same again changes nothing.
        """
        self._room.demand()
        names = Names(site)
        keys = list(names.shared)
        args: list[Word] = [f"import:{name}", by, self._keep_ms, self._keep_ms + YEAR_MS]
        for one in judged:
            digests = self._digests(one.author)
            keys += self._keys(names, one, digests)
            args += self._words(one, digests)
        answers: list[str] = self._connection.scripts([Call("label_import", keys, args)], durable=True)[0]
        return answers

    def label_ids(self, comment_id: str) -> list[str]:
        """Return the ids that imported labels of a comment have, whichever platform it came from."""
        return [self._hashed(kind, comment_id) for kind in KINDS]

    def _keys(self, names: Names, one: Judged, digests: Sequence[str]) -> list[str]:
        lists = [names.author(digest) for digest in (*digests, "-", "-")[:2]]
        return [names.label(self._label_id(one)), names.label(one.id or "-"), *lists]

    def _words(self, one: Judged, digests: Sequence[str]) -> list[Word]:
        said_at = "" if one.at is None else round(one.at.timestamp() * 1000)
        author = orjson.dumps((None, *AUTHOR_PARTS(one.author)[1:4])).decode()  # what a model may look at
        says = orjson.dumps(one.says).decode() if one.says else ""
        about: list[Word] = [one.reason or "", said_at, one.text, " ".join(digests), author, says, one.id or ""]
        return [self._label_id(one), one.choice, *about]

    def _digests(self, author: Author) -> list[str]:
        """Return the names under which either way of naming an author finds this label: by id, by e-mail."""
        named = [author.id, (author.email or "").strip().lower()]
        return [keyed_hash(self._secret, name) for name in dict.fromkeys(named) if name]

    def _label_id(self, one: Judged) -> str:
        if one.id:
            return self._hashed(one.kind, one.id)
        return self._hashed(one.kind, "\0".join(("", *self._digests(one.author), one.text)))

    def _hashed(self, kind: str, what: str) -> str:
        return "~" + keyed_hash(self._secret, f"import\0{kind}\0{what}")
