"""Old Akismet clients send their key as the first label of the host's name: `KEY.rest.akismet.com`."""

import re
from urllib.parse import urlsplit

from service.settings import Settings

LABEL = re.compile(r"[a-z][a-z0-9]{11}")  # a door key; no IP address and no word of a usual host name looks like it


def key_in_host(host: str, settings: Settings) -> str | None:
    """Return the key in front of one of the names that are set up for it, or of the public one; else None."""
    label, dot, base = host.lower().partition(":")[0].rstrip(".").partition(".")
    return label if dot and LABEL.fullmatch(label) and base in _bases(settings) else None


def _bases(settings: Settings) -> set[str]:
    names = {name.strip().lower().strip(".") for name in settings.door_hosts.split(",")}
    public = urlsplit(settings.public_url or "").hostname
    return (names | {public}) - {"", None} if public else names - {""}
