"""Make the second model: train, write, listen to it as it is served, and put it together with the first."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from models.attributes import ATTRIBUTES
from models.calibration import GRID
from models.classifier import Classifier
from models.corpus import Corpus, read_corpus, read_recipe
from models.environment import environment
from models.provenance import provenance
from models.second import fitting, folder
from models.second.blend import Blend
from models.second.opinion import SecondOpinion

FIRST_RECIPE = Path(__file__).parents[1] / "recipe.toml"

Progress = Callable[[str], None]


def make(
    recipe_path: Path, data_dir: Path, out_dir: Path, first: Classifier, progress: Progress = lambda _: None
) -> None:
    """Fit the network of the recipe on `data_dir` and write all that is served to `out_dir`.

    Raises RecipeError, SourceMissing. What was interrupted goes on from the checkpoint in `out_dir`.
    """
    from models.second import export, training
    from models.second.network import folder_of

    recipe = read_recipe(recipe_path)
    network = training.train(recipe_path, data_dir, out_dir, first.normalise.vocabulary, progress)
    progress("writing the network with eight-bit weights")
    export.export(network, out_dir / folder.NETWORK)
    tokens = folder_of(recipe["encoder"]["package"]) / folder.TOKENS
    shutil.copyfile(tokens, out_dir / folder.TOKENS)
    combine(recipe_path, data_dir, out_dir, first, progress)


def combine(
    recipe_path: Path, data_dir: Path, out_dir: Path, first: Classifier, progress: Progress = lambda _: None
) -> None:
    """Put the network in `out_dir` together with the `first` model, and write the card."""
    recipe = read_recipe(recipe_path)
    heads = recipe["heads"]
    columns = [ATTRIBUTES.index(head) for head in heads]
    card = {"version": recipe["version"], "heads": heads, "max_tokens": recipe["served"]["max_tokens"]}
    _write(out_dir, unweighed(len(heads)), card)
    checks = read_checks(data_dir, heads)
    progress(f"listening to {len(checks.texts):,} comments that nobody learned from")
    logits = SecondOpinion.load(out_dir, first.normalise).hear(checks.texts).logits
    chances = first.score(checks.texts).values[:, columns]
    known = np.flatnonzero(~np.isnan(logits[:, 0]))
    rows = checks.part(known), chances[known], logits[known]
    blend, found = fitting.fit(heads, *rows, recipe["blend"]["calibrate_on"], recipe["seed"])
    facts = {
        "beside": first.version,
        "blend": found,
        "recipe": recipe["sha256"],
        "trained_on": provenance(recipe, read_corpus(recipe, data_dir), data_dir),
        "environment": environment(),
    }
    _write(out_dir, blend, {**card, **facts})


def read_checks(data_dir: Path, heads: Sequence[str]) -> Corpus:
    """Return the rows on which the first model is measured too, as far as they tell anything of `heads`."""
    recipe = read_recipe(FIRST_RECIPE)
    checks = [check for check in recipe["check"] if not set(heads).isdisjoint(check["labels"])]
    return read_corpus({**recipe, "source": checks}, data_dir)


def unweighed(heads: int) -> Blend:
    """Return the blend before anything is known: both count alike, and no curve bends."""
    ones = np.ones(heads, np.float32)
    return Blend(ones, ones, np.tile(1 / (1 + np.exp(-GRID)), (heads, 1)).astype(np.float32))


def _write(out_dir: Path, blend: Blend, card: dict[str, object]) -> None:
    np.save(out_dir / folder.HEADS, blend.packed(), allow_pickle=False)
    folder.write_card(out_dir, card)
