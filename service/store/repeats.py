"""How often a text came lately, for the rule of a site that asks; kept as ids under a keyed hash of the text."""

from collections.abc import Sequence

from service.store.connection import Connection
from service.store.encoding import keyed_hash
from service.store.lua import Call
from service.store.names import Names
from service.values import Comment

DAY_MS = 86_400_000
MOST = 10_000  # as high as a rule can count


class Repeats:
    """Texts are the same when their words are, whatever their case and the white space between them."""

    def __init__(self, connection: Connection, secret: bytes) -> None:
        self._connection = connection
        self._secret = secret

    def count(self, site: str, comments: Sequence[Comment]) -> list[int]:
        """Return for each comment how many had its text within a day of one another, this one included.

        One round trip. The same comment again counts once.
        """
        calls = [Call("repeat", [self._key(site, comment.text)], [comment.id, DAY_MS, MOST]) for comment in comments]
        return [int(count) for count in self._connection.scripts(calls)]

    def _key(self, site: str, text: str) -> str:
        return Names(site).repeats(keyed_hash(self._secret, " ".join(text.casefold().split())))
