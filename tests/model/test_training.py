"""Training on tiny data sets: repeatable to the byte, honest about what is missing."""

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import models
from models import artefact
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.corpus import read_corpus, read_recipe
from models.errors import RecipeError, SourceMissing
from models.training import train

RECIPE = Path(models.__file__).with_name("recipe.toml")
KIND = ["the bus to the town leaves at {}", "I read page {} with interest", "thank you for map number {}"]
RUDE = ["you are a fool number {}", "shut up you stupid liar {}", "what a stupid fool you are {}"]
SPAM = ["buy cheap pills number {} now", "win money fast with offer {}", "cheap loans and pills {}"]
SMALL = """
version = "small"
seed = 1
rare = 2
max_steps = 3
style_heads = []
[penalty]
{penalty}
[calibrate_on]
{calibrate}
[thresholds]
{thresholds}
[signs]
link = 1.0
[own_sentences]
neutral = 0.1
polite = 0.1
contrast = 0.1
[vocabulary]
sources = ["tiny"]
log_ratio = 1.0
seen = 3
[network]
heads = {heads}
words = 100
seen = 2
[network.shape]
dimensions = 4
filters = 4
epochs = 1
batch = 32
rate = 0.01
word_rate = 5.0
dropout = 0.1
word_dropout = 0.1
max_words = 20
[[source]]
name = "tiny"
file = "tiny.parquet"
licence = "own"
found = "here"
[source.labels]
spam = {{ column = "spam" }}
{labels}
"""


def small_recipe(folder: Path) -> Path:
    heads = [name for name in ATTRIBUTES if name != "spam"]
    labels = "\n".join(f'{name} = {{ column = "rude" }}' for name in heads)
    calibrate = "\n".join(f'{name} = ["tiny"]' for name in ATTRIBUTES)
    penalty = "\n".join(f"{name} = 0.1" for name in ATTRIBUTES)
    thresholds = "\n".join(f"{name} = {{ precision = 0.9, miss = 0.1 }}" for name in ATTRIBUTES)
    text = SMALL.format(heads=heads, labels=labels, calibrate=calibrate, penalty=penalty, thresholds=thresholds)
    path = folder / "recipe.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rows = [(frame.format(at), frame in RUDE, frame in SPAM) for at in range(60) for frame in (*KIND, *RUDE, *SPAM)]
    texts, rude, spam = zip(*rows, strict=True)
    parquet.write_table(pa.table({"text": texts, "rude": rude, "spam": spam}), folder / "tiny.parquet")
    return folder


def test_the_same_recipe_and_data_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    lines: list[str] = []
    train(recipe, folder, tmp_path / "one", lines.append)
    train(recipe, folder, tmp_path / "two")
    assert artefact.read_card(tmp_path / "one") == artefact.read_card(tmp_path / "two")
    assert lines[0] == "reading the data sets"
    model = Classifier.load(tmp_path / "one")
    rude, kind = model.score(["you stupid fool", "thank you for the map"]).values[:, ATTRIBUTES.index("toxicity")]
    assert rude > kind


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"tiny: no file tiny\.parquet"):
        train(small_recipe(tmp_path), tmp_path, tmp_path / "out")


def test_an_unknown_attribute_in_the_recipe_is_named(folder: Path) -> None:
    source = {"name": "tiny", "file": "tiny.parquet", "labels": {"beauty": {"constant": 0}}}
    with pytest.raises(RecipeError, match="tiny: beauty is not one of"):
        read_corpus({"source": [source]}, folder)


def test_a_broken_recipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("= nonsense")
    with pytest.raises(RecipeError, match="cannot read the recipe"):
        read_recipe(tmp_path / "recipe.toml")


def test_held_out_rows_of_a_campaign_stay_together(folder: Path) -> None:
    table = parquet.read_table(folder / "tiny.parquet")
    groups = pa.array([f"group {at % 30}" for at in range(table.num_rows)])
    parquet.write_table(table.append_column("campaign", groups), folder / "grouped.parquet")
    source = {"name": "tiny", "file": "grouped.parquet", "group": "campaign", "labels": {"spam": {"column": "spam"}}}
    corpus = read_corpus({"source": [source]}, folder)
    held = {group for group, out in zip(groups.to_pylist(), corpus.held_out, strict=True) if out}
    kept = {group for group, out in zip(groups.to_pylist(), corpus.held_out, strict=True) if not out}
    assert held
    assert not held & kept


def test_the_recipe_never_trains_on_what_it_checks_with() -> None:
    recipe = tomllib.loads(RECIPE.read_text())
    assert all(source["file"].startswith("train/") for source in recipe["source"])
    assert all(check["file"].startswith("dev/") for check in recipe["check"])
    assert not np.intersect1d([s["file"] for s in recipe["source"]], [c["file"] for c in recipe["check"]]).size
