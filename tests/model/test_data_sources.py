"""docs/data.md names every data set of the recipe, so that anyone can train the model again."""

import tomllib
from pathlib import Path

import pytest

import models

RECIPE = tomllib.loads(Path(models.__file__).with_name("recipe.toml").read_text())
LINES = (Path(models.__file__).parents[1] / "docs" / "data.md").read_text().splitlines()


def line_of(source: dict[str, str]) -> str:
    [line] = [line for line in LINES if line.startswith(f"| `{Path(source['file']).name}`")]
    return line


@pytest.mark.parametrize("source", RECIPE["source"], ids=lambda source: source["name"])
def test_a_source_is_documented_with_its_place_and_licence(source: dict[str, str]) -> None:
    _, _, _, where, licence, columns, _ = line_of(source).split("|")
    assert where.strip().startswith(source["found"])
    assert licence.strip() == source["licence"]
    assert all(
        f"`{rule['column'].split('_')[0]}" in columns for rule in source["labels"].values() if "column" in rule
    ), columns


@pytest.mark.parametrize("check", RECIPE["check"], ids=lambda check: check["name"])
def test_a_check_is_documented(check: dict[str, str]) -> None:
    assert line_of(check)
