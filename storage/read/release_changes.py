"""What each release changed, by table: told from the vintages of a metric in one pass.

`storage.read.compare` holds two releases against each other, figure by figure; for all releases of seven years that
takes minutes. Here each figure is held against what the releases before it said of it last.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from figures.records import Figure
from figures.removal_rules import restated
from figures.values import same
from storage.encoding.row_values import slot

Kind = Literal["new", "revised", "removed", "unchanged", "held"]


class Step(NamedTuple):
    """What a release says of one figure against `before`, what was said of it last; None for nothing."""

    kind: Kind
    before: Figure | None
    figure: Figure


def steps(vintages: Iterable[Figure]) -> Iterator[Step]:
    """Each vintage of a metric, in order of release. What is held back is `held` alone, and nothing after it is held
    against it.
    """
    last: dict[tuple[object, ...], Figure] = {}
    for figure in vintages:
        place = _place(figure)
        before = last.get(place)
        kind = _kind(before, figure)
        yield Step(kind, before, figure)
        if kind == "removed":
            last.pop(place, None)
        elif kind != "held":
            last[place] = figure


def _place(figure: Figure) -> tuple[object, ...]:
    """The same period; for a figure with a new day in each release, the same kind of period of the same year. A table
    may state counts to date of several years.
    """
    period = figure.period
    if restated(figure.table, period):
        return figure.series, slot(period)
    year = period.start if period.kind == "fiscal_year_to_date" else figure.fiscal_year
    return figure.series, period.kind, year


def _kind(before: Figure | None, figure: Figure) -> Kind:
    if figure.held:
        return "held"
    if figure.status == "removed":
        return "removed"
    if before is None or before.period != figure.period:
        return "new"
    if figure.value is None and before.raw.split() != figure.raw.split():
        return "revised"
    return "unchanged" if before.status == figure.status and same(before.value, figure.value) else "revised"
