"""TRAC's other tables by declared pairs: which release a row is held against, and what a difference is."""

from datetime import date

import pytest

from checks.sources.disputes import disputes, on_ice, on_trac
from checks.sources.paired_tables import Source, TableResult, reconcile_tables
from checks.sources.reconcile import Reconciliation
from figures.periods import Period, PeriodKind, fiscal_year, fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Dims, Observation, Status

NOTHING = Reconciliation((), ())


def observation(
    metric: str,
    dims: Dims,
    period: Period,
    value: float | None,
    where: str,
    *,
    status: Status = "reported",
    raw: str = "",
) -> Observation:
    table = metric.replace(".", "_")
    return Observation(metric, dims, period, value, "people", status, raw, where, table)


def book_ins(through: date, **months: float) -> list[Observation]:
    """ICE's months of a fiscal year and the count since 1 October, as of a day."""
    year = fiscal_year(through)
    made = [
        observation(
            "ice.book_ins", (("agency", "ICE"),), month_of_fiscal_year(year, name, through), value, f"xlsx:D!{name}22"
        )
        for name, value in months.items()
    ]
    total = fiscal_year_to_date(year, through)
    return [*made, observation("ice.book_ins", (("agency", "ICE"),), total, sum(months.values()), "xlsx:D!V22")]


def row(at: int, taken: date, name: str, value: float | None, through: date | None = None) -> list[Observation]:
    """One of TRAC's months with the day of download that its row states."""
    period = month_of_fiscal_year(fiscal_year(taken), name, through or taken)
    status: Status = "reported" if value is not None else "blank"
    return [
        observation("trac.book_ins", (("agency", "ICE"),), period, value, f"json:/{at}/ice", status=status),
        Observation(
            "trac.book_ins_downloaded",
            (),
            period,
            None,
            "text",
            "text",
            f"{taken:%m/%d/%Y}",
            f"json:/{at}/download_date",
            "trac_book_ins",
        ),
    ]


def trac(*rows: list[Observation]) -> list[Observation]:

    return [o._replace(table="trac_book_ins") for each in rows for o in each]


def source(number: int, posted: date, row_: date | None, observations: list[Observation]) -> Source:
    return Source(number, f"{posted:%m%d%Y}.xlsx", posted, row_, observations)


def told(results: list[TableResult]) -> list[tuple[str, date, str, int, int]]:
    return [(r.table.id, r.taken, r.outcome, len(r.equal), len(r.differences)) for r in results]


def test_a_month_is_held_against_the_release_that_its_row_names() -> None:
    """A later edition revised April; the row was taken from the earlier one."""
    april = source(1, date(2026, 4, 9), date(2026, 4, 4), book_ins(date(2026, 4, 4), Nov=38401, Mar=32531))
    july = source(2, date(2026, 7, 20), date(2026, 7, 11), book_ins(date(2026, 7, 11), Nov=38387, Mar=32492))
    rows = trac(row(0, date(2026, 4, 4), "Nov", 38401), row(1, date(2026, 4, 4), "Mar", 32531))
    assert told(reconcile_tables(rows, [april, july])) == [("book_ins", date(2026, 4, 4), "agree", 2, 0)]


def test_the_september_of_the_year_end_file_is_no_dispute() -> None:
    """TRAC froze FY2024 at the release of 7 September; ICE's file of the year's end revised every month."""
    end = source(1, date(2024, 10, 23), None, book_ins(date(2024, 9, 30), Aug=21600, Sep=22006))
    rows = trac(row(0, date(2024, 9, 7), "Aug", 21589), row(1, date(2024, 9, 7), "Sep", 4000))
    results = reconcile_tables(rows, [end])
    assert told(results) == [("book_ins", date(2024, 9, 7), "no_workbook", 0, 0)]
    assert results[0].words == "No workbook of the release of 7 September 2024 is held."


