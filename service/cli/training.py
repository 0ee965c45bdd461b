"""`parley train` and `parley evaluate`: make a model from public data sets, and measure one."""

from pathlib import Path
from types import ModuleType

import click

from models.classifier import Classifier
from service.cli.desk import read_settings
from service.errors import SetupError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
RECIPE = Path(__file__).parents[2] / "models" / "recipe.toml"


@click.command()
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=RECIPE, help="Recipe.")
def train(sources: Path, out: Path, recipe: Path) -> None:
    """Make a model.

    From the data sets in the folder SOURCES, written to the folder OUT.
    """
    training = _extra("training")
    training.train(recipe, sources, out, lambda line: click.echo(line, err=True))


@click.command()
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--model", type=FOLDER, help="Folder of the model; the one in use when left out.")
def evaluate(sources: Path, out: Path, model: Path | None) -> None:
    """Measure a model.

    On the held-out comments of the data sets in SOURCES; the report goes to the folder OUT.
    """
    evaluation = _extra("evaluation")
    evaluation.evaluate(Classifier.load(read_settings(model=model).model), sources, out)


def _extra(name: str) -> ModuleType:
    """Import a module of models that needs the packages of the extra `train`; raises SetupError when they lack."""
    from importlib import import_module

    try:
        return import_module(f"models.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("models"):
            raise
        raise SetupError(
            f"This needs the package {error.name}, which is not installed: pip install 'parley[train]'"
        ) from error
