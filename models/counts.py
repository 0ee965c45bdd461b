"""Remember how many training texts had each bucket, a byte each: what the model has met, how sure its weights are."""

import numpy as np
from numpy.typing import NDArray

RARE = 20
_PER_DOUBLING = 13.0
_RARE_LEVEL = np.uint8(1 + round(_PER_DOUBLING * float(np.log2(RARE))))


def encode(counts: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return counts on a logarithmic scale: 0 for none, exact to 3 % up to 500,000."""
    levels = 1 + np.rint(_PER_DOUBLING * np.log2(np.maximum(counts, 1)))
    return np.where(counts > 0, np.minimum(levels, 255), 0).astype(np.uint8)


def decode(levels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the counts again."""
    counts: NDArray[np.float64] = np.where(levels > 0, 2.0 ** ((levels.astype(np.float64) - 1) / _PER_DOUBLING), 0.0)
    return counts


def is_rare(levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which buckets so few texts had that chance explains it: with 2^20 buckets hashing puts some into each."""
    rare: NDArray[np.bool_] = levels < _RARE_LEVEL
    return rare


def information(levels: NDArray[np.uint8], mass: float) -> NDArray[np.float64]:
    """Share out `mass`, the trace of a head's Fisher information, among the buckets by how many texts had them.

    With rows of length one the trace is Σ p(1 - p) over the training's texts; within a bucket its texts are taken to be
    as long and as uncertain as others.
    """
    counts = decode(levels)
    return counts * (mass / max(float(counts.sum()), 1.0))
