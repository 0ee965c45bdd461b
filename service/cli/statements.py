"""`parley statements`: why comments were declined, for a report or the EU's transparency database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import orjson

from service.cli.desk import opened, with_data
from service.cli.logbook import Ago
from service.moderation import statements as road
from service.moderation import tenants


@click.group()
def statements() -> None:
    """Export statements of reasons."""


@statements.command()
@click.argument("site")
@click.option("--since", type=Ago(), default="1d", show_default=True, help="How far back, such as 30m, 12h or 7d.")
@with_data
def export(site: str, since: timedelta, data: Path | None) -> None:
    """Print one JSON line for each rejection that stands, oldest first."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        for statement in road.every(desk, site, datetime.now(UTC) - since, None):
            click.echo(orjson.dumps(statement, option=orjson.OPT_UTC_Z).decode())
