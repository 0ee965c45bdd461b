"""A model is data: its card names its files, and whatever does not fit is refused with a reason."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models import artefact
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.corpus import read_recipe
from models.errors import ModelDamaged, ModelMissing, ModelTooNew


@pytest.fixture
def copy(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "model"))


def change_card(folder: Path, **changes: object) -> None:
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | changes))


def test_the_card_names_every_file_by_its_hash(base: Path) -> None:
    card = artefact.read_card(base)
    assert card["files"] == {name: artefact.file_hash(base / name) for name in artefact.FILES}
    assert card["attributes"] == list(ATTRIBUTES)


def test_the_shipped_model_is_the_committed_recipe(base: Path) -> None:
    recipe = read_recipe(base.parent / "recipe.toml")
    card = artefact.read_card(base)
    assert (card["recipe"], card["version"]) == (recipe["sha256"], recipe["version"])
    assert [source["name"] for source in card["trained_on"]] == [source["name"] for source in recipe["source"]]


def test_the_card_names_a_licence_and_a_hash_for_every_source(base: Path) -> None:
    for source in artefact.read_card(base)["trained_on"]:
        assert source["licence"]
        assert len(source["sha256"]) == 64


def test_thresholds_are_given_for_every_attribute(base: Path) -> None:
    thresholds = artefact.read_card(base)["thresholds"]
    assert list(thresholds) == list(ATTRIBUTES)
    assert all(0 <= chosen["review"] <= chosen["reject"] <= 1 for chosen in thresholds.values())


def test_the_folder_stays_small(base: Path) -> None:
    assert sum(path.stat().st_size for path in base.iterdir()) < 20 * 2**20


def test_a_changed_file_is_refused(copy: Path) -> None:
    with (copy / artefact.SIGNS).open("a") as file:
        file.write(" ")
    with pytest.raises(ModelDamaged, match=r"signs\.json is not the file that the card names"):
        Classifier.load(copy)


@pytest.mark.parametrize("name", artefact.FILES)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelMissing, match=f"the file {name} is missing"):
        Classifier.load(copy)


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"there is no card\.json"):
        Classifier.load(tmp_path)


def test_a_newer_format_is_refused(copy: Path) -> None:
    change_card(copy, format=artefact.FORMAT + 1)
    with pytest.raises(
        ModelTooNew, match=f"has format {artefact.FORMAT + 1}; this version reads up to {artefact.FORMAT}"
    ):
        Classifier.load(copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', "\x00"])
def test_a_card_that_is_none_is_refused(copy: Path, text: str) -> None:
    (copy / "card.json").write_text(text)
    with pytest.raises(ModelDamaged, match="is not a model card"):
        Classifier.load(copy)


def test_a_model_of_other_attributes_is_refused(copy: Path) -> None:
    change_card(copy, attributes=["spam"])
    with pytest.raises(ModelDamaged, match="scores"):
        Classifier.load(copy)


def test_a_pickle_inside_an_array_is_never_opened(copy: Path) -> None:
    np.save(copy / artefact.HEADS, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    change_card(copy, files={name: artefact.file_hash(copy / name) for name in artefact.FILES})
    with pytest.raises(ModelDamaged, match=r"heads\.npy is not a NumPy array"):
        Classifier.load(copy)


def test_an_array_of_another_shape_is_refused(copy: Path) -> None:
    np.save(copy / artefact.HEADS, np.zeros((2, 2), np.float32))
    change_card(copy, files={name: artefact.file_hash(copy / name) for name in artefact.FILES})
    with pytest.raises(ModelDamaged, match=r"heads\.npy holds \(2, 2\) float32"):
        Classifier.load(copy)


def test_what_is_written_is_read_back(base: Path, tmp_path: Path) -> None:
    model = artefact.read(base)
    artefact.write(model, tmp_path / "again")
    assert artefact.read_card(tmp_path / "again")["files"] == artefact.read_card(base)["files"]
