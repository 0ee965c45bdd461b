"""Read the data sets that a recipe names into one table of texts, labels and weights."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.errors import RecipeError, SourceMissing

Recipe = Mapping[str, Any]
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with, per attribute, a label in [0, 1] (NaN: unknown) and a weight; `held_out` rows are never fitted."""

    texts: Sequence[str]
    authors: Sequence[tuple[str | None, str | None]]
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]
    sources: NDArray[np.int16]
    held_out: NDArray[np.bool_]
    names: Sequence[str]

    def extended(self, name: str, texts: Sequence[str], labels: NDArray[np.float32], weight: float) -> "Corpus":
        """Return the corpus with more rows, always fitted; `labels` (NaN: unknown) are those of all, or of each."""
        size = len(texts)
        return Corpus(
            [*self.texts, *texts],
            [*self.authors, *[(None, None)] * size],
            np.vstack([self.labels, np.broadcast_to(labels, (size, self.labels.shape[1]))]).astype(np.float32),
            np.vstack([self.weights, np.full((size, self.labels.shape[1]), weight, np.float32)]),
            np.append(self.sources, np.full(size, len(self.names), np.int16)),
            np.append(self.held_out, np.zeros(size, np.bool_)),
            [*self.names, name],
        )

    def part(self, which: NDArray[np.intp]) -> "Corpus":
        """Return some of the rows."""
        chosen = which.tolist()
        tables = (self.labels[which], self.weights[which], self.sources[which], self.held_out[which])
        return Corpus([self.texts[at] for at in chosen], [self.authors[at] for at in chosen], *tables, self.names)

    def source_is(self, *names: str) -> NDArray[np.bool_]:
        """Tell for each row whether it comes from one of `names`."""
        return np.isin(self.sources, [self.names.index(name) for name in names])


def read_recipe(path: Path) -> Recipe:
    """Return the recipe, with `sha256` of its file beside what it says."""
    try:
        content = path.read_bytes()
        return {**tomllib.loads(content.decode()), "sha256": hashlib.sha256(content).hexdigest()}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"cannot read the recipe {path}: {error}") from error


def read_corpus(recipe: Recipe, folder: Path) -> Corpus:
    """Return all rows of the recipe's sources under `folder`, without repeated texts within a source."""
    parts = [_read_source(source, folder, recipe.get("lexicon", {})) for source in recipe["source"]]
    names = [source["name"] for source in recipe["source"]]
    sizes = [len(part["texts"]) for part in parts]
    return Corpus(
        [text for part in parts for text in part["texts"]],
        [author for part in parts for author in part["authors"]],
        np.concatenate([part["labels"] for part in parts]),
        np.concatenate([part["weights"] for part in parts]),
        np.repeat(np.arange(len(parts), dtype=np.int16), sizes),
        np.concatenate([part["held_out"] for part in parts]),
        names,
    )


def source_path(source: Recipe, folder: Path) -> Path:
    """Return where the data set lies; raise SourceMissing if it does not."""
    path: Path = folder / source["file"]
    if not path.is_file():
        raise SourceMissing(
            f"{source['name']}: no file {source['file']} in {folder}; docs/data.md says where to get it"
        )
    return path


def _read_source(source: Recipe, folder: Path, lexicons: Recipe) -> dict[str, Any]:
    table = parquet.read_table(source_path(source, folder)).to_pydict()
    keep = _rows_kept(source, table)
    columns = {name: [values[at] for at in keep] for name, values in table.items()}
    texts = columns["text"]
    labels, weights = _label_columns(source, columns, lexicons)
    groups = columns[source["group"]] if "group" in source else texts
    nothing = [None] * len(texts)
    return {
        "texts": texts,
        "authors": list(zip(columns.get("author", nothing), columns.get("author_url", nothing), strict=True)),
        "labels": labels,
        "weights": weights,
        "held_out": np.array([is_held_out(f"{group}") for group in groups], np.bool_),
    }


def _rows_kept(source: Recipe, table: Mapping[str, Sequence[Any]]) -> list[int]:
    wanted = source.get("where", {})
    first: dict[str, int] = {}
    for at, text in enumerate(table["text"]):
        if text and all(table[column][at] in values for column, values in wanted.items()):
            first.setdefault(text, at)
    return list(first.values())


def is_held_out(group: str, parts: int = 10) -> bool:
    """Tell whether rows of `group` (a campaign, else the text) belong to the held-out tenth."""
    digest = hashlib.sha256(group.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big") % parts == 0


def _label_columns(
    source: Recipe, columns: Mapping[str, Sequence[Any]], lexicons: Recipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    size = len(columns["text"])
    labels = np.full((size, len(ATTRIBUTES)), np.nan, np.float32)
    weights = np.zeros((size, len(ATTRIBUTES)), np.float32)
    for attribute, rule in source["labels"].items():
        if attribute not in ATTRIBUTES:
            raise RecipeError(f"{source['name']}: {attribute} is not one of {', '.join(ATTRIBUTES)}")
        column = ATTRIBUTES.index(attribute)
        labels[:, column] = _labels(rule, columns, lexicons)
        trust = rule.get("weight", 1.0)
        weights[:, column] = np.where(labels[:, column] >= 0.5, trust, rule.get("negative_weight", trust))
    return labels, weights


def _labels(rule: Recipe, columns: Mapping[str, Sequence[Any]], lexicons: Recipe) -> list[float]:
    if "constant" in rule:
        return [float(rule["constant"])] * len(columns["text"])
    if "lexicon" in rule:
        words = lexicons[rule["lexicon"]]
        strong, weak = set(words["strong"].split()), set(words["weak"].split())
        return [_lexicon_label(text, strong, weak) for text in columns["text"]]
    values = columns[rule["column"]]
    if "positive" in rule:
        return [_listed(value, rule["positive"], rule.get("negative")) for value in values]
    return [float("nan") if value is None else float(value) for value in values]


def _listed(value: Any, positive: Sequence[Any], negative: Sequence[Any] | None) -> float:
    """Return 1 for a positive value; 0 for a negative one, which are all others where none is named; else NaN."""
    if value in positive:
        return 1.0
    return 0.0 if negative is None or value in negative else float("nan")


def _lexicon_label(text: str, strong: set[str], weak: set[str]) -> float:
    words = set(_WORD.findall(text.lower()))
    return float(bool(words & strong) or len(words & weak) > 1)