def test_a_row_that_states_a_later_day_is_placed_by_the_row_of_people_held() -> None:
    """September 2021: the rows say 09/30, the workbook posted on 1 October runs through 25 September."""
    posted = source(1, date(2021, 10, 1), date(2021, 10, 1), book_ins(date(2021, 9, 25), Aug=1500, Sep=28344))
    rows = trac(row(0, date(2021, 9, 30), "Aug", 1500), row(1, date(2021, 9, 30), "Sep", 28344, date(2021, 9, 25)))
    (result,) = reconcile_tables(rows, [posted])
    assert (result.outcome, len(result.equal)) == ("agree", 2)
    assert result.words.endswith("Paired by TRAC's count of 1 October 2021.")


def test_placeholders_and_months_to_come_are_not_compared() -> None:
    ours = source(1, date(2026, 4, 9), date(2026, 4, 4), book_ins(date(2026, 4, 4), Mar=32531))
    rows = trac(row(0, date(2026, 4, 4), "Mar", 32531), row(1, date(2026, 4, 4), "Sep", None))
    assert told(reconcile_tables(rows, [ours])) == [("book_ins", date(2026, 4, 4), "agree", 1, 0)]


def test_an_altered_month_is_found_with_both_cells() -> None:
    ours = source(7, date(2026, 4, 9), date(2026, 4, 4), book_ins(date(2026, 4, 4), Feb=30000, Mar=32531))
    rows = trac(row(0, date(2026, 4, 4), "Feb", 30000), row(1, date(2026, 4, 4), "Mar", 32513))
    results = reconcile_tables(rows, [ours])
    assert told(results) == [("book_ins", date(2026, 4, 4), "values_differ", 1, 1)]
    (dispute,) = disputes(NOTHING, results)
    assert (dispute.release_id, dispute.table, dispute.day) == (7, "people booked in by month", date(2026, 4, 4))
    assert (on_ice(dispute).scope, on_trac(dispute).scope) == (("xlsx:D!Mar22",), ("json:/1/ice",))


def test_re_issues_of_one_day_need_one_that_agrees() -> None:
    first = source(1, date(2020, 12, 29), None, book_ins(date(2020, 9, 30), Aug=1000, Sep=900))
    again = source(2, date(2023, 2, 15), None, book_ins(date(2020, 9, 30), Aug=1001, Sep=901))
    rows = trac(row(0, date(2020, 9, 30), "Aug", 1000), row(1, date(2020, 9, 30), "Sep", 900))
    (result,) = reconcile_tables(rows, [first, again])
    assert (result.outcome, result.source) == ("agree", first)


def level(facility: str, part: str, value: float, day: date) -> Observation:
    return observation(
        "ice.facility_adp_by_level",
        (("facility", facility), ("level", part)),
        fiscal_year_to_date(fiscal_year(day), day),
        value,
        f"xlsx:Facilities!{facility}{part}",
    )


def facility(name: str, value: float, day: date, kind: PeriodKind = "fiscal_year_to_date") -> Observation:
    period = fiscal_year_to_date(fiscal_year(day), day) if kind == "fiscal_year_to_date" else instant(day)
    return observation("trac.facility_population", (("facility", name),), period, value, f"json:/{name}/count")


LEVELS = {"ADAMS | NATCHEZ | MS": (0.2, 0.2, 0.05), "BAKER | MACCLENNY | FL": (10.0, 20.3, 0.3)}


def levels(day: date) -> list[Observation]:
    return [level(name, "ABC"[at], value, day) for name, parts in LEVELS.items() for at, value in enumerate(parts)]


def test_a_facility_is_the_rounded_sum_of_its_levels_and_the_total_the_sum_of_everything() -> None:
    """TRAC rounds each sum, and the unrounded total: 0 + 31 is not 31.05 rounded by accident alone."""
    day = date(2026, 4, 2)
    ours = source(1, date(2026, 4, 9), date(2026, 4, 4), levels(day))
    rows = [
        facility("ADAMS | NATCHEZ | MS", 0, day),
        facility("BAKER | MACCLENNY | FL", 31, day),
        facility("all", 31, day),
    ]
    assert told(reconcile_tables(rows, [ours])) == [("facilities", day, "agree", 12, 0)]
    rows[1] = facility("BAKER | MACCLENNY | FL", 32, day)
    results = reconcile_tables(rows, [ours])
    assert results[0].outcome == "values_differ"
    (dispute,) = disputes(NOTHING, results)
    assert on_ice(dispute).scope == tuple(f"xlsx:Facilities!BAKER | MACCLENNY | FL{part}" for part in "ABC")


