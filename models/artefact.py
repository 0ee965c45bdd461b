"""Keep a model as a folder of plain files under a card that names each file's hash; reading one can execute nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.calibration import KNOTS
from models.convolution import WIDTH, Filters
from models.errors import ModelDamaged, ModelMissing, ModelTooNew
from models.ngrams import BUCKETS
from models.vocabulary import Vocabulary

FORMAT = 2
CARD = "card.json"
WEIGHTS, HEADS, WORDS, TABLE, FILTERS = "weights.npy", "heads.npy", "words.npy", "table.npy", "filters.npy"
VOCABULARY, SIGNS, COUNTS = "vocabulary.json", "signs.json", "counts.npy"
FILES = (WEIGHTS, HEADS, WORDS, TABLE, FILTERS, VOCABULARY, SIGNS, COUNTS)
_FIRST_FORMAT_FILES = FILES[:-1]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A model's content: `weights` (buckets × heads, int8), per head `scale`, `bias`, `curves`; word order; names.

    `counts` says how many texts of the training had each bucket (`models.counts`); None in a folder of format 1.
    """

    version: str
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    curves: NDArray[np.float32]
    filters: Filters
    vocabulary: Vocabulary
    signs: Mapping[str, float]
    card: Mapping[str, Any]
    counts: NDArray[np.uint8] | None = None


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card; raise ModelMissing, ModelDamaged or ModelTooNew."""
    path = folder / CARD
    if not path.is_file():
        raise ModelMissing(f"{folder} holds no model: there is no {CARD}")
    try:
        card = json.loads(path.read_bytes())
        newest = int(card["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"{path} is not a model card: {error}") from error
    if newest > FORMAT:
        raise ModelTooNew(f"{folder} has format {newest}; this version reads up to {FORMAT}")
    return dict(card)


def read(folder: Path) -> Artefact:
    """Return the model in `folder`, its table memory-mapped; raise a ModelError that says what is wrong."""
    card = read_card(folder)
    if tuple(card.get("attributes", ())) != ATTRIBUTES:
        raise ModelDamaged(f"{folder} scores {card.get('attributes')}, not {', '.join(ATTRIBUTES)}")
    _verify(folder, card)
    heads = _read_array(folder / HEADS, (len(ATTRIBUTES), KNOTS + 2), np.float32)
    words = _read_json(folder / VOCABULARY)
    return Artefact(
        str(card["version"]),
        _read_array(folder / WEIGHTS, (BUCKETS, len(ATTRIBUTES)), np.int8, mapped=True),
        heads[:, 0].copy(),
        heads[:, 1].copy(),
        heads[:, 2:].copy(),
        _read_filters(folder),
        Vocabulary(frozenset(words["words"]), words["slips"]),
        _read_json(folder / SIGNS),
        card,
        _read_array(folder / COUNTS, (BUCKETS,), np.uint8, mapped=True) if COUNTS in files_of(card) else None,
    )


def files_of(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files that a folder of the card's format holds."""
    return FILES if int(card["format"]) > 1 else _FIRST_FORMAT_FILES


def _read_filters(folder: Path) -> Filters:
    packed = _read_array(folder / FILTERS, (len(ATTRIBUTES) + 2, None), np.float32)
    table = _read_array(folder / TABLE, (None, WIDTH * packed.shape[1]), np.int8, mapped=True)
    ids = _read_array(folder / WORDS, (BUCKETS,), np.uint16, mapped=True)
    if ids.max(initial=0) >= len(table):
        raise ModelDamaged(f"{folder / WORDS} names words that {TABLE} does not hold")
    return Filters(ids, table, packed[0].copy(), packed[1].copy(), packed[2:].T.copy())


def _verify(folder: Path, card: Mapping[str, Any]) -> None:
    hashes = card.get("files", {})
    for name in files_of(card):
        path = folder / name
        if not path.is_file():
            raise ModelMissing(f"{folder}: the file {name} is missing")
        if file_hash(path) != hashes.get(name):
            raise ModelDamaged(f"{path} is not the file that the card names: its SHA-256 differs")


def _read_array(path: Path, shape: tuple[int | None, ...], kind: type, *, mapped: bool = False) -> NDArray[Any]:
    try:
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except (ValueError, OSError) as error:
        raise ModelDamaged(f"{path} is not a NumPy array: {error}") from error
    fits = len(array.shape) == len(shape) and all(
        want in (None, got) for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype != kind:
        raise ModelDamaged(f"{path} holds {array.shape} {array.dtype}, not {shape} {np.dtype(kind)}")
    return np.asarray(array)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise ModelDamaged(f"{path} is not JSON: {error}") from error


def write(artefact: Artefact, folder: Path) -> None:
    """Write the model to `folder`, the card last, with the hash of every file in it."""
    folder.mkdir(parents=True, exist_ok=True)
    heads = np.column_stack([artefact.scale, artefact.bias, artefact.curves]).astype(np.float32)
    np.save(folder / WEIGHTS, np.ascontiguousarray(artefact.weights), allow_pickle=False)
    np.save(folder / HEADS, heads, allow_pickle=False)
    filters = artefact.filters
    np.save(folder / WORDS, filters.ids, allow_pickle=False)
    np.save(folder / TABLE, np.ascontiguousarray(filters.table), allow_pickle=False)
    packed = np.vstack([filters.scale, filters.offset, filters.out.T]).astype(np.float32)
    np.save(folder / FILTERS, packed, allow_pickle=False)
    words = {"words": sorted(artefact.vocabulary.words), "slips": dict(sorted(artefact.vocabulary.slips.items()))}
    _write_json(folder / VOCABULARY, words)
    _write_json(folder / SIGNS, dict(artefact.signs))
    if artefact.counts is not None:
        np.save(folder / COUNTS, artefact.counts, allow_pickle=False)
    write_card(artefact.version, artefact.card, folder)


def write_card(version: str, card: Mapping[str, Any], folder: Path) -> None:
    """Write the card for the files that lie in `folder`."""
    fixed = {"format": FORMAT if (folder / COUNTS).exists() else 1, "version": version, "attributes": list(ATTRIBUTES)}
    hashes = {name: file_hash(folder / name) for name in files_of(fixed)}
    _write_json(folder / CARD, {**card, **fixed, "files": hashes})


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
