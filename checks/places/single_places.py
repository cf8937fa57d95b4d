"""Single facilities and the list as a whole against the edition before: days in custody, and the share of all held.

An average since 1 October times its days counts days in custody. These only add up, place by place (TRAC's test), so
that one place among many at a tenth of what it was shows, in whatever order the list comes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from checks.catalogue import limit
from checks.history.balance import FACILITY_TABLES, PLACES
from checks.history.compare import Compared
from checks.places.place_rows import Lists, Rows, days_of
from figures.cells import row_of
from figures.records import Earlier, Finding, Observation, Severity

DAYS, SHARE = "facility_days", "facility_share"
ADP, NATION = "ice.adp", "ice.adp{agency=all, criminality=all}"
# What stands in a place's row and counts people: what is doubtful with its average.
_COUNTED = frozenset({"facility_criminality", "facility_levels", "facility_threat", "facility_mandatory"})
_SHOWN = 4
_Stated = TypeVar("_Stated", Observation, Earlier)


def places(
    lists: Lists, current: Sequence[Observation], observations: Sequence[Observation], compared: Compared
) -> list[Finding]:
    """Findings about the list of facilities of one edition."""
    found = list(_share(lists, current, compared))
    if PLACES in compared.same_year:
        found += _days(lists, observations)
    return found


def _days(lists: Lists, observations: Sequence[Observation]) -> Iterator[Finding]:
    now, before, release = lists
    days, had = days_of(now.period), days_of(before.period)
    if days is None or had is None or days < had:
        return
    for severity, names in sorted(_odd(now, before, days, had).items()):
        names.sort(key=lambda name: -abs(now.averages[name] * days - before.averages[name] * had))
        said = "; ".join(
            f"{now.first[name].locator} and on has {now.averages[name]:,.2f} on average over {days} days, "
            f"{before.averages[name]:,.2f} over {had} days in {release} ({now.label[name]})"
            for name in names[:_SHOWN]
        )
        more = f"; {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        words = f"Days in custody since 1 October only add up, and a place does not grow fivefold: {said}{more}."
        cells = _cells({row_of(now.first[name].locator) for name in names}, observations)
        expected = f"{before.averages[names[0]] * had / days:.2f} or more"
        yield Finding(DAYS, severity, "cells", cells, expected, f"{now.averages[names[0]]:.2f}", words)


def _severity(value: float, was: float, days: int, had: int, grown_from: float) -> Severity | None:
    left = value * days / (was * had)
    # What a place that was opened lately may have grown to in a month, and in as many months as went by.
    grown = limit(DAYS, "grown") * max(1.0, (days - had) / limit(DAYS, "month"))
    if left < limit(DAYS, "half") or (was >= grown_from and value > was * grown):
        return "hold"
    lost = was * had - value * days
    return "warn" if left < limit(DAYS, "told") and lost >= limit(DAYS, "days") else None


def _odd(now: Rows, before: Rows, days: int, had: int) -> dict[Severity, list[str]]:
    """The places whose days in custody fell or grew severalfold."""
    times = Counter(now.averages.values())
    odd: dict[Severity, list[str]] = defaultdict(list)
    for name, value in now.averages.items():
        was = before.averages.get(name, 0.0)
        # Another place's figures to the last digit: then it does not matter how small the place was (August 2022).
        copied = times[value] > 1 and not value.is_integer()
        least = 0.0 if copied else limit(DAYS, "average")
        if was > least and (severity := _severity(value, was, days, had, 0.0 if copied else limit(DAYS, "grown_from"))):
            odd[severity].append(name)
    return odd


def _cells(rows: Collection[tuple[str, int]], observations: Iterable[Observation]) -> tuple[str, ...]:
    """The numbers that stand in some rows of the list."""
    counted = (o for o in observations if o.table in _COUNTED and o.value is not None)
    return tuple(o.locator for o in counted if row_of(o.locator) in rows)


def _share(lists: Lists, current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """The list adds to a share of the national average that hardly changes: what it leaves out are small places."""
    now, before, release = lists
    nation = _of_the_nation(o for o in current if o.metric == ADP)
    old = _of_the_nation(compared.before.get("adp", ()))
    if nation is None or old is None or old[0].release_name != release:
        return
    share, was = sum(now.averages.values()) / nation[1], sum(before.averages.values()) / old[1]
    if was - share < limit(SHARE, "told"):
        return
    severity: Severity = "hold" if was - share >= limit(SHARE, "held") else "warn"
    first = next(iter(now.first.values()))
    words = (
        f"The list of facilities ({first.locator} and on) adds to {share:.1%} of the average of all "
        f"who are held ({nation[0].locator}), in {release} to {was:.1%}: places are missing."
    )
    expected = f"{was:.3f} within {limit(SHARE, 'told'):.3f}"
    yield Finding(SHARE, severity, "table", FACILITY_TABLES, expected, f"{share:.3f}", words)


def _of_the_nation(figures: Iterable[_Stated]) -> tuple[_Stated, float] | None:
    """The average of all who are held since 1 October, with its number; None where there is none, or several."""
    years = (each for each in figures if each.series == NATION and each.period.kind == "fiscal_year_to_date")
    found = [(each, each.value) for each in years if each.value]
    return found[0] if len(found) == 1 else None
