"""How much of the deliverer one receiver may take, so that a slow or broken one holds up nobody else."""

from dataclasses import dataclass

MAX_AT_ONCE = 4
KEPT_FREE = 2
LONGEST_REST_SECONDS = 30.0
FIRST_LOOK_SECONDS = 0.25
LONGEST_LOOK_SECONDS = 1.0


@dataclass(slots=True)
class Lane:
    """One site's share. Times are seconds of a monotonic clock."""

    under_way: int = 0
    failures: int = 0
    rests_until: float = 0.0
    look_seconds: float = FIRST_LOOK_SECONDS

    def allowance(self, free: int, now: float) -> int:
        """Say how many deliveries may start, of `free` places.

        A receiver in trouble gets one probe at a time; a busy one leaves places to sites that have none under way.
        """
        if free <= 0 or now < self.rests_until:
            return 0
        if self.failures:
            return 0 if self.under_way else 1
        if not self.under_way:
            return min(MAX_AT_ONCE, max(1, free // 2))
        return max(0, min(MAX_AT_ONCE - self.under_way, free - KEPT_FREE))

    def looked(self, found: int, now: float) -> None:
        """Take note of a look into the outbox; empty ones are looked into less and less often."""
        self.under_way += found
        if found:
            self.look_seconds = FIRST_LOOK_SECONDS
        elif not self.under_way:
            self.rests_until = now + self.look_seconds
            self.look_seconds = min(self.look_seconds * 2, LONGEST_LOOK_SECONDS)

    def ended(self, unwell: bool, retry_after_seconds: float | None, now: float) -> None:
        """Take note of an attempt's end; a receiver in trouble rests, the longer the more often it failed."""
        self.under_way -= 1
        self.failures = self.failures + 1 if unwell else 0
        if unwell:
            rest = min(2.0 ** (min(self.failures, 10) - 1), LONGEST_REST_SECONDS)
            self.rests_until = now + max(rest, retry_after_seconds or 0)
