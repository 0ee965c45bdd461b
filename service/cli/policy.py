"""`parley policy`: from which scores on a person looks, or a comment is rejected."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import orjson
from pydantic import ValidationError

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note
from service.cli.rim import in_words
from service.errors import BadInput
from service.moderation import policy as road
from service.moderation import tenants
from service.tenancy import Policy

if TYPE_CHECKING:
    from service.api.policy_bodies import PolicyBody

SHOWN_ALONE = ("version", "created_at", "created_by")  # `policy show` tells them; a file may keep them


@click.group()
def policy() -> None:
    """Show and set a site's policy."""


@policy.command()
@click.argument("site")
@with_data
def show(site: str, data: Path | None) -> None:
    """Print the policy in force as JSON; `policy set` takes the same."""
    from service.api.admin_answers import PolicyInForce

    with opened(data) as desk:
        tenants.find_site(desk, site)
        found = road.current(desk, site)
    click.echo(orjson.dumps(PolicyInForce.of(found), option=orjson.OPT_INDENT_2).decode())


@policy.command(name="set")
@click.argument("site")
@click.argument("file", type=click.File("rb"))
@click.option("--expected-version", type=int, help="Change nothing when another version is in force by now.")
@with_data
def set_policy(site: str, file: BinaryIO, expected_version: int | None, data: Path | None) -> None:
    """Put the policy in FILE (- for standard input) in force and print its version."""
    from service.moderation.learning import budget

    body = _read_body(file)
    with opened(data) as desk:
        tenants.find_site(desk, site)
        draft = body.to_value()
        if body.thresholds is None and draft.budget:
            draft = replace(draft, thresholds=budget.propose(desk, site, draft.budget).thresholds)
        saved = road.save(desk, site, draft, ACTOR, expected_version)
    click.echo(saved.version)
    note(f"Running processes use it within a second. `parley policy show {site}` prints it.")


def read_policy(file: BinaryIO) -> Policy:
    """Read a policy as `PUT /v1/policy` takes it, with its thresholds; raises BadInput saying what is wrong."""
    body = _read_body(file)
    if body.thresholds is None:
        raise BadInput("The policy is wrong: thresholds should be given; a budget alone says nothing without a site.")
    return body.to_value()


def _read_body(file: BinaryIO) -> "PolicyBody":
    from service.api.policy_bodies import PolicyBody

    try:
        fields = orjson.loads(file.read())
        kept = {name: value for name, value in fields.items() if name not in SHOWN_ALONE}
        return PolicyBody.model_validate_json(orjson.dumps(kept))
    except ValidationError as error:
        raise BadInput(f"The policy is wrong: {in_words(error)}") from error
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise BadInput("The policy is no JSON object.") from error
