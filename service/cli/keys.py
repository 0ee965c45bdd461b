"""`parley keys`: who may speak for a site."""

from pathlib import Path

import click

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note, show
from service.errors import NotFound
from service.moderation import tenants
from service.tenancy import Scope


class Scopes(click.ParamType[frozenset[Scope]]):
    """Scopes, separated by commas."""

    name = "scopes"

    def convert(
        self, value: str | frozenset[Scope], param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[Scope]:
        """Read `submit,review`."""
        if not isinstance(value, str):
            return value
        words = {word.strip() for word in value.split(",")}
        unknown = words - set(Scope)
        if unknown:
            self.fail(f"{', '.join(sorted(unknown))!r}: choose among {', '.join(Scope)}", param, ctx)
        return frozenset(map(Scope, words))


@click.group()
def keys() -> None:
    """Make, list, revoke and rotate API keys."""


@keys.command()
@click.option("--site", required=True, help="Site the key speaks for; made when it is new.")
@click.option("--scopes", type=Scopes(), help="submit, review, admin, operator; separated by commas.")
@click.option("--door", is_flag=True, help="A key of 12 characters for clients of other services; may only submit.")
@click.option("--name", help="To tell keys apart.")
@with_data
def create(site: str, scopes: frozenset[Scope] | None, door: bool, name: str | None, data: Path | None) -> None:
    """Make a key and print it. It is not kept, so it cannot be shown again."""
    if door == bool(scopes):
        raise click.UsageError("Give --scopes, or --door.")
    with opened(data) as desk:
        tenants.create_site(desk, site, ACTOR)
        if scopes:
            key, plaintext = tenants.create_key(desk, site, scopes, ACTOR, name)
        else:
            key, plaintext = tenants.create_door_key(desk, site, ACTOR, name)
    click.echo(plaintext)
    note(f"Shown this once. It is known as {key.id}.")


@keys.command(name="list")
@click.option("--site", help="Of this site alone.")
@with_data
def list_keys(site: str | None, data: Path | None) -> None:
    """List keys by their ids, revoked ones too."""
    with opened(data) as desk:
        found = desk.store.keys.all(site)
    rows = ((key.id, key.site, ",".join(sorted(key.scopes)), key.name, key.created_at, key.revoked_at) for key in found)
    show(("id", "site", "scopes", "name", "created", "revoked"), rows)


@keys.command()
@click.argument("key_id")
@with_data
def revoke(key_id: str, data: Path | None) -> None:
    """End a key; running processes refuse it within two seconds."""
    with opened(data) as desk:
        if not desk.store.keys.revoke(key_id, by=ACTOR):
            raise NotFound(f"There is no key {key_id!r}; `parley keys list` names them.")
    note(f"{key_id} is revoked.")


@keys.command()
@click.argument("key_id")
@with_data
def rotate(key_id: str, data: Path | None) -> None:
    """Replace a key by a new one with the same rights and print that; the old one ends."""
    with opened(data) as desk:
        rotated = desk.store.keys.rotate(key_id, by=ACTOR)
    if rotated is None:
        raise NotFound(f"There is no key {key_id!r} in use; `parley keys list` names them.")
    key, plaintext = rotated
    click.echo(plaintext)
    note(f"Shown this once. It is known as {key.id}; {key_id} is revoked.")
