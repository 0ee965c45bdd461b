"""`parley policy`: from which scores on a person looks, or a comment is rejected."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click
import orjson
from pydantic import BaseModel, ValidationError

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note
from service.cli.rim import in_words
from service.errors import BadInput
from service.moderation import policy as road
from service.moderation import tenants
from service.tenancy import Policy

if TYPE_CHECKING:
    from service.api.policy_bodies import PolicyBody

B = TypeVar("B", bound=BaseModel)
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
        if body.thresholds is None:
            draft = budget.followed(desk, site, draft)
        saved = road.save(desk, site, draft, ACTOR, expected_version)
    click.echo(saved.version)
    note(f"Running processes use it within a second. `parley policy show {site}` prints it.")


@policy.command()
@click.argument("site")
@click.argument("file", type=click.File("rb"))
@with_data
def preview(site: str, file: BinaryIO, data: Path | None) -> None:
    """Print as JSON what the draft in FILE (- for standard input) would have done with past comments.

    Takes what `POST /v1/policy/preview` takes, and changes nothing.
    """
    from models.classifier import Classifier
    from service.api.policy_answers import previewed
    from service.api.policy_bodies import PreviewBody

    body = _read(PreviewBody, file)
    with opened(data) as desk:
        tenants.find_site(desk, site)
        able = replace(desk, scorer=Classifier.load(desk.settings.model))
        click.echo(orjson.dumps(previewed(able, site, body), default=dict, option=orjson.OPT_INDENT_2).decode())


def read_policy(file: BinaryIO) -> Policy:
    """Read a policy as `PUT /v1/policy` takes it, with its thresholds; raises BadInput saying what is wrong."""
    body = _read_body(file)
    if body.thresholds is None:
        raise BadInput("The policy is wrong: thresholds should be given; a budget alone says nothing without a site.")
    return body.to_value()


def _read_body(file: BinaryIO) -> "PolicyBody":
    from service.api.policy_bodies import PolicyBody

    return _read(PolicyBody, file)


def _read(kind: type[B], file: BinaryIO) -> B:
    try:
        fields = orjson.loads(file.read())
        kept = {name: value for name, value in fields.items() if name not in SHOWN_ALONE}
        return kind.model_validate_json(orjson.dumps(kept))
    except ValidationError as error:
        raise BadInput(f"The policy is wrong: {in_words(error)}") from error
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise BadInput("The policy is no JSON object.") from error
