"""Two opinions together: each weighs what was chosen, and the curve never turns their order round."""

import numpy as np
import pytest

from models.calibration import GRID, KNOTS
from models.second.blend import SURE, Blend, logit


def blend(*seconds: float) -> Blend:
    second = np.array(seconds, np.float32)
    return Blend(1 - second, second, np.tile(1 / (1 + np.exp(-GRID)), (len(seconds), 1)).astype(np.float32))


def test_a_head_of_the_first_alone_keeps_its_probability() -> None:
    chances = np.array([[0.02], [0.4], [0.97]], np.float32)
    sums = blend(0.0).sums(chances, np.array([[9.0], [-9.0], [3.0]], np.float32))
    assert blend(0.0).probabilities(sums) == pytest.approx(chances, abs=1e-3)


def test_a_head_of_the_second_alone_does_not_hear_the_first() -> None:
    logits = np.array([[0.7], [0.7]], np.float32)
    one, other = blend(1.0).sums(np.array([[0.01], [0.99]], np.float32), logits)
    assert one == other == pytest.approx(0.7)


def test_both_are_heard_by_their_shares() -> None:
    [[found]] = blend(0.25).sums(np.array([[0.5]], np.float32), np.array([[4.0]], np.float32))
    assert found == pytest.approx(1.0)


def test_no_first_opinion_is_taken_to_be_surer_than_four_decimals_tell() -> None:
    assert np.isfinite(logit(np.array([0.0, 1.0], np.float32))).all()
    assert logit(np.array([0.0], np.float32)) == logit(np.array([SURE], np.float32))


def test_what_is_packed_comes_back() -> None:
    made = blend(0.2, 0.9)
    table = made.packed()
    back = Blend.unpack(table)
    assert table.shape == (2, 2 + KNOTS)
    assert all((getattr(made, name) == getattr(back, name)).all() for name in ("first", "second", "curves"))
