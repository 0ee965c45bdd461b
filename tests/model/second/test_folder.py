"""The second model is data under a card: what does not fit is refused, and the message says what is wrong."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.corpus import read_recipe
from models.errors import ModelDamaged, ModelMissing, ModelTooNew
from models.second import folder

MOST_BYTES = 25_000_000  # what a clone of the repository has to carry for it


@pytest.fixture
def copy(second: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(second, tmp_path / "model"))


def change_card(path: Path, **changes: object) -> None:
    card = json.loads((path / folder.CARD).read_text())
    (path / folder.CARD).write_text(json.dumps(card | changes))


def test_the_shipped_model_is_the_committed_recipe(second: Path) -> None:
    recipe, card = read_recipe(second.parent / "recipe.toml"), folder.read(second).card
    assert (card["recipe"], card["version"], card["heads"]) == (recipe["sha256"], recipe["version"], recipe["heads"])
    assert [source["name"] for source in card["trained_on"]] == [source["name"] for source in recipe["source"]]


def test_the_shipped_model_stands_beside_the_shipped_base(second: Path) -> None:
    base = json.loads((second.parents[1] / "base" / "card.json").read_text())
    assert folder.read(second).card["beside"] == base["version"]


def test_the_shipped_model_is_small(second: Path) -> None:
    assert sum((second / name).stat().st_size for name in folder.FILES) <= MOST_BYTES


@pytest.mark.parametrize("name", [*folder.FILES, folder.CARD])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelMissing, match=name.replace(".", r"\.")):
        folder.read(copy)


@pytest.mark.parametrize("name", folder.FILES)
def test_a_changed_file_is_refused(copy: Path, name: str) -> None:
    with (copy / name).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelDamaged, match="SHA-256 differs"):
        folder.read(copy)


def test_a_table_of_another_shape_is_refused(copy: Path) -> None:
    np.save(copy / folder.HEADS, np.zeros((2, 3), np.float32))
    folder.write_card(copy, json.loads((copy / folder.CARD).read_text()))
    with pytest.raises(ModelDamaged, match="holds"):
        folder.read(copy)


def test_a_pickle_is_never_opened(copy: Path) -> None:
    np.save(copy / folder.HEADS, np.array([{"a": 1}]), allow_pickle=True)
    folder.write_card(copy, json.loads((copy / folder.CARD).read_text()))
    with pytest.raises(ModelDamaged, match="not a NumPy array"):
        folder.read(copy)


def test_a_newer_format_is_told(copy: Path) -> None:
    change_card(copy, format=folder.FORMAT + 1)
    with pytest.raises(ModelTooNew, match=f"reads up to {folder.FORMAT}"):
        folder.read(copy)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 1}'])
def test_what_is_no_card_is_refused(copy: Path, content: str) -> None:
    (copy / folder.CARD).write_text(content)
    with pytest.raises(ModelDamaged, match="is not the card of a second model"):
        folder.read(copy)
