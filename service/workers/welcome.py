"""What a person sees when Parley is ready: a link to sign in, and two commands that work as they stand."""

from contextlib import suppress

import click
import structlog

from service.errors import Unavailable
from service.moderation import people
from service.moderation.desk import Desk, NoScorer
from service.settings import Settings
from service.store.connect import connect
from service.workers.starter import starter_key, starter_link

log = structlog.get_logger()

SITE = "main"
PLACEHOLDER = "YOUR_KEY"
TEXT = """
Parley is ready: {address}

Review   {review}

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
    """Return the welcome, with a key of `site` and, until the first admin has signed in, a one-time link.

    `url` is the embedded server's, None with a server of one's own; `blog` the address of the example blog, if it runs.
    """
    key, token = _first(settings, url, site)
    return TEXT.format(
        address=settings.address,
        review=people.link_address(settings.address, token) if token else f"{settings.address}/review",
        key=key or PLACEHOLDER,
        hint="" if key else HINT,
        blog=f"\nBlog     {blog}/" if blog else "",
    )


def say(text: str) -> None:
    """Print on standard output, if anybody reads it."""
    with suppress(OSError):
        click.echo(text)


def _first(settings: Settings, url: str | None, site: str) -> tuple[str | None, str | None]:
    path = settings.data / ("starter.key" if site == SITE else f"{site}.key")
    store = connect(settings, url)
    try:
        key = starter_key(store, path, site, ours=url is not None)
        return key, starter_link(Desk(store, NoScorer(), settings), list(dict.fromkeys((SITE, site))))
    except Unavailable as error:
        log.warning("welcome.incomplete", error=error.code)
        return None, None
    finally:
        store.close()
