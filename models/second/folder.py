"""Keep the second model as plain files under a card that names each one's hash; what is read is what was hashed."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.calibration import KNOTS
from models.errors import ModelDamaged, ModelMissing, ModelTooNew
from models.second.blend import Blend

FORMAT = 1
CARD, NETWORK, TOKENS, HEADS = "card.json", "model.onnx", "tokenizer.json", "heads.npy"
FILES = (NETWORK, TOKENS, HEADS)


@dataclass(frozen=True, slots=True)
class Files:
    """What a folder holds, checked: the network and the tokeniser as bytes, the blend, the card."""

    network: bytes
    tokens: bytes
    blend: Blend
    card: Mapping[str, Any]


def read(folder: Path) -> Files:
    """Return the content of `folder`; raise ModelMissing, ModelDamaged or ModelTooNew, which say what is wrong."""
    card = _read_card(folder)
    found = {name: _read_file(folder / name, card["files"].get(name)) for name in FILES}
    try:
        table = np.load(io.BytesIO(found[HEADS]), allow_pickle=False)
    except ValueError as error:
        raise ModelDamaged(f"{folder / HEADS} is not a NumPy array: {error}") from error
    if table.shape != (len(card["heads"]), 2 + KNOTS):
        raise ModelDamaged(f"{folder / HEADS} holds {table.shape}, not {len(card['heads'])} heads of {2 + KNOTS}")
    return Files(found[NETWORK], found[TOKENS], Blend.unpack(table), card)


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write the card for the files that lie in `folder`."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    content = {**card, "format": FORMAT, "files": hashes}
    (folder / CARD).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    if not path.is_file():
        raise ModelMissing(f"{folder} holds no second model: there is no {CARD}")
    try:
        card = dict(json.loads(path.read_bytes()))
        newest, _ = int(card["format"]), (card["version"], card["heads"], card["files"], card["max_tokens"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"{path} is not the card of a second model: {error}") from error
    if newest > FORMAT:
        raise ModelTooNew(f"{folder} has format {newest}; this version reads up to {FORMAT}")
    return card


def _read_file(path: Path, expected: str | None) -> bytes:
    if not path.is_file():
        raise ModelMissing(f"{path.parent}: the file {path.name} is missing")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelDamaged(f"{path} is not the file that the card names: its SHA-256 differs")
    return content
