"""The values of a series one after another, as they are compared: of days, of months, or paces of so many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alerts.forms.basis import day
from alerts.forms.daily_rates import complete, newest_interval
from figures.periods import PeriodKind, spoken
from figures.records import Figure


@dataclass(frozen=True, slots=True)
class Mark:
    """One value with its cells: a count of a day, of a month, or a pace. `begins` is the first day that is in it."""

    value: float
    begins: date
    on: date
    words: str
    figures: tuple[Figure, ...]


def counts(points: Sequence[Figure], unit: str, kind: PeriodKind) -> list[Mark]:
    """The counts of days, or of months that are over."""
    return [
        Mark(
            f.value or 0.0,
            f.period.start or day(f),
            day(f),
            f"{f.value or 0.0:,.0f} {unit} {_when(day(f), kind)}",
            (f,),
        )
        for f in complete(points, kind)
    ]


def paces(points: Sequence[Figure], unit: str, days: int) -> list[Mark]:
    """The pace to the end of each edition, over the shortest time of so many days or more."""
    return [mark for n in range(len(points)) if (mark := _pace(points[: n + 1], unit, days))]


def _when(on: date, kind: PeriodKind) -> str:
    return f"in {on:%B %Y}" if kind == "month" else f"on {spoken(on)}"


def _pace(points: Sequence[Figure], unit: str, days: int) -> Mark | None:
    rate = newest_interval(points, days)
    if rate is None:
        return None
    words = f"{rate.per_day:,.1f} {unit} from {spoken(rate.start)} to {spoken(rate.end)}"
    return Mark(rate.per_day, rate.start, rate.end, words, rate.figures)


def number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
