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
    """One head of a site: logit = `trust` · both's + `first` · the first model's + `weights` · embedding + `bias`.

    Both's is the logit of what serves without it. It fits the embeddings of one model alone, the version `second`.
    """

    second: str
    trust: float
    first: float
    bias: float
    weights: Floats

    def logits(self, both: Floats, first: Floats, embeddings: Floats) -> Floats:
        """Return the site's logits (n) for the chances of both and of the first model (n), and `embeddings` (n × many).

        Its probability is the logistic function of that.
        """
        found: Floats = self.trust * logit(both) + self.first * logit(first) + embeddings @ self.weights + self.bias
        return found


SentenceHeads = Mapping[str, SentenceHead]
NONE: SentenceHeads = MappingProxyType({})


def probabilities(logits: Floats) -> Floats:
    """Return the logistic function of `logits`."""
    chances = 1 / (1 + np.exp(-logits))
    return chances.astype(np.float32)
