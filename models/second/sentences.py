"""A site's own heads on the sentence embedding: what its people decided, beyond what both models say together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.second.blend import logit

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceHead:
    """One head of a site: logit = `trust` · logit of what serves without it + `weights` · embedding + `bias`.

    It fits the embeddings of one model alone, the version `second`.
    """

    second: str
    trust: float
    bias: float
    weights: Floats

    def logits(self, chances: Floats, embeddings: Floats) -> Floats:
        """Return the site's logits (n) for the `chances` (n) that serve without it, and `embeddings` (n × dimensions).

        Its probability is the logistic function of that.
        """
        found = self.trust * logit(chances) + embeddings @ self.weights + self.bias
        return found.astype(np.float32)


SentenceHeads = Mapping[str, SentenceHead]
NONE: SentenceHeads = MappingProxyType({})


def probabilities(logits: Floats) -> Floats:
    """Return the logistic function of `logits`."""
    chances = 1 / (1 + np.exp(-logits))
    return chances.astype(np.float32)
