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

SITE = "main"
PLACEHOLDER = "YOUR_KEY"
TEXT = """
Parley is ready: {address}

Send a comment:
  curl {address}/v1/comments -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{{"id": "c-1", "text": "Whoever wrote this is a fool."}}'

Take what waits for a person:
  curl {address}/v1/claims -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{{"limit": 10}}'
{hint}{blog}
API      {address}/docs
Metrics  {address}/metrics
Ready?   {address}/readyz
"""
HINT = "\nMake a key with `parley keys create --site main --scopes submit,review,admin`.\n"


def welcome(settings: Settings, url: str | None, site: str = SITE, blog: str | None = None) -> str:
    """Return the welcome, with a key of `site`; `url` is the embedded server's, None with a server of one's own.

    `blog` is the address of the example blog, if it runs.
    """
    key = _key(settings, url, site)
    shown = f"\nBlog     {blog}/" if blog else ""
    return TEXT.format(address=address(settings), key=key or PLACEHOLDER, hint="" if key else HINT, blog=shown)


def say(text: str) -> None:
    """Print on standard output, if anybody reads it."""
    with suppress(OSError):
        click.echo(text)


def address(settings: Settings) -> str:
    """Return where clients reach Parley."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = reachable(settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _key(settings: Settings, url: str | None, site: str) -> str | None:
    path = settings.data / ("starter.key" if site == SITE else f"{site}.key")
    store = connect(settings, url)
    try:
        return starter_key(store, path, site, ours=url is not None)
    except Unavailable as error:
        log.warning("welcome.incomplete", error=error.code)
        return None
    finally:
        store.close()
