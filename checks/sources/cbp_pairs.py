"""Two documents of the border held against each other: two files of one edition, file and page, an edition before.

Pure: observations in, findings about the first document out. CBP publishes the same count twice, by area of
responsibility and by state, and restates four years in each edition.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from figures.metrics.metric import ALL
from figures.periods import Period
from figures.records import Finding, Observation

# A month of the running year moved by at most 0.025 % in the southwest and 0.086 % nationwide over 12 editions.
MOST_REVISED = 0.003
# Small parts move by more: the northern border by 0.84 % (137 people, March 2024), accompanied minors by a third (16
# people). Each stayed under four times the square root of its count.
ROOTS = 4.0
# From one edition of OHSS to the next ICE's removals of July 2024 rose by 8.9 %, DHS's removals by 5.9 %; a
# part of them may move by more.
OHSS_MOST_REVISED, OHSS_FEW = 0.15, 100.0
# OHSS rounds to ten and draws its data on another day: up to 0.02 % (July 2024) and 0.05 % (July 2020) beside that.
OHSS_ROUNDING, OHSS_APART = 5.0, 0.001
SHOWN = 5
BEYOND = "revised_beyond_limit"
AGREES, ABSENT = "witness_agrees", "witness_absent"
# Before the name of the other document, in what is expected.
THE_FIGURES_OF = "the figures of "

Key = tuple[str, Period]
Allowed = Callable[[Observation], float]


_Numbers = Mapping[Key, Observation]


class _Pair(NamedTuple):
    ours: Observation
    theirs: Observation

    @property
    def apart(self) -> float:
        return abs((self.ours.value or 0.0) - (self.theirs.value or 0.0))


def witness(
    ours: Sequence[Observation], theirs: Sequence[Observation], name: str, *, same_edition: bool
) -> list[Finding]:
    """One document held against another that counts the same, of the name `name`: a file by area against one by state
    or of the southwest. What both state must be equal. Of two editions only years that are over in both are held
    against each other, since a running year is revised.
    """
    mine, other = _numbers(ours), _numbers(theirs)
    if not same_edition:
        mine, other = _of_years_over(ours, theirs)
    findings = _agreement(_both(mine, other), name, 0.0)
    missing = _months_missing(mine, other) if same_edition else ""
    if missing:
        words = f"{name} has months that this file lacks: {missing}."
        findings.append(_hold("witness_months", (), f"the months of {name}", f"without {missing}", words))
    return findings


def _of_years_over(ours: Sequence[Observation], theirs: Sequence[Observation]) -> tuple[_Numbers, _Numbers]:
    """What both documents state of the years that are over in both."""
    over = _years_over(ours) & _years_over(theirs)
    mine, other = ({key: o for key, o in _numbers(some).items() if _is_of(o, over)} for some in (ours, theirs))
    return mine, other


def _both(mine: _Numbers, other: _Numbers) -> list[_Pair]:
    """What both documents state."""
    return [_Pair(mine[key], other[key]) for key in mine.keys() & other.keys()]


def _months_missing(mine: _Numbers, other: _Numbers) -> str:
    """The months of the other document that this one has no figure of: `2025-10, 2025-11`."""
    months = {o.period for o in other.values() if o.metric == "cbp.encounters" and o.period.kind == "month"}
    return ", ".join(sorted(f"{p.start:%Y-%m}" for p in months - {o.period for o in mine.values()} if p.start))


def apprehensions_against(table: Sequence[Observation], files: Sequence[Observation], name: str) -> list[Finding]:
    """The page's Border Patrol total of the southwest against the same count of a file; equal in 35 of 35 months.

    At entry and at large are split on the page alone, and stand or fall with their total.
    """
    counted = {o.period: o for o in files if o.series == "cbp.encounters{component=usbp, region=southwest}"}
    totals = [o for o in table if o.series == "cbp.apprehensions{region=southwest, where=all}" and o.value is not None]
    return _agreement([_Pair(o, counted[o.period]) for o in totals if o.period in counted], name, 0.0)


def ohss_against_cbp(tables: Sequence[Observation], files: Sequence[Observation], name: str) -> list[Finding]:
    """OHSS's encounters against CBP's own, month by month: another office's processing of the same records, rounded.

    A difference is told and holds nothing: OHSS says itself that its records may not match.
    """
    pairs = _months_of_both(tables, files)
    allowed = [p for p in pairs if p.apart <= OHSS_ROUNDING + OHSS_APART * (p.theirs.value or 0.0)]
    differ = [p for p in pairs if p not in allowed]
    findings = [_agrees(allowed, name)] if allowed else []
    if differ:
        words = f"Beyond rounding and later entries: {_said(differ, name)}."
        cells = tuple(p.ours.locator for p in differ)
        findings.append(Finding("ohss_differs", "warn", "cells", cells, "CBP's counts", f"{len(differ)} others", words))
    return findings


def _months_of_both(tables: Sequence[Observation], files: Sequence[Observation]) -> list[_Pair]:
    counted = {(o.dims, o.period): o for o in files if o.metric == "cbp.encounters"}
    theirs = [o for o in tables if o.metric == "ohss.encounters" and ("kind", ALL) in o.dims and o.value is not None]
    keys = [((("component", ALL), ("region", dict(o.dims).get("region", ""))), o.period) for o in theirs]
    return [_Pair(o, counted[key]) for o, key in zip(theirs, keys, strict=True) if key in counted]


def closed_years(new: Sequence[Observation], before: Sequence[Observation], name: str) -> list[Finding]:
    """Figures of years that were over in the edition before, named `name`, and have changed or are gone.

    None ever did: 144 of 144 month totals of FY2020 to FY2025 are equal in every file that has them. A change is a
    fault of the source or of the reader.
    """
    mine, other = _of_years_over(new, before)
    changed = [pair for pair in _both(mine, other) if pair.ours.value != pair.theirs.value]
    tables = {o.table for o in new}
    gone = sorted(other[key].locator for key in other.keys() - mine.keys() if other[key].table in tables)
    findings = []
    if changed:
        words = f"Years that were over have changed: {_said(changed, name)}."
        cells = tuple(p.ours.locator for p in changed)
        findings.append(_hold("closed_year_changed", cells, "as before", f"{len(changed)} others", words))
    if gone:
        words = f"{len(gone)} figures of years that were over in {name} are gone, the first {gone[0]}."
        findings.append(_hold("closed_year_gone", (), "as before", f"without {len(gone)}", words))
    return findings


def revisions(
    new: Sequence[Observation], before: Sequence[Observation], name: str, allowed: Allowed | None = None
) -> list[Finding]:
    """Months that moved since the edition before, named `name`: a note, and an alarm for those that moved by more than
    `allowed` of the old figure.
    """
    limit = allowed or cbp_allowed
    mine, other = _numbers(new), _numbers(before)
    moved = _largest_first(p for p in _both(mine, other) if p.ours.period.kind == "month" and p.apart)
    if not moved:
        return []
    months = len({p.ours.period for p in moved})
    words = f"{len(moved)} figures moved, of {months} month{'s' * (months > 1)}: {_said(moved, name)}."
    findings = [Finding("revised", "note", "release", (), "as before", f"{len(moved)} others", words)]
    beyond = [p for p in moved if p.apart > limit(p.theirs)]
    if beyond:
        words = f"Months moved by more than they ever did: {_said(beyond, name)}."
        cells = tuple(p.ours.locator for p in beyond)
        findings.append(Finding(BEYOND, "warn", "cells", cells, "small revisions", f"{len(beyond)} large", words))
    return findings


def cbp_allowed(old: Observation) -> float:
    """0.3 % of a total; of a part no less than four times the square root of its count."""
    value = old.value or 0.0
    dims = dict(old.dims)
    is_total = all(v == ALL for n, v in dims.items() if n != "region") and dims.get("region") in (ALL, "southwest")
    return MOST_REVISED * value if is_total else max(MOST_REVISED * value, ROOTS * math.sqrt(value))


def ohss_allowed(old: Observation) -> float:
    return max(OHSS_MOST_REVISED * (old.value or 0.0), OHSS_FEW)


def _numbers(observations: Sequence[Observation]) -> _Numbers:
    return {(o.series, o.period): o for o in observations if o.value is not None}


def _years_over(observations: Sequence[Observation]) -> set[int]:
    return {o.fiscal_year for o in observations if o.fiscal_year and o.period.kind == "fiscal_year"}


def _is_of(o: Observation, years: set[int]) -> bool:
    return o.fiscal_year in years


def _largest_first(pairs: Iterable[_Pair]) -> list[_Pair]:
    return sorted(pairs, key=lambda p: (-p.apart, p.ours.metric, p.ours.series, str(p.ours.period.start)))


def _agreement(pairs: Sequence[_Pair], name: str, tolerance: float) -> list[Finding]:
    differ = _largest_first(p for p in pairs if p.apart > tolerance)
    equal = [p for p in pairs if p.apart <= tolerance]
    findings = [_agrees(equal, name)] if equal else []
    if differ:
        cells = tuple(p.ours.locator for p in differ)
        words = f"Two files of one count disagree: {_said(differ, name)}."
        findings.append(_hold("witness_differs", cells, f"{THE_FIGURES_OF}{name}", f"{len(differ)} others", words))
    if not pairs:
        words = f"{name} and this document have no figure in common: neither is a witness of the other."
        findings.append(Finding(ABSENT, "note", "release", (), "figures in common", "none", words))
    return findings


def _agrees(pairs: Sequence[_Pair], name: str) -> Finding:
    words = f"{len(pairs)} figures agree with {name}."
    return Finding(AGREES, "note", "release", (), f"{THE_FIGURES_OF}{name}", f"{len(pairs)} equal", words)


def _said(pairs: Sequence[_Pair], name: str) -> str:
    """The first pairs in words: each series and month with both numbers, and how many more there are."""
    said = [
        f"{p.ours.series} of {_when(p.ours.period)} is {p.ours.value:,.0f} ({p.ours.locator}) and "
        f"{p.theirs.value:,.0f} in {name}"
        for p in pairs[:SHOWN]
    ]
    more = f"; and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return "; ".join(said) + more


def _when(period: Period) -> str:
    if period.kind == "month" and period.start:
        return f"{period.start:%B %Y}"
    return f"the fiscal year to {period.end}"


def _hold(check: str, cells: tuple[str, ...], expected: str, found: str, words: str) -> Finding:
    return Finding(check, "hold", "cells" if cells else "release", cells, expected, found, words)
