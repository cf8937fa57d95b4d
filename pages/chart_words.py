"""What a chart shows, in the reader's language: a title, a description with the numbers, and its points as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alerts.claims.model import Claim
from alerts.messages.message import Chart, Dot
from pages.sentences import CHANGES, counted, figure, other_period, part_counted, stated_figure
from pages.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """A day of the chart: its value, what was published of it before, and whether it is held back."""

    day: date
    value: str
    before: str
    held: bool


def chart_title(claim: Claim, words: Words) -> str:
    """What is counted, how, and where: a picture is passed on without the words around it."""
    test, noun = claim.words.test, counted(claim, words)
    if test.form == "share":
        what = words.say("%(part)s: share of %(noun)s") % {"part": part_counted(claim, words), "noun": noun}
    elif test.form == "comparison":
        shown = {"noun": noun, "other": other_period(claim, words)}
        what = words.say("%(noun)s: how many times those of %(other)s") % shown
    elif test.form in CHANGES and test.unit == "percent":
        what = words.say("%(noun)s: change in percent") % {"noun": noun}
    elif test.unit.endswith("a day"):
        what = words.say("%(noun)s a day") % {"noun": noun}
    else:
        what = noun
    return words.say("%(what)s, United States") % {"what": what[:1].upper() + what[1:]}


def chart_description(claim: Claim, chart: Chart, words: Words) -> str:
    """For who does not see the picture: first, lowest, highest and newest value, and the claim's number."""
    first, newest = chart.points[0], chart.points[-1]
    lowest, highest = min(chart.points, key=_value), max(chart.points, key=_value)

    def told(dot: Dot) -> str:
        shown = {"number": _number(chart, dot[1], words), "day": words.day(_day(dot))}
        return words.say("%(number)s on %(day)s") % shown

    shown = {"first": told(first), "lowest": told(lowest), "highest": told(highest), "newest": told(newest)}
    parts = [
        words.counted("%(num)s value.", "%(num)s values.", len(chart.points)),
        words.say("First %(first)s, lowest %(lowest)s, highest %(highest)s, newest %(newest)s.") % shown,
    ]
    if chart.stated is not None and claim.words.test.form == "comparison":
        parts.append(words.say("At 1 both periods are the same."))
    elif chart.stated is not None:
        stated = {"number": stated_figure(chart.stated, chart.unit, words), "day": words.day(claim.words.said_on)}
        parts.append(words.say("The claim of %(day)s says %(number)s.") % stated)
    if chart.earlier:
        parts.append(words.counted("%(num)s value was revised.", "%(num)s values were revised.", len(chart.earlier)))
    if chart.held:
        parts.append(words.counted("%(num)s value is held back.", "%(num)s values are held back.", len(chart.held)))
    return " ".join(parts)


def chart_table(chart: Chart, words: Words) -> list[Line]:
    """Every day that is drawn, the newest first."""
    return sorted(_lines(chart, words), key=lambda line: line.day, reverse=True)


def _lines(chart: Chart, words: Words) -> Iterator[Line]:
    before: dict[str, list[str]] = {}
    for day, value in chart.earlier:
        before.setdefault(day, []).append(_number(chart, value, words))
    for day, value in chart.points:
        yield Line(date.fromisoformat(day), _number(chart, value, words), ", ".join(before.get(day, ())), held=False)
    for day, value in chart.held:
        yield Line(date.fromisoformat(day), _number(chart, value, words), "", held=True)


def _number(chart: Chart, value: float, words: Words) -> str:
    return figure(value, chart.unit, words)


def _value(dot: Dot) -> float:
    return dot[1]


def _day(dot: Dot) -> date:
    return date.fromisoformat(dot[0])
