"""The desk a command works at: the settings, and the store, whether the service runs or not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from service.cli.rim import in_words
from service.errors import SetupError
from service.moderation.desk import Desk, NoScorer
from service.settings import Settings
from service.store.connect import connect
from service.store.embedded import borrowed

ACTOR = "command line"  # who acts, in the audit log

F = TypeVar("F", bound=Callable[..., Any])


def with_data(command: F) -> F:
    """Give a command the option `--data`."""
    option = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the embedded server's data.  [default: PARLEY_DATA, or ./data]",
    )
    return option(command)


def read_settings(**given: Any) -> Settings:
    """Read the settings; what is given and not None goes before the environment. Raises SetupError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SetupError(in_words(error, _variable)) from error


def _variable(field: str) -> str:
    name = field.upper()
    return name if name in ("", "REDIS_URL") else f"PARLEY_{name}"


@contextmanager
def opened(data: Path | None) -> Iterator[Desk]:
    """Give a desk at REDIS_URL, or at the embedded server of `data`, started for the block when it does not run."""
    settings = read_settings(data=data)
    with _address(settings) as url:
        store = connect(settings, url)
        try:
            yield Desk(store, NoScorer(), settings)
        finally:
            store.close()


def _address(settings: Settings) -> AbstractContextManager[str]:
    if settings.redis_url:
        return nullcontext(settings.redis_url.get_secret_value())
    return borrowed(settings)
