"""What a chart shows of a series as it was known, the picture of it, and the words that say the same."""

import json
import struct
from dataclasses import replace
from datetime import date

import pytest

from alerts.forms.evaluate import evaluate
from alerts.messages.chart_points import _NAMES, chart_of
from alerts.messages.charts import HEIGHT, WIDTH, _draw, _runs, described, number, png
from alerts.messages.message import Chart, Item, Message, message_from_json
from figures.metrics.catalogue import METRICS
from figures.records import Figure
from tests.alerts.conftest import HELD, REMOVALS, at, figure, knowledge, shipped

THEIRS = "trac.detained{agency=all, criminality=all}"
LEVEL, RATIO = shipped("seed-4"), shipped("seed-6")
SNAPSHOTS = (
    figure(HELD, 40000, date(2024, 5, 5), date(2024, 5, 10)),  # more than a year before the claim
    figure(HELD, 49005, date(2025, 5, 4), date(2025, 5, 12)),
    figure(HELD, 48870, date(2025, 5, 18), date(2025, 5, 23)),
    figure(HELD, 51302, date(2025, 6, 1), date(2025, 6, 5)),
    figure(HELD, 56397, date(2025, 6, 15), date(2025, 6, 20)),
)
COUNTS = (
    figure(REMOVALS, 271484, date(2024, 9, 30), date(2024, 10, 23)),
    figure(REMOVALS, 85769, date(2025, 1, 25), date(2025, 2, 3)),
    figure(REMOVALS, 157948, date(2025, 5, 3), date(2025, 5, 12)),
    figure(REMOVALS, 169891, date(2025, 5, 17), date(2025, 5, 23)),
    figure(REMOVALS, 197000, date(2025, 6, 14), date(2025, 6, 20)),
)
JUNE = date(2025, 6, 20)


def charted(*figures: Figure, day: date = JUNE) -> Chart:
    claim = LEVEL if figures[0].series == HELD else RATIO
    known = knowledge(*figures)
    found = chart_of(claim, evaluate(claim, "standing", known, at(day)), known, at(day))
    assert found
    return found


def test_a_level_is_charted_as_published_from_a_year_before_the_claim() -> None:
    assert charted(*SNAPSHOTS) == Chart(
        unit="people held",
        points=(("2025-05-04", 49005), ("2025-05-18", 48870), ("2025-06-01", 51302), ("2025-06-15", 56397)),
        earlier=(),
        held=(),
        stated=49000,
        low=48500,
        high=49245,
        said_on="2025-05-28",
        as_of="2025-06-20",
        credit="U.S. Immigration and Customs Enforcement (ICE), detention statistics",
        title="People held, United States: “almost 49,000” (Axios, May 2025)",
        bands=(("2025-05-18", 48500, 49245),),
    )


def test_nothing_known_later_is_in_it() -> None:
    later = figure(HELD, 1, date(2025, 6, 29), date(2025, 7, 3))
    revised = figure(HELD, 2, date(2025, 6, 15), date(2025, 7, 3))
    assert charted(*SNAPSHOTS, later, revised) == charted(*SNAPSHOTS)


def test_what_was_said_before_stands_faint_beside_what_is_said_now() -> None:
    revision = figure(HELD, 49100, date(2025, 5, 4), date(2025, 6, 5))
    chart = charted(*SNAPSHOTS, revision)
    assert ("2025-05-04", 49100) in chart.points
    assert chart.earlier == (("2025-05-04", 49005),)


def test_held_figures_stand_apart_and_on_no_line() -> None:
    wrong = figure(HELD, 9, date(2025, 6, 8), date(2025, 6, 12), held=True)
    chart = charted(*SNAPSHOTS, wrong)
    assert chart.held == (("2025-06-08", 9),)
    assert wrong.value not in [value for _, value in chart.points]


