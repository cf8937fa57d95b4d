"""A chart as a drawing: what it holds, where it ends, and that it can be read on a phone."""

import re
from typing import Any

import pytest

from alerts.messages.message import Chart
from pages.chart_words import chart_description, chart_table
from pages.drawings.drawing import NARROW, WIDE, Drawing, Size, drawn
from tests.pages.facts_at_hand import LEVEL, chart
from tests.pages.test_states import ENGLISH, SPANISH

SMALLEST_LETTERS, PHONE = 11, 390 - 2 * 16


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everything_lies_within_the_drawing(size: Size) -> None:
    for each in (chart(), chart(points=chart().points[-2:], earlier=(), held=()), _falling(), _flat()):
        d = drawn(each, size, ENGLISH)
        marks = [*(p for run in d.runs for p in run), *d.earlier, *d.held, d.newest, *d.columns]
        assert all(d.plot.x <= p.x <= d.plot.x + d.plot.width for p in marks)
        assert all(d.plot.y - 0.1 <= p.y <= d.plot.y + d.plot.height + 0.1 for p in marks)
        assert d.newest.x + 8 + len(d.newest.words) * size.letters * 0.6 <= size.width
        assert all(row.x - len(row.words) * size.letters * 0.6 >= 0 for row in d.rows)
        assert all(key.x + 26 + len(key.words) * size.letters * 0.6 <= size.width for key in d.keys)


def _falling() -> Chart:
    points = tuple((f"2025-0{n}-15", -10.0 * n) for n in range(1, 9))
    return chart(unit="percent", points=points, earlier=(), held=(), stated=None, low=None, high=-25.0)


def _flat() -> Chart:
    points = (("2025-05-01", 1.0), ("2025-05-15", 1.0))
    return chart(unit="ratio", points=points, earlier=(), held=(), stated=1.0, low=0.95, high=1.05)


def test_letters_are_large_enough_on_a_phone() -> None:
    assert NARROW.letters * PHONE / NARROW.width >= SMALLEST_LETTERS
    assert WIDE.letters * (720 - 32) / WIDE.width >= SMALLEST_LETTERS


def test_a_gap_is_drawn_as_a_gap() -> None:
    d = drawn(chart(), WIDE, ENGLISH)
    assert [len(run) for run in d.runs] == [6, 9]


def test_the_band_is_drawn_as_it_applied() -> None:
    steps = (("2025-05-04", 48500.0, 49245.0), ("2025-06-01", 47000.0, 51000.0), ("2025-06-10", None, None))
    first, second = drawn(chart(bands=steps), WIDE, ENGLISH).bands
    assert first.x + first.width == pytest.approx(second.x, abs=0.2)
    assert second.height > first.height
    plot = drawn(chart(bands=steps), WIDE, ENGLISH).plot
    assert second.x + second.width < plot.x + plot.width


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    assert drawn(chart(), WIDE, ENGLISH).note == "The axis does not start at zero."
    assert drawn(_falling(), WIDE, ENGLISH).note == ""


@pytest.mark.parametrize(
    ("change", "without"),
    [
        ({}, None),
        ({"earlier": ()}, "earlier"),
        ({"held": ()}, "held"),
        ({"low": None, "high": None}, "band"),
        ({"stated": None}, "stated"),
    ],
)
def test_the_legend_names_what_is_drawn_and_nothing_else(change: dict[str, Any], without: str | None) -> None:
    marks = {key.mark for key in drawn(chart(**change), WIDE, ENGLISH).keys}
    assert marks == {"line", "stated", "band", "earlier", "held", "newest"} - {without}


def test_the_description_and_the_table_have_the_numbers() -> None:
    said = chart_description(LEVEL.claim, chart(), ENGLISH)
    assert "First 37,000 on 6 October 2024" in said
    assert "newest 52,400 on 1 June 2025" in said
    assert "The claim of 28 May 2025 says 49,000." in said
    assert re.search(r"1 value was revised\. 1 value is held back\.$", said)
    lines = chart_table(chart(), SPANISH)
    assert [line.day for line in lines] == sorted((line.day for line in lines), reverse=True)
    assert [(line.value, line.held) for line in lines][:2] == [("90,000", True), ("52,400", False)]
    assert [line.before for line in lines if line.before] == ["39,900"]


def test_the_newest_value_is_told_in_the_drawing() -> None:
    d: Drawing = drawn(chart(), NARROW, SPANISH)
    assert d.newest.words == "52,400"
    assert d.said.words == "dicho el 28 may 2025"
