"""`parley train` and `parley evaluate`: make a model from public data sets, and measure one."""

import shutil
from pathlib import Path
from types import ModuleType

import click

from models.classifier import Classifier
from service.cli.desk import read_settings
from service.errors import SetupError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
CARDS = ("CARD.md", "DATA.md")
RECIPE = Path(__file__).parents[2] / "models" / "recipe.toml"


@click.command()
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--recipe", type=FILE, default=RECIPE, help="Recipe.")
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
@click.option("--scene", type=FILE, help="TOML file of comments with what is expected of them.")
@click.option("--renew", is_flag=True, help="Write CARD.md and DATA.md into the model's folder as well.")
def evaluate(sources: Path, out: Path, model: Path | None, scene: Path | None, renew: bool) -> None:
    """Measure a model.

    On the held-out comments of the data sets in SOURCES; the report and the card go to the folder OUT.
    """
    folder = read_settings(model=model).model
    _extra("evaluation").evaluate(Classifier.load(folder), sources, out, scene_path=scene)
    for name in CARDS if renew else ():
        shutil.copyfile(out / name, folder / name)


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
