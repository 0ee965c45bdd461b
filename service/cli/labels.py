"""`parley labels`: what a site's model learns from."""

import sys
from pathlib import Path

import click
import orjson

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note, plain, show
from service.moderation import labels as road
from service.moderation import tenants
from service.store.label import Label

AT_ONCE = 200
SHOWN_CHARS = 60


@click.group()
def labels() -> None:
    """List, count and drop what a site learns from."""


@labels.command(name="list")
@click.argument("site")
@click.option("--source", help="Of this source alone: reviewer, platform, suggested, import, or import:NAME.")
@click.option("--value", help="With this value alone, such as approve, reject or spam.")
@click.option("--limit", type=click.IntRange(min=1), help="No more than this many.")
@with_data
def list_labels(site: str, source: str | None, value: str | None, limit: int | None, data: Path | None) -> None:
    """List labels with their texts, the one kept first first.

    As JSON lines when not on a terminal.
    """
    with opened(data) as desk:
        tenants.find_site(desk, site)
        after, left = None, limit or sys.maxsize
        while left:
            found, after = road.page(desk, site, after, min(AT_ONCE, left), source, value)
            for label in found:
                _print(label)
            left -= len(found)
            if after is None:
                break


@labels.command()
@click.argument("site")
@with_data
def count(site: str, data: Path | None) -> None:
    """Count labels by source and value."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        found = road.counts(desk, site)
    show(("source", "value", "labels"), [(*key, number) for key, number in sorted(found.items())])


@labels.command()
@click.argument("site")
@click.argument("label_id", metavar="ID")
@with_data
def drop(site: str, label_id: str, data: Path | None) -> None:
    """Drop the label ID, and print the models that learned from it. The comment stays as it is."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        models = road.drop(desk, site, label_id, ACTOR)
    tell_models(site, models)


@click.command(short_help="Erase a comment, or all of an author.")
@click.argument("site")
@click.option("--comment", help="The platform's id of a comment.")
@click.option("--author", help="The platform's id of an author or, where there is none, the e-mail address.")
@with_data
def erase(site: str, comment: str | None, author: str | None, data: Path | None) -> None:
    """Erase a comment, or all of an author.

    Text, place in a queue, delivery and labels go, imported labels too. Prints how much that was, and the models that
    learned from it.
    """
    from service.moderation import erase as erasing

    if bool(comment) == bool(author):
        raise click.UsageError("Give --comment or --author.")
    with opened(data) as desk:
        tenants.find_site(desk, site)
        if comment:
            erased = erasing.erase_comment(desk, site, comment, ACTOR)
        else:
            erased = erasing.erase_author(desk, site, author or "", ACTOR)
    show(("comments", "labels"), [(erased.comments, erased.labels)])
    tell_models(site, erased.models)


def tell_models(site: str, models: list[str] | tuple[str, ...]) -> None:
    """Print the models that learned from what is gone."""
    for version in models:
        click.echo(version)
    if models:
        note(f"These models learned from it. `parley models retrain {site}` makes one that did not.")


def _print(label: Label) -> None:
    if sys.stdout.isatty():
        words = (label.at, label.comment_id, label.source, label.value, label.reason, label.text[:SHOWN_CHARS])
        click.echo("  ".join(plain(word) for word in words))
        return
    shown = {
        "id": label.comment_id,
        "source": label.source,
        "label": label.value,
        "reason": label.reason,
        "by": label.by,
        "at": label.at,
        "text": label.text,
    }
    click.echo(orjson.dumps(shown, option=orjson.OPT_UTC_Z).decode())
