"""A site's policies: every version is kept, one is in force, and two writers cannot overwrite each other."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from service.errors import Conflict
from service.shares import LookShares
from service.store.connection import Connection
from service.store.names import Names
from service.store.recent import Recent
from service.tenancy import ErrorBudget, Policy, Rule, Threshold
from service.values import Verdict

FRESH_SECONDS = 1.0
STALE_SECONDS = 86_400.0


class Policies:
    """Read and replace the policy of a site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._in_force = Recent(self._load, fresh_seconds=FRESH_SECONDS, stale_seconds=STALE_SECONDS, max_entries=1000)

    def current(self, site: str) -> Policy | None:
        """Return the policy in force, at most one second old; None while the site has none of its own.

        While Redis is away, the one last seen stays in force for a day.
        """
        return self._in_force.get(site)

    def get(self, site: str, version: int) -> Policy | None:
        """Return one version."""
        kept = self._connection.run("HGET", Names(site).policies, version)
        return _read(version, kept) if kept else None

    def versions(self, site: str) -> list[int]:
        """Return the versions that were ever in force, oldest first."""
        return sorted(map(int, self._connection.run("HKEYS", Names(site).policies)))

    def save(self, site: str, policy: Policy, expected_version: int | None = None) -> Policy:
        """Put `policy` in force as the next version, whatever version it names, and return it with that one.

        Raises Conflict when `expected_version` (0 while there is none) is no longer in force.
        """
        token = secrets.token_urlsafe(12)
        policy = replace(policy, created_at=policy.created_at or datetime.now(UTC))
        names = Names(site)
        seen = "" if expected_version is None else expected_version
        saved, version = self._connection.script(
            "policy_save",
            [names.policies, names.policy, names.events],
            [seen, _written(policy, token), token, policy.created_by or ""],
        )
        self._in_force.forget(site)
        if not saved:
            raise Conflict(f"The policy is at version {version} now, not {expected_version}; read it and try again.")
        return replace(policy, version=version)

    def _load(self, site: str) -> Policy | None:
        version = self._connection.run("GET", Names(site).policy)
        return self.get(site, int(version)) if version else None


def _written(policy: Policy, token: str) -> str:
    fields = asdict(policy) | {"thresholds": {name: asdict(limits) for name, limits in policy.thresholds.items()}}
    del fields["version"]
    return orjson.dumps(fields | {"token": token}).decode()


def _read(version: int, kept: str) -> Policy:
    fields = orjson.loads(kept)
    return Policy(
        version=version,
        thresholds={name: Threshold(**limits) for name, limits in fields["thresholds"].items()},
        rules=tuple(_rule(rule) for rule in fields["rules"]),
        looks=LookShares(**fields.get("looks", {})),
        budget=ErrorBudget(**fields["budget"]) if fields.get("budget") else None,
        asks=fields.get("asks", 0.0),
        created_at=datetime.fromisoformat(fields["created_at"]),
        created_by=fields["created_by"],
    )


def _rule(fields: Mapping[str, Any]) -> Rule:
    return Rule(
        name=fields["name"],
        field=fields["field"],
        match=fields["match"],
        values=tuple(fields["values"]),
        verdict=Verdict(fields["verdict"]),
    )
