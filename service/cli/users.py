"""`parley users`: who may sign in to the pages."""

from pathlib import Path

import click

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note, show
from service.moderation import people, tenants
from service.people import Role

ROLE = click.Choice([role.value for role in Role])


@click.group()
def users() -> None:
    """Make and list people, change their roles, sign them out."""


@users.command()
@click.argument("name")
@click.option("--site", required=True, help="Site the person works on; made when it is new.")
@click.option("--role", type=ROLE, required=True, help="What the person may do there.")
@click.option("--title", help="Name that colleagues see.")
@with_data
def create(name: str, site: str, role: str, title: str | None, data: Path | None) -> None:
    """Make a person and print a link that signs in once, within 24 hours.

    A person who is known already gets the role and no link.
    """
    with opened(data) as desk:
        tenants.create_site(desk, site, ACTOR)
        made = people.create_user(desk, name, site, Role(role), ACTOR, title)
        address = desk.settings.address
    if made.token:
        _print_link(address, name, made.token)
    else:
        note(f"{name} is {role} on {site} now, and signs in as before.")


@users.command(name="list")
@click.option("--site", help="Of this site alone.")
@with_data
def list_users(site: str | None, data: Path | None) -> None:
    """List people with their roles."""
    with opened(data) as desk:
        found = people.list_users(desk, site)
    rows = (
        (
            user.name,
            user.title,
            ",".join(f"{site}:{role}" for site, role in user.roles.items()),
            user.created_at,
            user.signed_in_at,
            user.disabled_at,
        )
        for user in found
    )
    show(("name", "title", "roles", "created", "signed in", "disabled"), rows)


@users.command()
@click.argument("name")
@click.argument("role", type=ROLE)
@click.option("--site", required=True, help="Site on which the role changes.")
@with_data
def role(name: str, role: str, site: str, data: Path | None) -> None:
    """Change what a person may do on a site."""
    with opened(data) as desk:
        people.set_role(desk, name, site, Role(role), ACTOR)
    note(f"{name} is {role} on {site} now.")


@users.command()
@click.argument("name")
@click.option("--site", required=True, help="Site to take the person off.")
@with_data
def remove(name: str, site: str, data: Path | None) -> None:
    """Take a person off a site; who is on no other site is forgotten."""
    with opened(data) as desk:
        people.remove_user(desk, name, site, ACTOR)
    note(f"{name} is removed from {site}.")


@users.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the person in again.")
@with_data
def disable(name: str, undo: bool, data: Path | None) -> None:
    """Keep a person out of every site at once."""
    with opened(data) as desk:
        people.disable_user(desk, name, ACTOR, disabled=not undo)
    note(f"{name} may come in again." if undo else f"{name} is kept out.")


@users.command()
@click.argument("name")
@with_data
def link(name: str, data: Path | None) -> None:
    """Print a new link that signs in once, within 24 hours; the one before ends."""
    with opened(data) as desk:
        token = people.new_link(desk, name, ACTOR)
        address = desk.settings.address
    _print_link(address, name, token)


@users.command(name="end-sessions")
@click.argument("name")
@with_data
def end_sessions(name: str, data: Path | None) -> None:
    """Sign a person out everywhere."""
    with opened(data) as desk:
        people.end_sessions(desk, name, ACTOR)
    note(f"{name} is signed out.")


def _print_link(address: str, name: str, token: str) -> None:
    click.echo(people.link_address(address, token))
    note(f"Shown this once. It signs {name} in, within 24 hours, where the service runs at {address}.")
