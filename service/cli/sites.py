"""`parley sites`: the tenants, their webhooks and what they want of other services' APIs."""

import sys
from pathlib import Path

import click

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note, show
from service.moderation import policy, tenants

WORDPRESS_ROUTE = "/?rest_route=/akismet/v1/webhook"  # also where WordPress has no pretty addresses


@click.group()
def sites() -> None:
    """Make and list sites, set their webhooks."""


@sites.command()
@click.argument("name")
@click.option("--title", help="For people.")
@with_data
def create(name: str, title: str | None, data: Path | None) -> None:
    """Make a site; nothing happens when it is there."""
    with opened(data) as desk:
        tenants.create_site(desk, name, ACTOR, title)
    note(f"Site {name} is there. `parley keys create --site {name} --scopes submit` makes a key for it.")


@sites.command(name="list")
@with_data
def list_sites(data: Path | None) -> None:
    """List all sites."""
    with opened(data) as desk:
        found = [site for name in desk.store.sites.names() if (site := desk.store.sites.get(name))]
    show(("name", "title", "webhook", "created"), ((s.name, s.title, s.webhook_url, s.created_at) for s in found))


@sites.command(name="show")
@click.argument("name")
@with_data
def show_site(name: str, data: Path | None) -> None:
    """Tell how a site stands: webhook, policy, queues, deliveries, keys."""
    with opened(data) as desk:
        site = tenants.find_site(desk, name)
        waiting, set_aside = desk.store.outbox.depth(name)
        living = [key for key in desk.store.keys.all(name) if key.revoked_at is None]
        rows: list[tuple[str, object]] = [
            ("title", site.title),
            ("created", site.created_at),
            ("webhook", site.webhook_url),
            ("widget on", ", ".join(site.origins) or None),
            ("policy", f"version {policy.current(desk, name).version}"),
            *((f"queue {q.name}", f"{q.waiting} waiting, {q.claimed} claimed") for q in desk.store.queues.counts(name)),
            ("deliveries", f"{waiting} waiting, {set_aside} set aside"),
            ("keys", len(living)),
        ]
    show(("what", "how"), rows)


@sites.command()
@click.argument("name")
@click.argument("url", required=False)
@click.option("--remove", is_flag=True, help="End deliveries.")
@with_data
def webhook(name: str, url: str | None, remove: bool, data: Path | None) -> None:
    """Set where decisions of a site are delivered; prints the secret that signs them when it is new."""
    if bool(url) == remove:
        raise click.UsageError("Give an address, or --remove.")
    with opened(data) as desk:
        _, secret = tenants.set_webhook(desk, name, url, ACTOR)
    if secret:
        click.echo(secret)
        note("Shown this once. The receiver checks signatures with it (Standard Webhooks).")


@sites.command()
@click.argument("name")
@click.option("--secret", is_flag=True, help="Take the phase's signing secret, from the keyboard or from a pipe.")
@click.option("--remove", is_flag=True, help="Forget the secret; requests are then admitted by their key alone.")
@with_data
def coral(name: str, secret: bool, remove: bool, data: Path | None) -> None:
    """Connect a site with Coral: print the address of the moderation phase, or take its signing secret.

    Coral makes the secret when the phase is saved and shows it there.
    """
    if secret and remove:
        raise click.UsageError("Give --secret, or --remove.")
    with opened(data) as desk:
        site = tenants.find_site(desk, name)
        if secret or remove:
            site = tenants.set_door(desk, name, tenants.CORAL_SECRET, _typed() if secret else None, ACTOR)
        is_signed = bool(tenants.door_setting(site, tenants.CORAL_SECRET))
        address = (desk.settings.public_url or "https://YOUR-PARLEY").rstrip("/")
    click.echo(f"{address}/coral/moderation?key=YOUR-DOOR-KEY")
    note(
        f"`parley keys create --site {name} --door` makes the key. Signatures are {'' if is_signed else 'not '}checked."
    )


@sites.command()
@click.argument("name")
@click.option(
    "--review",
    type=click.Choice(tenants.DOOR_SETTINGS[tenants.AKISMET_REVIEW]),
    help="What a comment is called that waits for a person; hold keeps it pending in WordPress.",
)
@click.option("--webhook", help="WordPress's own address, at which it hears of decisions. Asks for its key.")
@click.option("--remove", is_flag=True, help="Tell WordPress nothing any more.")
@with_data
def akismet(name: str, review: str | None, webhook: str | None, remove: bool, data: Path | None) -> None:
    """Connect a site with WordPress or another client of Akismet; without options, tell how it stands."""
    if webhook and remove:
        raise click.UsageError("Give --webhook, or --remove.")
    with opened(data) as desk:
        site = tenants.find_site(desk, name)
        if review:
            site = tenants.set_door(desk, name, tenants.AKISMET_REVIEW, review, ACTOR)
        if webhook or remove:
            address = webhook and webhook.rstrip("/") + WORDPRESS_ROUTE
            key = _typed("Door key that WordPress holds") if webhook else None
            site = tenants.set_akismet_webhook(desk, name, address, key, ACTOR)
    show(
        ("what", "how"),
        [
            ("review", tenants.door_setting(site, tenants.AKISMET_REVIEW)),
            ("webhook", tenants.door_setting(site, tenants.AKISMET_WEBHOOK)),
        ],
    )


@sites.command(name="origins")
@click.argument("name")
@click.argument("origins", nargs=-1)
@click.option("--remove", is_flag=True, help="Switch the widget off.")
@with_data
def set_origins(name: str, origins: tuple[str, ...], remove: bool, data: Path | None) -> None:
    """Set on which pages the widget of a site may stand, such as https://blog.example; all of them at once."""
    if bool(origins) == remove:
        raise click.UsageError("Give one or more origins, or --remove.")
    with opened(data) as desk:
        site = tenants.set_origins(desk, name, origins, ACTOR)
    note(f"The widget of {name} answers {', '.join(site.origins) or 'nobody'}.")


def _typed(what: str = "Signing secret") -> str:
    """Read a secret without showing it; an argument would stay in the shell's history."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True)).strip()
    return sys.stdin.readline().strip()
