"""What people do between two editions: who is held, booked in and out, and days in custody. All of it must add up."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from checks.catalogue import limit
from checks.declared import Check
from checks.history.compare import Compared, Pair
from figures.metrics.metric import ALL
from figures.periods import MONTHS, Period
from figures.records import Earlier, Finding, Observation

HELD = "ice.detained{agency=all, criminality=all}"
BOOK_INS = "ice.book_ins{agency=all}"
BOOK_OUTS = "ice.final_book_outs{facility_type=all}"
PLACES, PLACE_METRIC = "facility_criminality", "ice.facility_adp_by_criminality"
PEOPLE_HELD, CONVICTED = "ice.detained", "convicted"
MONTHLY_AVERAGES = frozenset({"adp", "alos", "adp_by_facility_type", "alos_by_facility_type", "alos_adult"})
# The tables of the list of facilities that count or measure: one row of the sheet runs through all of them.
FACILITY_TABLES = (
    "facility_beds",
    "facility_criminality",
    "facility_levels",
    "facility_mandatory",
    "facility_stay",
    "facility_threat",
)
MOVING_TABLES = frozenset(
    {"detained_by_criminality", "book_ins_by_month", "final_book_outs", *FACILITY_TABLES},
)


def movements(current: Sequence[Observation], compared: Compared) -> list[Finding]:
    """Findings about one edition against the one before it."""
    return [*_stock_and_flow(compared), *_agency_share(current, compared), *_bed_days(current, compared)]


def _pair(compared: Compared, table: str, series: str, kind: str) -> Pair | None:
    found = (p for p in compared.pairs.get(table, ()) if p.old.series == series and p.old.period.kind == kind)
    return next(found, None)


def _stock_and_flow(compared: Compared) -> Iterator[Finding]:
    stock = _pair(compared, "detained_by_criminality", HELD, "instant")
    into = _pair(compared, "book_ins_by_month", BOOK_INS, "fiscal_year_to_date")
    out = _pair(compared, "final_book_outs", BOOK_OUTS, "fiscal_year_to_date")
    if stock is None or into is None or out is None:
        return
    all_three = (stock, into, out)
    days = _days_between(all_three)
    if days <= 0:
        return
    changed, came, left = ((pair.new.value or 0.0) - pair.old.value for pair in all_three)
    rest, usual = changed - (came - left), limit("stock_and_flow", "a_day") * days
    allowed = limit("stock_and_flow", "people") * math.sqrt(max(days / limit("stock_and_flow", "days"), 1.0))
    if abs(rest - usual) > allowed:
        words = (
            f"People held changed by {changed:+,.0f} ({stock.new.locator}) in {days} days since "
            f"{stock.old.release_name}, book-ins less book-outs by {came - left:+,.0f} ({into.new.locator}, "
            f"{out.new.locator}): {rest:+,.0f} people are not accounted for, where {usual:+,.0f} within {allowed:,.0f} "
            "are usual. One of the three may be of another day."
        )
        cells = tuple(pair.new.locator for pair in all_three)
        expected = f"{usual:+.0f} within {allowed:.0f}"
        yield Finding("stock_and_flow", "warn", "cells", cells, expected, f"{rest:+.0f}", words)


def _days_between(pairs: Sequence[Pair]) -> int:
    """The days from one edition to the next; 0 where the figures are not of the same two editions of one year."""
    ends = [(a, b) for pair in pairs if (a := pair.old.period.end) and (b := pair.new.period.end)]
    one_year = all(pair.old.fiscal_year == pair.new.fiscal_year for pair in pairs)
    if not one_year or len(ends) < len(pairs) or len({pair.old.release_name for pair in pairs}) > 1:
        return 0
    return max((b - a).days for a, b in ends)


def _agency_share(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """Each agency's convicted share of the people it arrested that are held."""
    new = {o.series: o for o in current if o.metric == PEOPLE_HELD and o.value is not None}
    old = {e.series: e for e in compared.before.get("detained_by_criminality", ())}
    for agency in ("ICE", "CBP"):
        share, had = _convicted(agency, new), _convicted(agency, old)
        if share is None or had is None or abs(share - had) < limit("agency_share", "points"):
            continue
        name = _of_agency(agency, CONVICTED)
        words = (
            f"Of the people held whom {agency} arrested {share:.0%} are convicted ({new[name].locator}), "
            f"{had:.0%} in {old[name].release_name}: the agencies may be exchanged."
        )
        cells = _of_single_agencies(new.values())
        expected = f"{had:.2f} within {limit('agency_share', 'points'):.2f}"
        yield Finding("agency_share", "hold", "cells", cells, expected, f"{share:.2f}", words)
        return


def _of_single_agencies(figures: Iterable[Observation]) -> tuple[str, ...]:
    return tuple(o.locator for o in figures if ("agency", ALL) not in o.dims)


