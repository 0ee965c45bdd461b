"""What the report draws is computed right, and drawn as well-formed SVG."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from models import curves, drawing
from models.drawing import Axis

LABELS = np.array([True, False] * 50)
PERFECT = np.where(LABELS, 0.9, 0.1) + np.linspace(0, 0.05, 100)


def test_perfect_scores_have_full_precision_at_every_recall() -> None:
    points = curves.precision_recall(LABELS, PERFECT)
    assert {precision for _, precision in points} == {1.0}
    assert points[-1][0] == 1.0
    assert curves.precision_recall(~LABELS, PERFECT)[0][1] < 0.05


def test_reliability_counts_every_comment_once() -> None:
    parts = curves.reliability(LABELS, PERFECT)
    assert sum(part["comments"] for part in parts) == 100
    assert {part["share"] for part in parts if part["score"] > 0.5} == {1.0}


def test_a_higher_threshold_means_less_review_and_more_missed() -> None:
    points = curves.review_load(LABELS, np.linspace(0, 1, 100), 0.9)
    assert [point["reviewed"] for point in points] == sorted((point["reviewed"] for point in points), reverse=True)
    assert [point["missed"] for point in points] == sorted(point["missed"] for point in points)


def test_slices_too_small_to_tell_are_left_out() -> None:
    texts = ["You there?" if at < 60 else "no question " * 20 for at in range(100)]
    found = {row["slice"]: row for row in curves.slices(texts, LABELS, PERFECT)}
    assert found["all"]["rows"] == 100
    assert found["asks"]["rows"] == found["says you"]["rows"] == 60
    assert "over 600 characters" not in found


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 2.0])
def test_drawings_are_well_formed_and_names_escaped(value: float) -> None:
    x, y = Axis("<score>"), Axis("a & b", 0, 0.4)
    point = (value, value)
    below = drawing.straight(x, y, (0, 0), point) + drawing.dots(x, y, [(*point, "1 < 2")])
    chart = ElementTree.fromstring(drawing.chart(x, y, {"one": [point], "<two>": [point, point]}, below))
    assert "<two>" in [text.text for text in chart.iter("text")]
    assert ElementTree.fromstring(drawing.bars({"<all>": value}, x)).find("text").text == "<all>"
