"""Where a command's errors become one line for the person who typed it."""

from collections.abc import Callable
from typing import Any

import click
from pydantic import ValidationError

from models.errors import ModelError
from service.errors import InvalidBody, ParleyError


class Commands(click.Group):
    """A group whose commands end with exit code 1 and one line, not a traceback, when they cannot go on."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InvalidBody as error:
            problems = "; ".join(f"{entry['field']}: {entry['problem']}" for entry in error.errors)
            raise click.ClickException(problems or error.detail) from error
        except ParleyError as error:
            raise click.ClickException(error.detail) from error
        except ModelError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Keep the order of their importance."""
        return list(self.commands)


def in_words(error: ValidationError, named: Callable[[str], str] = str) -> str:
    """Say in one line what pydantic found wrong; never what was given, for it may be a secret or a comment."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(
        _one(named(".".join(map(str, entry["loc"]))), entry["msg"].removeprefix("Value error, ")) for entry in found
    )


def _one(place: str, problem: str) -> str:
    return f"{place}: {problem}" if place else problem
