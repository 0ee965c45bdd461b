"""`parley train` and `parley evaluate`: make the models from public data sets, and measure them."""

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

import click

from models.classifier import Classifier
from models.second.opinion import SecondOpinion
from service.cli.desk import read_settings
from service.errors import SetupError
from service.moderation.policy import DEFAULT_POLICY
from service.moderation.second.trial import tried

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
CARDS = ("CARD.md", "DATA.md")
MODELS = Path(__file__).parents[2] / "models"


@click.group()
def train() -> None:
    """Make a model that ships."""


@train.command("base")
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--recipe", type=FILE, default=MODELS / "recipe.toml", help="Recipe.")
def train_base(sources: Path, out: Path, recipe: Path) -> None:
    """Make the model that scores every comment.

    From the data sets in the folder SOURCES, written to the folder OUT.
    """
    training = _extra("training", "train")
    training.train(recipe, sources, out, _tell)


@train.command("second")
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--recipe", type=FILE, default=MODELS / "second" / "recipe.toml", help="Recipe.")
@click.option("--model", type=FOLDER, help="Folder of the base it is to stand beside; the one in use when left out.")
def train_second(sources: Path, out: Path, recipe: Path, model: Path | None) -> None:
    """Make the model that reads sentences, for a second opinion.

    From the data sets in the folder SOURCES, written to the folder OUT; takes half an hour or more. What was
    interrupted goes on from the checkpoint in OUT.
    """
    first = Classifier.load(read_settings(model=model).model)
    _extra("second.training", "train,second,second-opinion")
    _extra("second.making", "train,second,second-opinion").make(recipe, sources, out, first, _tell)


@click.group()
def evaluate() -> None:
    """Measure a model that ships."""


@evaluate.command("base")
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--model", type=FOLDER, help="Folder of the model; the one in use when left out.")
@click.option("--scene", type=FILE, help="TOML file of comments with what is expected of them.")
@click.option("--renew", is_flag=True, help="Write CARD.md and DATA.md into the model's folder as well.")
def evaluate_base(sources: Path, out: Path, model: Path | None, scene: Path | None, renew: bool) -> None:
    """Measure the model that scores every comment.

    On the held-out comments of the data sets in SOURCES; the report and the card go to the folder OUT.
    """
    folder = read_settings(model=model).model
    _extra("evaluation", "train").evaluate(Classifier.load(folder), sources, out, scene_path=scene)
    for name in CARDS if renew else ():
        shutil.copyfile(out / name, folder / name)


@evaluate.command("second")
@click.argument("sources", type=FOLDER)
@click.argument("out", type=NEW_FOLDER)
@click.option("--model", type=FOLDER, help="Folder of the second model; the one in use when left out.")
@click.option("--scene", type=FILE, help="TOML file of comments with what is expected of them.")
@click.option("--renew", is_flag=True, help="Write CARD.md and DATA.md into the model's folder as well.")
def evaluate_second(sources: Path, out: Path, model: Path | None, scene: Path | None, renew: bool) -> None:
    """Measure the model that reads sentences.

    Beside the base and with it, and both on the road at the built-in policy, on comments that neither learned from.
    """
    evaluation = _extra("second.evaluation", "train,second-opinion")
    settings = read_settings()
    folder = model or settings.second_model
    first = Classifier.load(settings.model)
    opinion = SecondOpinion.load(folder, first.normalise)
    roads = evaluation.Roads(partial(_verdicts, first, None), partial(_verdicts, first, opinion))
    evaluation.evaluate(opinion, first, roads, sources, out, scene)
    for name in CARDS if renew else ():
        shutil.copyfile(out / name, folder / name)


def _verdicts(first: Classifier, opinion: SecondOpinion | None, texts: Sequence[str]) -> list[tuple[str, bool]]:
    found = tried(first, opinion, DEFAULT_POLICY, texts)
    return [(one.verdict.value, one.second is not None) for one in found]


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _extra(name: str, extras: str) -> ModuleType:
    """Import a module of models that needs the packages of `extras`; raises SetupError when they lack."""
    from importlib import import_module

    try:
        return import_module(f"models.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("models"):
            raise
        raise SetupError(
            f"This needs the package {error.name}, which is not installed: pip install 'parley[{extras}]'"
        ) from error
