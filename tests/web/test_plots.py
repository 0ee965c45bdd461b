"""A plot says what it shows, draws it, and gives the same numbers."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from service.errors import NotFound
from service.learning import Drift, Level, Shadow
from service.tenancy import Threshold
from service.web import plots
from service.web.admin import figure_words, sheet
from tests.web.reports import head, report

EVERY = (*plots.of_report(report(), {}), plots.verdicts_per_day([date(2026, 11, 22)], {"approve": [3], "review": [1]}))


def drawn(plot: plots.Plot) -> ElementTree.Element:
    return ElementTree.fromstring(plot.svg)


@pytest.mark.parametrize("plot", EVERY, ids=lambda plot: plot.name)
def test_it_has_a_title_a_description_and_no_style_of_its_own(plot):
    picture = drawn(plot)
    assert picture.get("role") == "img"
    assert [picture[0].tag, picture[0].text] == ["title", plot.finding]
    assert [picture[1].tag, picture[1].text] == ["desc", plot.note]
    assert "style" not in plot.svg
    assert plot.rows
    assert {len(row) for row in plot.rows} == {len(plot.columns)}


def test_thresholds_stand_where_they_cut():
    plot = plots.histogram(head(), Threshold(0.2, 0.9))
    left, right = (float(line.get("x1")) for line in drawn(plot).iter("line") if line.get("class") == "limit")
    assert left == pytest.approx(52 + 0.2 * 344, abs=0.1)
    assert right == pytest.approx(52 + 0.9 * 344, abs=0.1)
    assert (
        plot.finding == "Insult: 80 % of the champion's and 42 % of the challenger's scores reach the limit for review"
    )
    assert "limit" not in plots.histogram(head(), None).svg


def test_a_bar_is_as_high_as_its_count():
    plot = plots.verdicts_per_day([date(2026, 11, 21), date(2026, 11, 22)], {"approve": [10, 5], "review": [0, 5]})
    bars = [bar for bar in drawn(plot).iter("rect") if "bar" in bar.get("class")]
    heights = [float(bar.get("height")) for bar in bars]
    assert heights == pytest.approx([heights[0], 0, heights[0] / 2, heights[0] / 2], abs=0.2)
    assert plot.finding == "20 comments in 2 days; 25 % went to people"


def test_a_worse_challenger_is_called_worse():
    curves = head().precision_recall
    worse = replace(head(), precision_recall={"champion": curves["challenger"], "challenger": curves["champion"]})
    assert plots.precision_recall(worse).finding.startswith("Insult: the challenger finds less")
    same = replace(head(), precision_recall=dict.fromkeys(curves, curves["champion"]))
    assert plots.precision_recall(same).finding.startswith("Insult: both find as much")


def test_nothing_known_is_said_and_drawn_empty():
    empty = replace(head(), precision_recall={"champion": (), "challenger": ()}, calibration={}, histogram={})
    for plot in plots.of_head(empty, Threshold(0.2, 0.9)):
        assert drawn(plot).tag == "svg"
        assert plot.rows == ()
    assert "too few comments" in plots.precision_recall(empty).finding
    assert drawn(plots.verdicts_per_day([], {"approve": []})).tag == "svg"


def test_live_scores_are_drawn_by_attribute():
    counts = {"champion": (5, 0), "challenger": (0, 5)}
    [plot] = plots.of_shadow(Shadow("base-2.1", 5, {}, (), histograms={"spam": counts}))
    assert plot.rows == (("0.00–0.50", 5, 0), ("0.50–1.00", 0, 5))
    assert plots.named([plot], "histogram-spam") is plot
    with pytest.raises(NotFound):
        plots.named([plot], "histogram-insult")


def test_names_are_escaped_in_the_drawing():
    assert "<b>" not in plots.precision_recall(head("<b>")).svg


def test_numbers_are_read_easily_and_written_exactly():
    plot = replace(EVERY[0], rows=(("a", 12345, 0.25, None),), columns=("name", "count", "share", "left out"))
    assert plot.table == [["a", "12,345", "0.25", "–"]]
    assert sheet.written(plot.columns, plot.rows) == "name,count,share,left out\r\na,12345,0.25,\r\n"


@pytest.mark.parametrize("highest", [0, 1, 4, 7, 23, 102, 999, 123_456])
def test_an_axis_ends_at_a_round_number_not_far_above(highest):
    [*ticks] = re.findall(r">([\d,]+)</text>", plots.verdicts_per_day([date(2026, 11, 22)], {"approve": [highest]}).svg)
    top = max(int(tick.replace(",", "")) for tick in ticks)
    assert highest <= top <= max(2 * highest, 5)


def test_drift_names_what_moved_most_and_says_nothing_before_it_can():
    unknown = Drift("scores", "spam", None, Level.UNKNOWN, 3, 900)
    changed = Drift("overrides", None, 0.9, Level.ALARM, 900, 900, 0.1)
    assert plots.drift([unknown, changed], figure_words.drift) is None
    moved = [Drift("scores", name, value, Level.WATCH, 900, 900) for name, value in (("spam", 0.12), ("insult", 0.31))]
    plot = plots.drift([unknown, changed, *moved], figure_words.drift)
    assert plot.finding == "Scores of insult moved most, by 0.31"
    assert [row[:2] for row in plot.rows] == [("Scores of spam", 0.12), ("Scores of insult", 0.31)]
    widths = [float(bar.get("width")) for bar in drawn(plot).iter("rect")]
    assert widths == pytest.approx([300 * 0.12 / 0.5, 300 * 0.31 / 0.5], abs=0.1)
