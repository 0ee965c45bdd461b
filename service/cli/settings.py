"""`parley settings` and `parley version`: what can be set, and what this is."""

from collections.abc import Iterator
from pathlib import Path

import click
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from service.cli.printing import show
from service.settings import Settings
from service.version import VERSION

ROOT = Path(__file__).parents[2]
COLUMNS = ("setting", "default", "meaning")


@click.command()
@click.option("--markdown", is_flag=True, help="As a Markdown table.")
def settings(markdown: bool) -> None:
    """List every setting.

    Each is read from the environment.
    """
    if markdown:
        click.echo(as_markdown())
    else:
        show(COLUMNS, rows())


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"parley {VERSION}")


def rows() -> Iterator[tuple[str, str, str]]:
    """Give name in the environment, default and meaning of every setting."""
    for name, field in Settings.model_fields.items():
        yield _environment(name, field), _default(field), field.description or ""


def as_markdown() -> str:
    """Write the settings as the table of the README."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, default, meaning in rows():
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def _environment(name: str, field: FieldInfo) -> str:
    return "REDIS_URL" if field.validation_alias else f"PARLEY_{name.upper()}"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, Path) and value.is_relative_to(ROOT):
        return str(value.relative_to(ROOT))
    return str(value)