def test_a_ratio_is_measured_at_the_end_of_each_edition_and_ends_with_the_verdict() -> None:
    known = knowledge(*COUNTS)
    verdict = evaluate(RATIO, "standing", known, at(JUNE))
    chart = chart_of(RATIO, verdict, known, at(JUNE))
    assert chart
    assert [day for day, _ in chart.points] == ["2025-05-03", "2025-05-17", "2025-06-14"]
    assert chart.points[0][1] == pytest.approx((157948 - 85769) / 98 / (271484 / 366), abs=1e-6)
    assert chart.points[-1] == ("2025-06-14", round(verdict.measured or 0.0, 6))
    assert (chart.stated, chart.earlier, chart.held) == (1.0, (), ())


def test_a_ratio_shows_what_it_was_before_a_revision_and_what_is_held() -> None:
    revision = figure(REMOVALS, 171000, date(2025, 5, 17), date(2025, 6, 5))
    held = figure(REMOVALS, 250000, date(2025, 5, 31), date(2025, 6, 6), held=True)
    chart = charted(*COUNTS, revision, held)
    then = charted(*COUNTS)
    assert chart.earlier == (then.points[1],)
    assert chart.points[1][1] > then.points[1][1]
    assert [day for day, _ in chart.held] == ["2025-05-31"]
    assert chart.held[0][1] == pytest.approx((250000 - 85769) / 126 / (271484 / 366), abs=1e-6)


def test_a_publisher_who_asks_to_be_named_is_named_in_the_picture_and_in_its_words() -> None:
    by_trac = [replace(f, series=THEIRS) for f in SNAPSHOTS]
    known = knowledge(*by_trac)
    verdict = evaluate(LEVEL, "standing", known, at(JUNE))
    assert verdict.evidence[0].series == THEIRS
    chart = chart_of(LEVEL, verdict, known, at(JUNE))
    assert chart
    assert chart.credit == METRICS["trac.detained"].credit != ""
    assert described(chart).endswith(f" Source: {chart.credit.rstrip('.')}.")
    assert png(chart) != png(replace(chart, credit=""))
    assert "Source: U.S. Immigration and Customs Enforcement" in described(charted(*SNAPSHOTS))


def test_no_chart_of_one_day_or_of_nothing() -> None:
    known = knowledge(SNAPSHOTS[1])
    assert chart_of(LEVEL, evaluate(LEVEL, "standing", known, at(JUNE)), known, at(JUNE)) is None
    empty = knowledge()
    assert chart_of(LEVEL, evaluate(LEVEL, "standing", empty, at(JUNE)), empty, at(JUNE)) is None


def test_a_revision_is_charted_up_to_the_period_that_it_is_about() -> None:
    revision = figure(HELD, 52000, date(2025, 5, 18), date(2025, 6, 5))
    known = knowledge(*SNAPSHOTS, revision)
    verdict = evaluate(LEVEL, "revised", known, at(JUNE))
    chart = chart_of(LEVEL, verdict, known, at(JUNE))
    assert chart
    assert chart.points == (("2025-05-04", 49005), ("2025-05-18", 52000))
    assert chart.earlier == (("2025-05-18", 48870),)


def test_no_chart_ends_with_another_figure_than_the_verdicts() -> None:
    known = knowledge(*COUNTS)
    verdict = evaluate(RATIO, "standing", known, at(JUNE))
    assert chart_of(RATIO, replace(verdict, measured=2.0), known, at(JUNE)) is None
    assert chart_of(RATIO, replace(verdict, edition="2025-06-13"), known, at(JUNE)) is None


def test_a_message_carries_its_chart_through_the_outbox() -> None:
    item = Item("h", "c", "s", "", (), (), "", charted(*SNAPSHOTS))
    message = Message("k", "desk", "s", (item,), "f", "alert")
    assert message_from_json(json.loads(json.dumps(message.to_json()))) == message


def test_a_message_of_before_there_were_charts_is_still_read() -> None:
    body = Message("k", "desk", "s", (Item("h", "c", "s", "", (), (), ""),), "f").to_json()
    del body["severity"]
    del body["items"][0]["chart"]
    assert message_from_json(body) == Message("k", "desk", "s", (Item("h", "c", "s", "", (), (), ""),), "f", "notice")


