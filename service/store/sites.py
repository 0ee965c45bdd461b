"""The tenants: a set of names, and one record for each site beside its other keys."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from service.errors import InvalidBody, NotFound
from service.store.connection import Connection
from service.store.encoding import pack_detail
from service.store.names import SITES, Names
from service.store.recent import Recent
from service.values import Site

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
DOOR = "door:"  # fields of the record that say what the site wants of a door
ORIGIN = re.compile(r"(https?)://(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(?::[0-9]{1,5})?")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
FRESH_SECONDS = 1.0
STALE_SECONDS = 86_400.0


class Sites:
    """Make, find and change sites."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._recent = Recent(self._load, fresh_seconds=FRESH_SECONDS, stale_seconds=STALE_SECONDS, max_entries=1000)

    def create(self, name: str, title: str | None = None, by: str | None = None) -> Site:
        """Make a site, or return the one of that name as it is; raises InvalidBody for a name that cannot be one."""
        check_name(name)
        # Two slots of a cluster, so two steps: a name without a record is harmless, and the next call completes it.
        self._connection.run("SADD", SITES, name)
        names = Names(name)
        site = _read(
            self._connection.script("site_create", [names.record, names.events], [name, title or "", by or ""])
        )
        self._recent.forget(name)
        assert site
        return site

    def get(self, name: str) -> Site | None:
        """Return the site, at most one second old; an older one, up to a day, while Redis is away."""
        return self._recent.get(name) if NAME.fullmatch(name) else None

    def names(self) -> list[str]:
        """Return the names of all sites, in order."""
        return sorted(self._connection.run("SMEMBERS", SITES))

    def set_webhook(self, name: str, url: str | None, secret: str | None, by: str | None = None) -> Site:
        """Set where decisions are delivered and the secret that signs them; None ends deliveries.

        Raises InvalidBody for an address that is not http or https, NotFound when there is no such site.
        """
        if url:
            check_webhook(url)
        names = Names(name)
        reply = self._connection.script(
            "site_webhook", [names.record, names.events], [url or "", secret or "", by or ""]
        )
        self._recent.forget(name)
        return _found(name, reply)

    def set_door(self, name: str, setting: str, value: str | None, by: str | None = None) -> Site:
        """Set what the site wants of a door; None takes it back. Raises NotFound when there is no such site."""
        names = Names(name)
        told = pack_detail({"setting": setting, "set": bool(value)})
        reply = self._connection.script(
            "site_door", [names.record, names.events], [setting, value or "", by or "", told]
        )
        self._recent.forget(name)
        return _found(name, reply)

    def set_origins(self, name: str, origins: Sequence[str], by: str | None = None) -> Site:
        """Set on which pages the widget may stand; none switches it off.

        Raises InvalidBody for what is no origin such as https://blog.example, NotFound when there is no such site.
        """
        wanted = [checked_origin(origin) for origin in origins]
        names = Names(name)
        reply = self._connection.script(
            "site_origins", [names.record, names.events], [" ".join(dict.fromkeys(wanted)), by or ""]
        )
        self._recent.forget(name)
        return _found(name, reply)

    def _load(self, name: str) -> Site | None:
        return _read(self._connection.run("HGETALL", Names(name).record))


def check_name(name: str) -> None:
    """Raise InvalidBody unless `name` can be a site's."""
    if not NAME.fullmatch(name):
        problem = "1 to 63 small letters, digits and hyphens, not a hyphen first"
        raise InvalidBody(f"A site's name has {problem}.", [{"field": "name", "problem": problem}])


def check_webhook(url: str) -> None:
    """Raise InvalidBody unless `url` is an http or https address with a host."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or any(sign.isspace() or not sign.isprintable() for sign in url):
        problem = "must be an http:// or https:// address"
        raise InvalidBody(f"The webhook {problem}.", [{"field": "url", "problem": problem}])


def _found(name: str, reply: Sequence[str]) -> Site:
    site = _read(reply)
    if site is None:
        raise NotFound(f"There is no site {name!r}.")
    return site


def checked_origin(origin: str) -> str:
    """Return an origin as browsers write it; raises InvalidBody for what is none."""
    found = ORIGIN.fullmatch(origin.strip().lower().removesuffix("/"))
    if found is None:
        problem = "must be like https://blog.example, without a path"
        raise InvalidBody(f"An origin {problem}.", [{"field": "origins", "problem": problem}])
    return found[0].removesuffix(DEFAULT_PORTS[found[1]])


def _read(reply: dict[str, str] | Sequence[str]) -> Site | None:
    """Make a site of HGETALL's answer: a mapping from the command, a flat list from a script."""
    fields = reply if isinstance(reply, dict) else dict(zip(reply[::2], reply[1::2], strict=True))
    if "name" not in fields:
        return None
    return Site(
        name=fields["name"],
        title=fields["title"] or None,
        webhook_url=fields.get("url") or None,
        webhook_secret=fields.get("secret") or None,
        created_at=datetime.fromtimestamp(int(fields["created"]) / 1000, UTC),
        doors={name.removeprefix(DOOR): value for name, value in fields.items() if name.startswith(DOOR)},
        origins=tuple(fields.get("origins", "").split()),
    )
