"""What a person chose for the own pages, and how much of the worst that person has read in this shift."""

from collections.abc import Mapping

from service.store.connection import Connection
from service.store.names import chosen, exposure

SHIFT_MS = 6 * 3_600_000  # without a severe text this long, a new shift begins


class Preferences:
    """A small hash for each person, the same on every site. Every method raises StoreUnavailable or StoreFull."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, user: str) -> dict[str, str]:
        """Return what was chosen."""
        choices: dict[str, str] = self._connection.run("HGETALL", chosen(user))
        return choices

    def save(self, user: str, choices: Mapping[str, str]) -> None:
        """Set what is named; the rest stays."""
        self._connection.run("HSET", chosen(user), *(word for pair in choices.items() for word in pair))

    def expose(self, user: str, severe: int) -> None:
        """Count severe texts that the person has dealt with."""
        key = exposure(user)
        self._connection.run_all([("INCRBY", key, severe), ("PEXPIRE", key, SHIFT_MS)])

    def exposure(self, user: str) -> int:
        """Return how many severe texts it was in this shift."""
        return int(self._connection.run("GET", exposure(user)) or 0)