def test_the_picture_is_white_twice_as_dense_as_shown_and_always_the_same() -> None:
    chart = replace(charted(*SNAPSHOTS), earlier=(("2025-05-04", 48000.0),), held=(("2025-06-08", 60000.0),))
    picture = png(chart)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (2 * WIDTH, 2 * HEIGHT)
    assert len(picture) < 100_000
    assert png(chart) == picture
    assert png(replace(chart, held=())) != picture


def test_the_band_is_what_was_accepted_on_each_day() -> None:
    """From the count on that the claim could rest on; a threshold's for as long as it is the yardstick."""
    known = knowledge(*COUNTS)
    chart = chart_of(RATIO, evaluate(RATIO, "standing", known, at(JUNE)), known, at(JUNE))
    assert chart
    assert chart.bands[0][0] == "2025-05-17"
    threshold = shipped("seed-5")
    known = knowledge(*SNAPSHOTS)
    chart = chart_of(threshold, evaluate(threshold, "standing", known, at(JUNE)), known, at(JUNE))
    assert chart
    first, last = chart.bands
    assert (first[0], first[2]) == ("2025-05-18", None)
    assert last[1:] == (None, None)


def test_where_nothing_was_counted_for_long_the_line_has_a_gap() -> None:
    days = ["2025-01-05", "2025-01-19", "2025-02-02", "2025-05-04", "2025-05-18"]
    runs = _runs(tuple((day, 1.0) for day in days))
    assert [[day for day, _ in run] for run in runs] == [days[:3], days[3:]]
    far_apart = tuple((f"2025-{month:02}-01", 1.0) for month in (1, 3, 5, 7))
    assert _runs(far_apart) == [list(far_apart)]


def test_no_colour_stands_without_a_shape() -> None:
    """Each series of marks has its own marker or line, so that it reads in grey."""
    from matplotlib.figure import Figure as Picture

    chart = replace(charted(*SNAPSHOTS), earlier=(("2025-05-04", 48000.0),), held=(("2025-06-08", 60000.0),))
    axes = Picture().add_axes((0.1, 0.1, 0.8, 0.8))
    _draw(axes, chart)
    shapes = [
        (str(line.get_marker()), str(line.get_linestyle()), str(line.get_markerfacecolor())) for line in axes.lines
    ]
    assert len(set(shapes)) == len(shapes)
    assert all(band.get_hatch() for band in axes.collections)


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "$x_{1}$ \\frac <b> \u05d0\u0645 \U0001f600"},
        {"low": None, "high": None, "stated": None},
        {"low": None},
        {"high": None},
        {"points": (("2025-05-04", 0.0), ("2025-05-18", 0.0)), "stated": None, "low": None, "high": None},
        {"points": tuple((date.fromordinal(738000 + 7 * n).isoformat(), float(n)) for n in range(300))},
    ],
)
def test_whatever_a_chart_holds_it_can_be_drawn(changes: dict[str, object]) -> None:
    assert png(replace(charted(*SNAPSHOTS), **changes)).startswith(b"\x89PNG")  # type: ignore[arg-type]


def test_the_words_say_at_most_five_of_what_was_revised() -> None:
    earlier = tuple((f"2025-05-{day:02}", 48000.0 + day) for day in range(1, 9))
    words = described(replace(charted(*SNAPSHOTS), earlier=earlier, low=None, high=None, stated=None))
    assert words.endswith(
        "The claim was made on 28 May 2025. Published before and revised since: 48,004 on 4 May 2025; "
        "48,005 on 5 May 2025; 48,006 on 6 May 2025; 48,007 on 7 May 2025; 48,008 on 8 May 2025; and 3 before. "
        "Source: U.S. Immigration and Customs Enforcement (ICE), detention statistics."
    )


@pytest.mark.parametrize(
    ("value", "words"), [(56397.0, "56,397"), (1193.1, "1,193.1"), (698.66, "698.7"), (1.0714, "1.071"), (0.0, "0")]
)
def test_a_number_reads_as_in_the_message(value: float, words: str) -> None:
    assert number(value) == words


def test_a_chart_names_every_publisher_as_people_know_it() -> None:
    unnamed = {metric.source for metric in METRICS.values() if not metric.credit} - set(_NAMES)
    assert unnamed == set()
