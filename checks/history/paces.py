"""Counts since 1 October by their pace: what an edition adds to a count, a day, against what was to be expected.

A count that was mistyped is still a number that grows, and nothing else in its table may say so: ICE removals stand
alone. A pace far from those that are expected (`checks/history/expected_paces.py`) holds the count. So does a count
that stands still under a later day, or that is another count of its sheet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import chain

from checks.catalogue import limit
from checks.history import expected_paces
from checks.history.expected_paces import (
    ALONE,
    CHECK,
    COUNTS,
    FLOWS,
    HELD,
    METRICS,
    READ,
    REMOVALS,
    Expected,
    Interval,
    Mark,
    Said,
)
from figures.periods import fiscal_year, fiscal_year_start, spoken
from figures.records import Figure, Finding, Observation

STILL, ANOTHER = "count_stands_still", "count_is_another"


def paces(
    current: Sequence[Observation],
    found: Sequence[Finding],
    earlier: Sequence[Figure],
    last_year: Callable[[], Sequence[Figure]],
) -> list[Finding]:
    """Findings about one edition. A table that `found` holds is not asked again: its days or counts are in doubt.

    `earlier` holds the clean figures of its fiscal year that were public before it, in order of release; `last_year`
    gives those of the year before, and is asked only while a year is young.
    """
    counts = _counts(current, found)
    year = _year(counts)
    if year is None:
        return []
    said = _said(counts)
    ours, theirs = _releases(earlier, year), cache(lambda: _releases(last_year(), year - 1))
    doubted: list[Finding] = []
    for series in COUNTS:
        if series not in said or fiscal_year(said[series][0]) != year:
            continue
        new = Mark(*said[series], "", said)
        marks = [mark for mark in _marks(series, ours) if mark.day < new.day]
        doubted += _judged(counts[series], new, marks, theirs() if len(marks) < limit(CHECK, "young") else [])
    return [*doubted, *_is_another(counts)]


def _counts(current: Iterable[Observation], found: Iterable[Finding]) -> dict[str, Observation]:
    """The dated counts that an edition states, by series, without the tables that are held."""
    holds = [finding for finding in found if (finding.severity, finding.scope_kind) == ("hold", "table")]
    held = set(chain.from_iterable(finding.scope for finding in holds))
    asked = (o for o in current if o.metric in METRICS and o.table not in held and o.status == "reported")
    return {o.series: o for o in filter(_is_dated, asked) if o.series in READ}


def _year(counts: Mapping[str, Observation]) -> int | None:
    return next((o.fiscal_year for series, o in counts.items() if series in COUNTS and o.fiscal_year), None)


def _said(counts: Mapping[str, Observation]) -> dict[str, tuple[date, float]]:
    """The day and the number of each count."""
    return {series: (o.period.end, o.value) for series, o in counts.items() if o.period.end and o.value is not None}


def _is_dated(o: Observation | Figure) -> bool:
    kind = "instant" if o.series == HELD else "fiscal_year_to_date"
    return o.value is not None and o.period.kind == kind and o.period.end is not None


def _releases(figures: Sequence[Figure], year: int) -> list[tuple[str, Said]]:
    """The name of each release and what it says of the counts of its year, in order of release."""
    found: dict[int, tuple[str, dict[str, tuple[date, float]]]] = {}
    for f in figures:
        if f.series in READ and f.fiscal_year == year and _is_dated(f) and f.period.end and f.value is not None:
            _, said = found.setdefault(f.release_id, (f.release_name, {}))
            said[f.series] = f.period.end, f.value
    return list(found.values())


def _marks(series: str, releases: Sequence[tuple[str, Said]]) -> list[Mark]:
    """What was said of a count, by day. Of editions of one day, or of one count under two days, the newest."""
    kept: list[Mark] = []
    for name, said in releases:
        if series in said:
            mark = Mark(*said[series], name, said)
            kept = [*(each for each in kept if each.day != mark.day and each.value != mark.value), mark]
    return sorted(kept, key=lambda mark: mark.day)


def _judged(
    o: Observation, new: Mark, marks: Sequence[Mark], last_year: Sequence[tuple[str, Said]]
) -> Iterator[Finding]:
    if marks and marks[-1].value == new.value:
        if (new.day - marks[-1].day).days >= limit(STILL, "days") and _others_moved(o.series, marks[-1], new):
            yield _still(o, marks[-1], new)
    elif o.series in FLOWS:
        year = fiscal_year(new.day)
        *known, newest = expected_paces.intervals([_eve(year, last_year), *marks, new])
        old = expected_paces.intervals([_eve(year - 1, ()), *_marks(o.series, last_year)])
        expected = expected_paces.expected(o.series, [*old, *known][-int(limit(CHECK, "intervals")) :], newest)
        if expected is not None and expected.outside(newest.pace):
            yield _beyond(o, newest, expected)


def _others_moved(series: str, before: Mark, new: Mark) -> bool:
    """Whether other counts of the sheet grew. Where none did, an edition was issued again, its days put right."""
    return any(
        new.said[s][1] != before.said[s][1] for s in COUNTS if s != series and s in new.said and s in before.said
    )


def _eve(year: int, last_year: Sequence[tuple[str, Said]]) -> Mark:
    """The eve of a fiscal year: nothing is counted yet; held are those whom the last edition of the old year saw."""
    eve = fiscal_year_start(year) - timedelta(days=1)
    said = dict.fromkeys(COUNTS, (eve, 0.0))
    held = max((of[HELD] for _, of in last_year if HELD in of), default=None)
    if held and (eve - held[0]).days <= limit(CHECK, "gap"):
        said[HELD] = eve, held[1]
    return Mark(eve, 0.0, "", said)


def _is_another(counts: Mapping[str, Observation]) -> Iterator[Finding]:
    o = counts.get(REMOVALS)
    if o is None or (o.value or 0.0) < limit(ANOTHER, "least"):
        return
    for series, other in counts.items():
        if series != REMOVALS and other.value == o.value:
            words = f"{o.locator} says {o.value:,.0f} ICE removals; {other.locator} says the same of {series}."
            yield Finding(ANOTHER, "hold", "cells", (o.locator,), "a count of its own", f"{o.value:,.0f}", words)
            return


def _still(o: Observation, before: Mark, new: Mark) -> Finding:
    words = (
        f"{o.locator} says {o.value:,.0f} {COUNTS[o.series]} through {spoken(new.day)}, the same as {before.name} said "
        f"through {spoken(before.day)}, while other counts of the sheet grew."
    )
    return Finding(STILL, "hold", "cells", (o.locator,), "a count that grew", f"{o.value:,.0f}", words)


def _beyond(o: Observation, newest: Interval, expected: Expected) -> Finding:
    added = newest.last.value - newest.first.value
    name = newest.first.name
    since = f"{'more' if added >= 0 else 'fewer'} than in {name}" if name else "since 1 October"
    others = "; ".join(f"{what}: {pace:,.0f}" for what, pace in expected.paces.items())
    words = (
        f"{o.locator} says {o.value:,.0f} {COUNTS[o.series]}, {abs(added):,.0f} {since}: {newest.pace:,.0f} a day over "
        f"{newest.days} days. {expected.low:,.0f} to {expected.high:,.0f} a day were to be expected ({others})."
    )
    # Neither names the editions before, so that a decision about it counts whatever else comes in of the past.
    wanted, found = "a pace near those before it", f"{o.value:,.0f}"
    if o.series in ALONE:
        return Finding(CHECK, "hold", "cells", (o.locator,), wanted, found, words)
    return Finding(CHECK, "hold", "table", (o.table,), wanted, found, words)
