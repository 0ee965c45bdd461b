"""`parley events` and `parley deliveries`: what happened, and what the platform has not heard yet."""

import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import orjson

from service.cli.desk import opened, with_data
from service.cli.printing import plain, show
from service.errors import Unavailable
from service.moderation import tenants
from service.moderation.desk import Desk
from service.values import Event

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
BLOCK_MS = 2000
PAUSE_SECONDS = 1.0


class Ago(click.ParamType[timedelta]):
    """A span such as 30m, 12h or 7d."""

    name = "span"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read the span."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,5})([smhd])", value)
        if found is None:
            self.fail(f"{value!r}: give a number with s, m, h or d, such as 12h", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("site")
@click.option("--since", type=Ago(), default="1d", show_default=True, help="How far back, such as 30m, 12h or 7d.")
@click.option("--type", "types", multiple=True, help="Of this type alone; may be given again.")
@click.option("--comment", help="Of this comment alone.")
@click.option("--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@with_data
def events(
    site: str, since: timedelta, types: tuple[str, ...], comment: str | None, follow: bool, data: Path | None
) -> None:
    """Print a site's audit log.

    Oldest first; as JSON lines when not on a terminal.
    """
    with opened(data) as desk:
        tenants.find_site(desk, site)
        last = _print_past(desk, site, datetime.now(UTC) - since, types, comment)
        while follow:
            last = _print_next(desk, site, last, types, comment)


def _print_past(desk: Desk, site: str, since: datetime, types: tuple[str, ...], comment: str | None) -> str:
    latest = desk.store.events.latest_id(site)
    after: str | None = None
    while True:
        found, after = desk.store.events.read(site, after, 500, types, comment, since=since)
        for event in found:
            _print(event)
        if after is None:
            return max((latest, *(event.id for event in found)), key=_order)


def _order(event_id: str) -> tuple[int, ...]:
    return tuple(map(int, event_id.split("-")))


def _print_next(desk: Desk, site: str, after: str, types: tuple[str, ...], comment: str | None) -> str:
    try:
        found = desk.store.events.tail(site, after, BLOCK_MS)
    except Unavailable:  # it comes back, and nothing is missed
        time.sleep(PAUSE_SECONDS)
        return after
    for event in found:
        if (not types or event.type in types) and comment in (None, event.comment):
            _print(event)
    return found[-1].id if found else after


def _print(event: Event) -> None:
    if sys.stdout.isatty():
        detail = " ".join(f"{name}={value}" for name, value in event.detail.items())
        words = (event.at, event.type.ljust(18), event.comment, event.by, detail)
        click.echo("  ".join(plain(word) for word in words if word))
    else:
        click.echo(orjson.dumps(event, option=orjson.OPT_UTC_Z).decode())
        sys.stdout.flush()


@click.command()
@click.argument("site")
@click.option("--revive", is_flag=True, help="Make what was set aside due again.")
@with_data
def deliveries(site: str, revive: bool, data: Path | None) -> None:
    """Count webhooks still to be sent.

    And those set aside after too many failures.
    """
    with opened(data) as desk:
        tenants.find_site(desk, site)
        if revive:
            click.echo(f"{desk.store.outbox.revive(site)} due again", err=True)
        waiting, set_aside = desk.store.outbox.depth(site)
    show(("waiting", "set aside"), [(waiting, set_aside)])
