"""Keep what a site changes about the shipped model in one small file: per head some weights, a gain, a bias, a curve.

The file is a magic word, the length of a header in JSON, the header, and deflated parts, each named there with its
length and SHA-256. Weights are integers of one byte; where they would not fit into `MAX_BYTES` the smallest go. A site
may have heads on sentence embeddings: they come after the others, some hundred numbers each, kept as they are.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.attributes import ATTRIBUTES
from models.calibration import KNOTS
from models.errors import ModelDamaged, ModelTooNew
from models.ngrams import BUCKETS
from models.second.sentences import SentenceHead

FORMAT = 1
MAX_BYTES = 1_000_000
LEVELS = 127
MAGIC = b"PARLEYD\n"
MOST_DIMENSIONS = 4096
_HEADER_BYTES, _PART_BYTES = 1 << 18, 8 * BUCKETS
_CURVE_LEVELS = np.iinfo(np.uint16).max
_LENGTH = struct.Struct("<I")
_MANTISSA = 1 << 16
_SHRINK = 0.98

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeadDelta:
    """One head of a site: logit = `gain` · (the base's) + Σ `weights` of the text's distinct buckets / √n + `bias`.

    `chosen` is `adapted` or `own` (`gain` 0). `buckets` rise; `curve` holds the probability at each knot of the
    calibration's grid. Signs of spam, part of the base's logit, count `gain` + `signs` times.
    """

    chosen: str
    gain: float
    bias: float
    buckets: NDArray[np.uint32]
    weights: Floats
    curve: Floats
    signs: float = 0.0


@dataclass(frozen=True, slots=True)
class Delta:
    """What a site's model `version` changes about the model `base`; a head that is not in `heads` stays as it is.

    `sentences` are the site's heads on the second model's embedding, where it has any.
    """

    version: str
    base: str
    heads: Mapping[str, HeadDelta]
    card: Mapping[str, Any]
    sentences: Mapping[str, SentenceHead] = field(default_factory=dict)


def levels(weights: Floats) -> tuple[NDArray[np.int8], float]:
    """Return `weights` as whole steps, and the step; what was rounded so once comes back the same."""
    largest = float(np.abs(weights).max(initial=0.0))
    if largest == 0:
        return np.zeros(len(weights), np.int8), 1.0
    fraction, exponent = np.frexp(largest / LEVELS)
    step = float(np.ldexp(np.ceil(fraction * _MANTISSA) / _MANTISSA, exponent))
    return np.rint(weights.astype(np.float64) / step).astype(np.int8), step


def rounded(head: HeadDelta) -> HeadDelta:
    """Return the head as it comes back from its file: weights in whole steps, none of them zero."""
    steps, step = levels(head.weights)
    kept = steps != 0
    curve = np.rint(np.clip(head.curve, 0, 1) * _CURVE_LEVELS) / _CURVE_LEVELS
    weights = (steps[kept] * step).astype(np.float32)
    return replace(head, buckets=head.buckets[kept], weights=weights, curve=curve.astype(np.float32))


def pack(delta: Delta) -> bytes:
    """Return the file's content, at most `MAX_BYTES`: of weights too many the largest by their head's step are kept."""
    heads = {attribute: rounded(head) for attribute, head in delta.heads.items()}
    packed = _pack(delta, heads)
    while len(packed) > MAX_BYTES:
        most = max(len(head.buckets) for head in heads.values())
        count = int(most * _SHRINK * MAX_BYTES / len(packed))
        heads = {attribute: largest(head, count) for attribute, head in heads.items()}
        packed = _pack(delta, heads)
    return packed


def largest(head: HeadDelta, count: int) -> HeadDelta:
    """Return the head with its `count` largest weights alone."""
    if len(head.weights) <= count:
        return head
    order = np.lexsort((head.buckets, -np.abs(head.weights)))
    kept = np.sort(order[:count])
    return replace(head, buckets=head.buckets[kept], weights=head.weights[kept])


def _pack(delta: Delta, heads: Mapping[str, HeadDelta]) -> bytes:
    parts: list[bytes] = []
    described = {attribute: _describe(head, parts) for attribute, head in heads.items()}
    content = {"format": FORMAT, "version": delta.version, "base": delta.base, "heads": described, "card": delta.card}
    if delta.sentences:  # a part that earlier versions of this software leave unread
        content["sentences"] = {name: _describe_sentence(head, parts) for name, head in delta.sentences.items()}
    header = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((MAGIC, _LENGTH.pack(len(header)), hashlib.sha256(header).digest(), header, *parts))


def _describe(head: HeadDelta, parts: list[bytes]) -> dict[str, Any]:
    steps, step = levels(head.weights)
    gaps = np.diff(head.buckets.astype(np.int64), prepend=0)
    curve = np.rint(head.curve * _CURVE_LEVELS).astype(np.int64)
    arrays = {
        "gaps": gaps.astype("<u4"),
        "steps": steps,
        "curve": np.diff(curve, prepend=0).astype("<i4"),
    }
    numbers = {"gain": head.gain, "bias": head.bias, "signs": head.signs, "step": step, "weights": len(steps)}
    return {"chosen": head.chosen, **numbers, "parts": {name: _part(array, parts) for name, array in arrays.items()}}


def _describe_sentence(head: SentenceHead, parts: list[bytes]) -> dict[str, Any]:
    numbers = {"trust": head.trust, "first": head.first, "bias": head.bias, "dimensions": len(head.weights)}
    return {"second": head.second, **numbers, "weights": _part(head.weights.astype("<f4"), parts)}


def _part(array: NDArray[Any], parts: list[bytes]) -> dict[str, Any]:
    by_byte = (
        array.view(np.uint8).reshape(len(array), array.itemsize).T
    )  # high bytes, mostly zero, deflate best together
    packed = zlib.compress(by_byte.tobytes())
    parts.append(packed)
    return {"bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest()}


def unpack(packed: bytes) -> Delta:
    """Return what `pack` was given, its weights rounded; raise ModelDamaged or ModelTooNew."""
    header, body = _header(packed)
    try:
        heads = {attribute: _head(found, body) for attribute, found in header["heads"].items()}
        sentences = {attribute: _sentence(found, body) for attribute, found in header.get("sentences", {}).items()}
        if unknown := (heads.keys() | sentences.keys()) - set(ATTRIBUTES):
            raise ModelDamaged(f"a site's model speaks of {', '.join(sorted(unknown))}")
        return Delta(str(header["version"]), str(header["base"]), heads, dict(header["card"]), sentences)
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise ModelDamaged(f"a site's model is not what its header says: {error}") from error


def _header(packed: bytes) -> tuple[dict[str, Any], "_Body"]:
    start = len(MAGIC) + _LENGTH.size + 32
    if not packed.startswith(MAGIC) or len(packed) < start:
        raise ModelDamaged("this is not a site's model: its first bytes are others")
    (length,) = _LENGTH.unpack_from(packed, len(MAGIC))
    content = packed[start : start + length]
    if length > _HEADER_BYTES or hashlib.sha256(content).digest() != packed[start - 32 : start]:
        raise ModelDamaged("the header of a site's model was changed: its SHA-256 differs")
    try:
        header = json.loads(content)
        newest = int(header["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"a site's model has a header that cannot be read: {error}") from error
    if newest > FORMAT:
        raise ModelTooNew(f"a site's model has format {newest}; this version reads up to {FORMAT}")
    return header, _Body(packed, start + length)


@dataclass(slots=True)
class _Body:
    """The parts after the header, taken one by one."""

    packed: bytes
    at: int

    def take(self, part: Mapping[str, Any], kind: str, count: int) -> NDArray[Any]:
        """Return the next part as an array of `count` numbers; raise ModelDamaged."""
        content = self.packed[self.at : self.at + int(part["bytes"])]
        self.at += int(part["bytes"])
        if hashlib.sha256(content).hexdigest() != part["sha256"]:
            raise ModelDamaged("a part of a site's model is not the one that its header names: its SHA-256 differs")
        size = count * np.dtype(kind).itemsize
        raw = zlib.decompressobj().decompress(content, min(size, _PART_BYTES) + 1)
        if len(raw) != size:
            raise ModelDamaged(f"a part of a site's model holds {len(raw)} bytes or more, not {size}")
        by_byte = np.frombuffer(raw, np.uint8).reshape(np.dtype(kind).itemsize, count)
        return np.ascontiguousarray(by_byte.T).view(kind).ravel()


def _head(found: Mapping[str, Any], body: _Body) -> HeadDelta:
    parts, count = found["parts"], int(found["weights"])
    buckets = np.cumsum(body.take(parts["gaps"], "<u4", count), dtype=np.int64)
    weights = body.take(parts["steps"], "<i1", count) * float(found["step"])
    curve = np.cumsum(body.take(parts["curve"], "<i4", KNOTS)) / _CURVE_LEVELS
    numbers = [float(found[name]) for name in ("gain", "bias", "signs")]
    in_range = not count or (buckets[-1] < BUCKETS and bool((np.diff(buckets) > 0).all()))
    if not in_range or not np.isfinite(numbers).all() or not np.isfinite(weights).all() or _leaves(curve):
        raise ModelDamaged("a site's model holds numbers that no model has")
    gain, bias, signs = numbers
    table = (buckets.astype(np.uint32), weights.astype(np.float32), curve.astype(np.float32))
    return HeadDelta(str(found["chosen"]), gain, bias, *table, signs)


def _sentence(found: Mapping[str, Any], body: _Body) -> SentenceHead:
    dimensions = int(found["dimensions"])
    trust, first, bias = (float(found[name]) for name in ("trust", "first", "bias"))
    if not 0 < dimensions <= MOST_DIMENSIONS:
        raise ModelDamaged(f"a site's model has sentence embeddings of {dimensions} numbers")
    weights = body.take(found["weights"], "<f4", dimensions)
    if not np.isfinite([trust, first, bias, *weights]).all():
        raise ModelDamaged("a site's model holds numbers that no model has")
    return SentenceHead(str(found["second"]), trust, first, bias, weights.astype(np.float32))


def _leaves(curve: NDArray[np.float64]) -> bool:
    return bool(curve.min() < 0 or curve.max() > 1 or (np.diff(curve) < 0).any())
