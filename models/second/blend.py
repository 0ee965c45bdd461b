"""Put two opinions together: per head a weight for each, and a curve from their sum to a probability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import calibration
from models.calibration import KNOTS

SURE = 1e-4  # no first opinion is taken to be surer than this; scores are kept with four decimals

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Blend:
    """Per head `first` and `second`, what a logit of either weighs, and `curves` (heads × knots).

    Logits of the first are those of its calibrated probability, so that a site's own model is heard alike.
    """

    first: Floats
    second: Floats
    curves: Floats

    def sums(self, chances: Floats, logits: Floats) -> Floats:
        """Return the weighed sum (n × heads) of first `chances` in [0, 1] and second `logits`."""
        return self.first * logit(chances) + self.second * logits

    def probabilities(self, sums: Floats) -> Floats:
        """Return the calibrated sums (n × heads)."""
        return calibration.apply(self.curves, sums)

    def of(self, place: int) -> "Blend":
        """Return the blend of one head alone."""
        return Blend(self.first[place, None], self.second[place, None], self.curves[place, None])

    def packed(self) -> Floats:
        """Return all of it as one table (heads × 2 + knots)."""
        return np.column_stack([self.first, self.second, self.curves]).astype(np.float32)

    @classmethod
    def unpack(cls, table: Floats) -> "Blend":
        """Read a table that `packed` made."""
        return cls(table[:, 0].copy(), table[:, 1].copy(), table[:, 2 : 2 + KNOTS].copy())


def logit(chances: Floats) -> Floats:
    """Return the logits of probabilities, at most those of `SURE`."""
    clipped = np.clip(chances, SURE, 1 - SURE)
    found: Floats = np.log(clipped / (1 - clipped))
    return found
