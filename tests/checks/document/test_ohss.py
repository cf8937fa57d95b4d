"""What OHSS's workbook says against itself, within what rounding to ten explains."""

from collections.abc import Sequence

import pytest

from checks.document.ohss import MONTHS_WITHIN, ohss
from figures.records import Finding, Observation, Status
from replica.ohss import FIRST, workbook
from scrapers.ohss.monthly_tables import parse


@pytest.fixture(scope="module")
def sound() -> tuple[Observation, ...]:
    return parse(workbook(FIRST), "ohss.xlsx").observations


def changed(observations: Sequence[Observation], series: str, month: str, by: float) -> list[Finding]:
    """Findings after one month, or the year to date where `month` is empty, of a series was another number."""
    kind = "month" if month else "fiscal_year_to_date"
    touched = [
        o._replace(value=(o.value or 0) + by)
        if o.series == series and o.period.kind == kind and (not month or f"{o.period.start:%Y-%m}" == month)
        else o
        for o in observations
    ]
    assert touched != list(observations)
    return ohss(touched)


def test_sound_figures_pass_and_other_documents_are_no_business(sound: Sequence[Observation]) -> None:
    assert ohss(sound) == []
    assert ohss([o._replace(metric="cbp.encounters") for o in sound]) == []


@pytest.mark.parametrize("status", ["blank", "not_applicable", "not_available"])
def test_a_number_that_is_lost_is_told(sound: Sequence[Observation], status: Status) -> None:
    """A month between months with numbers, and the total of a year that has all its months."""
    for kind, month in (("month", "2024-03"), ("fiscal_year_to_date", "2023-10"), ("fiscal_year", "2022-10")):
        lost = [
            o._replace(value=None, status=status, raw="")
            if o.series == "ohss.book_ins{agency=CBP}" and (o.period.kind, f"{o.period.start:%Y-%m}") == (kind, month)
            else o
            for o in sound
        ]
        (found,) = ohss(lost)
        assert (found.check, found.severity, len(found.scope)) == ("figure_blank", "warn", 1), kind
        assert "shows nothing where the cells beside it have numbers: 1 figures" in found.words


def test_months_that_miss_their_total_hold_the_year(sound: Sequence[Observation]) -> None:
    series = "ohss.book_ins{agency=CBP}"
    assert changed(sound, series, "", MONTHS_WITHIN) == []
    (held,) = changed(sound, series, "", MONTHS_WITHIN + 10)
    assert (held.check, held.severity, held.scope_kind) == ("months_total", "hold", "cells")
    assert len(held.scope) == 11
    assert all("xlsx:ICE Book-Ins by Arrest Agency!D" in cell for cell in held.scope)
    assert "more than rounding to ten explains (60)" in held.words


def test_parts_that_miss_their_total_hold_their_cells(sound: Sequence[Observation]) -> None:
    for series, fault in {
        "ohss.arrests{criminality=convicted}": 1,
        "ohss.arrests{criminality=pending}": 1,
        "ohss.repatriations{type=enforcement_return}": 2,
        "ohss.repatriations{type=reinstatement_of_removal}": 1,
        "ohss.encounters{kind=administrative, region=all}": 2,
        "ohss.encounters{kind=all, region=coastal}": 2,
    }.items():
        held = [f for f in changed(sound, series, "2024-03", 60) if f.check == "parts_total"]
        assert len(held) == fault, series
        assert {(f.severity, f.scope_kind) for f in held} == {("hold", "cells")}
        assert changed(sound, series, "2024-03", 10) == [], series


def test_columns_that_were_exchanged_show(sound: Sequence[Observation]) -> None:
    """Enforcement and administrative encounters of the southwest in each other's column."""
    kinds = {"enforcement": "administrative", "administrative": "enforcement"}
    swapped = [
        o._replace(dims=(("kind", kinds[o.dims[0][1]]), o.dims[1]))
        if o.metric == "ohss.encounters" and o.dims[0][1] in kinds and o.dims[1][1] == "southwest"
        else o
        for o in sound
    ]
    assert {f.check for f in ohss(swapped)} == {"parts_total"}


def test_one_count_on_two_sheets_that_differs_is_held(sound: Sequence[Observation]) -> None:
    (held,) = [f for f in changed(sound, "ohss.dhs_removals{agency=all}", "2024-05", 10) if f.check == "equal_totals"]
    assert held.severity == "hold"
    assert [cell.partition("!")[0] for cell in held.scope] == [
        "xlsx:DHS Removals by Arrest Agcy",
        "xlsx:DHS Repats by Type",
    ]


def test_a_figure_that_is_not_rounded_is_said(sound: Sequence[Observation]) -> None:
    (said,) = changed(sound, "ohss.book_ins{agency=ICE}", "2024-05", 3)
    assert (said.check, said.severity, len(said.scope)) == ("not_rounded", "warn", 1)
