"""Figures, readings and accepted intervals in words, and each figure down to its cell."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.forms.verdicts import Reading
from alerts.messages.message import Proof
from alerts.messages.words.measured_figure import DECIDES, amount, span
from alerts.messages.words.state_words import state_said
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import Period, spoken, washington_day
from figures.records import Figure

if TYPE_CHECKING:
    from alerts.claims.model import Claim

KNOWN_BY = {
    "fetched": "fetched by us",
    "wayback": "captured by the Internet Archive",
    "posted": "posted on that day by the publisher's own list",
    "stated": "as the importer's list states",
    "file_name": "date in the file's name",
    "document_properties": "date in the document's properties",
}
CREDIT = "TRAC: tracreports.org; cite it with link and as-of date."
_SHOWN_READINGS = 4


def interval(low: float | None, high: float | None, unit: str) -> str:
    """What a wording accepts: `48,500 to 49,245`, `2,850 or more`, `up to -25.0 %`."""

    def edge(value: float) -> str:
        if unit == "percent":
            return f"{value:.1f} %"
        return f"{value:.2f}" if unit == "ratio" else f"{value:,.0f}"

    if low is None and high is None:
        return "anything"
    if high is None:
        return f"{edge(low or 0.0)} or more"
    return f"up to {edge(high)}" if low is None else f"{edge(low)} to {edge(high)}"


def off_stated(measured: float, deviation: float, unit: str) -> str:
    """How far a figure is from the stated value: `+15.1 %`, and of a share, whose number is a percentage, in points."""
    if unit != "percent":
        return f"{deviation:+.1%}"
    return f"{measured - measured / (1 + deviation):+.1f} points" if deviation > -1 else f"{deviation:+.1%}"


def readings_told(readings: Sequence[Reading], unit: str) -> Iterator[tuple[str, str]]:
    """The ways to read the figures side by side, where there is more than one."""
    if len(readings) < 2:
        return
    beside = [
        each for each in readings if not each.name.startswith(DECIDES)
    ]  # that one is the message's first sentence
    for each in beside[:_SHOWN_READINGS]:
        yield each.name[:1].upper() + each.name[1:], reading_words(each, unit)
    if len(beside) > _SHOWN_READINGS:
        yield "More readings", f"{len(beside) - _SHOWN_READINGS}."


def reading_words(reading: Reading, unit: str) -> str:
    return f"{amount(reading.measured, unit)} {span(reading.start, reading.end)}; {state_said(reading.state)}."


def proof(figure: Figure) -> Proof:
    """A figure down to its cell, with since when the public could read it."""
    value, period = figure_words(figure.series, figure.value, figure.period)
    return Proof(
        figure=f"{value} {period}: {figure.series}",
        file=figure.release_name,
        cell=figure.locator,
        sha256=figure.sha256,
        url=figure.url,
        public_since=f"public since {spoken(washington_day(figure.known_at))} ({KNOWN_BY[figure.known_by]})",
        credit=METRICS[metric_of(figure.series)].credit,
        value=value,
        period=period,
        series=figure.series,
    )


def second(figure: Figure) -> Proof:
    """A second witness, marked as one."""
    found = proof(figure)
    return replace(found, figure=f"second witness: {found.figure}", value=f"second witness: {found.value}")


def figure_words(series: str, value: float | None, period: Period) -> tuple[str, str]:
    """A figure in two parts: `48,870 people held` and `on 18 May 2025`."""
    number = "no number of" if value is None else f"{value:,.10g}"
    return f"{number} {METRICS[metric_of(series)].noun}", _when(period)


def stand_in_words(claim: "Claim") -> str:
    """By which series a claim is judged, which one may stand in, and why."""
    test = claim.words.test
    stand_in = test.may_stand_in
    if stand_in is None:
        return f"The claim is judged by {test.series} alone."
    return (
        f"The claim is judged by {test.series}; when that is silent for more than {stand_in.after_days} days, "
        f"{stand_in.series} stands in: {stand_in.because} {CREDIT}"
    )


def witness_words(figure: Figure) -> str:
    """What the second source says: `TRAC says the same: 56,397 people held, by TRAC, on 15 June 2025.`"""
    noun = METRICS[metric_of(figure.series)].noun
    return f"TRAC says the same: {figure.value or 0.0:,.10g} {noun}, {_when(figure.period)}. {CREDIT}"


def _when(period: Period) -> str:
    if period.end is None or period.start is None:
        return "on a day that is not stated"
    if period.kind == "instant":
        return f"on {spoken(period.end)}"
    return f"from {spoken(period.start)} to {spoken(period.end)}"
