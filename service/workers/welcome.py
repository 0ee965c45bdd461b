"""What a person sees when Parley is ready: where it listens, and two commands that work as they stand."""

from contextlib import suppress

import click
import structlog

from service.errors import Unavailable
from service.settings import Settings
from service.store.connect import connect
from service.workers.doorstep import reachable
from service.workers.starter import starter_key

log = structlog.get_logger()

PLACEHOLDER = "YOUR_KEY"
TEXT = """
Parley is ready: {address}

Send a comment:
  curl {address}/v1/comments -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{{"id": "c-1", "text": "Only a fool would believe this report."}}'

Take what waits for a person:
  curl {address}/v1/claims -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{{"limit": 10}}'
{hint}
API      {address}/docs
Metrics  {address}/metrics
Ready?   {address}/readyz
"""
HINT = "\nMake a key with `parley keys create`.\n"


def welcome(settings: Settings, url: str | None = None) -> None:
    """Print the welcome on standard output; `url` is that of the embedded server, None with a server of one's own."""
    key = _key(settings, url)
    text = TEXT.format(address=address(settings), key=key or PLACEHOLDER, hint="" if key else HINT)
    with suppress(OSError):  # nobody may be reading
        click.echo(text)


def address(settings: Settings) -> str:
    """Return where clients reach Parley."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = reachable(settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _key(settings: Settings, url: str | None) -> str | None:
    store = connect(settings, url)
    try:
        return starter_key(store, settings.data, ours=url is not None)
    except Unavailable as error:
        log.warning("welcome.incomplete", error=error.code)
        return None
    finally:
        store.close()