def _of_agency(agency: str, criminality: str) -> str:
    return f"{PEOPLE_HELD}{{agency={agency}, criminality={criminality}}}"


def _convicted(agency: str, figures: Mapping[str, Observation] | Mapping[str, Earlier]) -> float | None:
    """An agency's convicted share; None where it is not stated."""
    part, whole = (figures.get(_of_agency(agency, one)) for one in (CONVICTED, ALL))
    if part is None or part.value is None or whole is None or not whole.value:
        return None
    return part.value / whole.value


def _bed_days(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """TRAC's test: an average since 1 October times its days counts days in custody, which only add up."""
    here = [o for o in current if o.metric == PLACE_METRIC and o.value is not None]
    if PLACES not in compared.same_year or not here:
        return
    first, before = here[0], compared.before[PLACES]
    days, had = _days(first.period), _days(before[0].period)
    if not (days and had):
        return
    now, then = days * sum(o.value or 0.0 for o in here), had * sum(e.value for e in before)
    if now < then * (1 - limit("bed_days_shrink", "fall")):
        words = (
            f"The averages of all facilities ({first.locator} and on) over {days} days come to {now:,.0f} days in "
            f"custody; {before[0].release_name} had {then:,.0f} in {had} days. Days since 1 October cannot grow fewer."
        )
        yield Finding("bed_days_shrink", "hold", "table", FACILITY_TABLES, f"{then:.0f} or more", f"{now:.0f}", words)


def _days(period: Period) -> int | None:
    return (period.end - period.start).days + 1 if period.start and period.end else None


def _monthly_averages(observations: Iterable[Observation]) -> Mapping[str, list[Observation]]:
    """By table."""
    months: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.table in MONTHLY_AVERAGES and o.period.kind == "month" and o.value and o.status == "reported":
            months[o.table].append(o)
    return months


def _national(some: Iterable[Observation]) -> list[Observation]:
    """The figures for all, month by month."""
    return sorted((o for o in some if all(v == ALL for _, v in o.dims)), key=lambda o: str(o.period.start))


def average_jumps(observations: Iterable[Observation]) -> list[Finding]:
    """The national averages of a month against the month before it; both stand in one document."""
    found = []
    for table, some in _monthly_averages(observations).items():
        for before, after in pairwise(_national(some)):
            had, has = before.value or 0.0, after.value or 0.0
            if has <= had * limit("average_jumps", "factor"):
                continue
            words = (
                f"{table}: {after.locator} says {has:,.1f} for {_name(after.period)}, {before.locator} {had:,.1f} for "
                f"{_name(before.period)}: no national average rises so in a month."
            )
            cells = tuple(o.locator for o in some if o.period == after.period)
            expected = f"{had * limit('average_jumps', 'factor'):.1f} or less"
            found.append(Finding("average_jumps", "hold", "cells", cells, expected, f"{has:.1f}", words))
    return found


def running_month(observations: Iterable[Observation]) -> list[Finding]:
    """The running month's book-ins a day against those of the month before; both stand in one document."""
    months: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        counted = o.series == BOOK_INS if o.metric == "ice.book_ins" else False
        if counted and o.period.kind == "month" and o.period.end and o.value and o.status == "reported":
            months[o.table].append(o)
    return [finding for some in months.values() for finding in _pace(some)]


def _pace(months: Sequence[Observation]) -> Iterator[Finding]:
    in_order = sorted(months, key=lambda o: o.period.end.toordinal() if o.period.end else 0)
    if len(in_order) < 2:
        return
    before, newest = in_order[-2:]
    days, had = _days(newest.period) or 0, _days(before.period) or 0
    if days < limit("running_month", "days") or not had:
        return
    now, then = (newest.value or 0.0) / days, (before.value or 0.0) / had
    factor = limit("running_month", "factor")
    if not then / factor <= now <= then * factor:
        words = (
            f"{newest.locator} says {newest.value:,.0f} book-ins in {days} days of {_name(newest.period)}, "
            f"{now:,.0f} a day; {before.locator} has {then:,.0f} a day in {_name(before.period)}."
        )
        cells = (newest.locator, before.locator)
        expected = f"{then / factor:.0f} to {then * factor:.0f} a day"
        yield Finding("running_month", "warn", "cells", cells, expected, f"{now:.0f} a day", words)


def _name(period: Period) -> str:
    return f"{MONTHS[(period.start.month + 2) % 12]} {period.start.year}" if period.start else "a month"


CHECKS = (
    Check("average_jumps", lambda parsed: average_jumps(parsed.observations), lambda o: o.table in MONTHLY_AVERAGES),
    Check(
        "running_month",
        lambda parsed: running_month(parsed.observations),
        lambda o: o.metric == "ice.book_ins",
    ),
)
