"""The learning bench never checks a campaign with copies of it that were taught, and draws what it found."""

from xml.etree import ElementTree

import numpy as np
import pytest

from bench.learning import WAYS, _chart
from bench.shifts import SHIFTS, Shift, draw
from models.drawing import Growing, sheet
from models.lessons import Lesson

SITE = Shift("A site", "spam", "nothing.parquet", "spam", group="campaign")


def rows(count: int) -> list[Lesson]:
    return [Lesson(f"text {at}", {"spam": float(at % 3 == 0)}, group=f"{at // 4}") for at in range(count)]


def test_no_group_is_both_taught_and_checked() -> None:
    drawn = draw(SITE, rows(400), 50, seed=1)
    checked = {int(text.split()[1]) // 4 for text in drawn.texts}
    assert len(drawn.lessons) == 50
    assert not {int(lesson.group) for lesson in drawn.lessons} & checked
    assert drawn.labels.tolist() == [int(text.split()[1]) % 3 == 0 for text in drawn.texts]


def test_another_seed_draws_others() -> None:
    one, same, other = (draw(SITE, rows(400), 50, seed) for seed in (1, 1, 2))
    assert one.texts == same.texts != other.texts


def test_at_least_four_sites_are_measured_and_spam_on_youtube_is_one() -> None:
    assert len(SHIFTS) >= 4
    [youtube] = [shift for shift in SHIFTS if shift.name.startswith("YouTube")]
    assert (youtube.attribute, youtube.without, youtube.group) == ("spam", "youtube_spam", "campaign")


def test_the_curves_are_one_picture() -> None:
    means = {50: (0.7, 0.6, 0.72), 200: (0.7, 0.66, 0.75), 1000: (0.7, 0.72, 0.8)}
    picture = ElementTree.fromstring(sheet({"One": _chart(means), "Two & three": _chart(means)}))
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f".//{space}polyline")) == 2 * len(WAYS)
    assert "Two & three" in [text.text for text in picture.iter(f"{space}text")]


def test_labels_are_placed_by_their_logarithm() -> None:
    axis = Growing("labels", 10, 1000, labels=((10, "10"), (100, "100"), (1000, "1,000")))
    assert [place for place, _ in axis.ticks()] == pytest.approx([0, 0.5, 1])
    assert axis.place(float(np.sqrt(10) * 10)) == pytest.approx(0.25)