def test_a_total_that_differs_accuses_no_single_cell_of_ice_s() -> None:
    day = date(2026, 4, 2)
    ours = source(1, date(2026, 4, 9), date(2026, 4, 4), levels(day))
    rows = [
        facility("ADAMS | NATCHEZ | MS", 0, day),
        facility("BAKER | MACCLENNY | FL", 31, day),
        facility("all", 40, day),
    ]
    (dispute,) = disputes(NOTHING, reconcile_tables(rows, [ours]))
    assert (on_ice(dispute).scope, on_trac(dispute).scope) == ((), ("json:/all/count",))


def test_a_facility_that_one_side_does_not_name_is_no_dispute() -> None:
    day = date(2026, 4, 2)
    ours = source(1, date(2026, 4, 9), date(2026, 4, 4), levels(day))
    rows = [facility("BAKER | MACCLENNY | FL", 31, day), facility("CIMMARRON | CUSHING | OK", 500, day)]
    (result,) = reconcile_tables(rows, [ours])
    assert result.outcome == "agree"
    assert "; 1 more have no cell to be compared with." in result.words


def test_a_facility_that_stands_there_twice_is_not_compared() -> None:
    day = date(2026, 4, 2)
    ours = source(1, date(2026, 4, 9), date(2026, 4, 4), levels(day))
    rows = [facility("ADAMS | NATCHEZ | MS", 0, day), *[facility("BAKER | MACCLENNY | FL", 15, day)] * 2]
    (result,) = reconcile_tables(rows, [ours])
    assert (result.outcome, len(result.equal)) == ("agree", 3)


@pytest.mark.parametrize(("row_", "outcome"), [(date(2025, 2, 9), "agree"), (date(2025, 3, 9), "no_workbook")])
def test_facilities_meet_by_release_where_ice_left_an_old_label(row_: date, outcome: str) -> None:
    """14 February 2025: ICE's list says 21 January, TRAC says 8 February; the row of people held is of the 9th."""
    ours = source(1, date(2025, 2, 14), row_, levels(date(2025, 1, 21)))
    rows = [
        facility("ADAMS | NATCHEZ | MS", 0, date(2025, 2, 8)),
        facility("BAKER | MACCLENNY | FL", 31, date(2025, 2, 8)),
    ]
    assert told(reconcile_tables(rows, [ours]))[0][2] == outcome


def test_areas_meet_whatever_the_full_stops_and_never_by_adding_technologies() -> None:
    day = date(2026, 4, 4)

    def areas(metric: str, dot: str, where: str) -> list[Observation]:
        cells = {("all", "all"): 300, (f"St{dot} Paul", "all"): 300, (f"St{dot} Paul", "smartlink"): 250}
        return [
            observation(metric, (("area", a), ("technology", t)), instant(day), value, f"{where}{at}")
            for at, ((a, t), value) in enumerate(cells.items())
        ]

    ours = source(1, date(2026, 4, 9), day, areas("ice.atd_by_area", ".", "xlsx:ATD!B"))
    assert told(reconcile_tables(areas("trac.atd_active", "", "json:/"), [ours])) == [("atd", day, "agree", 3, 0)]


def test_another_release_is_not_taken_for_the_one_of_the_row() -> None:
    """Found by the row's date alone, with most figures others: the wrong workbook, and no dispute."""
    ours = source(1, date(2025, 2, 14), date(2025, 2, 9), levels(date(2025, 1, 21)))
    rows = [
        facility("ADAMS | NATCHEZ | MS", 7, date(2025, 2, 8)),
        facility("BAKER | MACCLENNY | FL", 90, date(2025, 2, 8)),
    ]
    assert told(reconcile_tables(rows, [ours]))[0][2] == "no_workbook"
