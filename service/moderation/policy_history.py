"""The policies that a site had: every save is a version, and any of them can be put in force again."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import NotFound
from service.moderation import policy
from service.moderation.desk import Desk
from service.tenancy import Policy

MOST_SHOWN = 20
PARTS = ("budget", "thresholds", "rules", "looks", "asks")


@dataclass(frozen=True, slots=True)
class Version:
    """A policy that was in force, and which of its parts are not as in the one before."""

    policy: Policy
    changed: tuple[str, ...]


def versions(desk: Desk, site: str) -> list[Version]:
    """Return the newest twenty versions, newest first; the built-in one is none of them."""
    numbers = desk.store.policies.versions(site)[-MOST_SHOWN - 1 :]
    kept = [one for number in numbers if (one := desk.store.policies.get(site, number))]
    earlier = [kept[0] if numbers[:1] != [1] and kept else policy.DEFAULT_POLICY, *kept]
    told = [Version(one, _changed(before, one)) for before, one in zip(earlier, kept, strict=False)]
    return told[-MOST_SHOWN:][::-1]


def find(desk: Desk, site: str, number: int) -> Policy:
    """Return one version, 0 being the built-in policy; raises `NotFound`."""
    found = desk.store.policies.get(site, number) if number else policy.DEFAULT_POLICY
    if found is None:
        raise NotFound(f"There is no version {number} of the policy.")
    return found


def go_back(desk: Desk, site: str, number: int, by: str) -> Policy:
    """Put an earlier version in force again, as a new one; raises `NotFound`."""
    return policy.save(desk, site, find(desk, site, number), by)


def _changed(before: Policy, after: Policy) -> tuple[str, ...]:
    return tuple(part for part in PARTS if getattr(before, part) != getattr(after, part))


def named(parts: Sequence[str]) -> str:
    """Say which parts changed."""
    return ", ".join("error budget" if part == "budget" else "questions" if part == "asks" else part for part in parts)
