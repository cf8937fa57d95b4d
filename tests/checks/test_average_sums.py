"""The sums of headline tables, counts and averages: one wrong cell is named, more are held with their sums."""

from collections.abc import Mapping, Sequence

import pytest

from checks.average_sums import average_sums
from checks.document import document
from checks.static import static
from figures.records import Finding, Observation, Parsed
from replica.editions import edition
from replica.workbooks import build
from scrapers import ice_workbook

EDITION = edition("06202025")


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    return ice_workbook.parse(build(EDITION), EDITION.file_name)


def _with(parsed: Parsed, changes: Mapping[str, float]) -> list[Observation]:
    """The edition with other numbers in some cells."""
    return [o._replace(value=changes[o.locator]) if o.locator in changes else o for o in parsed.observations]


def _cells(parsed: Parsed, *tables: str) -> list[Observation]:
    return [o for o in parsed.observations if o.table in tables and o.value and not o.metric.endswith("_share")]


def _holds(observations: Sequence[Observation]) -> list[Finding]:
    found = [*static(observations), *average_sums(observations)]
    return [f for f in found if f.severity == "hold" and f.check != "share_of_count"]


def _cell(parsed: Parsed, where: str) -> Observation:
    (cell,) = [o for o in parsed.observations if o.locator.endswith(f"!{where}")]
    return cell


def test_a_sound_edition_is_sound(parsed: Parsed) -> None:
    assert [*static(parsed.observations), *average_sums(parsed.observations)] == []


@pytest.mark.parametrize("by", [-7.0, 10_000.0])
def test_each_wrong_cell_of_the_headline_tables_is_held_alone(parsed: Parsed, by: float) -> None:
    cells = _cells(parsed, "detained_by_criminality", "book_ins_by_month", "book_ins_by_criminality", "adp")
    assert len(cells) > 150
    for cell in cells:
        found = _holds(_with(parsed, {cell.locator: (cell.value or 0.0) + by}))
        assert {f.scope for f in found} == {(cell.locator,)}, cell
        assert found[0].words.endswith(f"The fault lies in {cell.locator}.") or "alone explains it" in found[0].words


def test_a_wrong_total_of_book_outs_is_held_alone_and_of_its_parts_the_two_that_may_be_wrong(parsed: Parsed) -> None:
    total, family, adult = (_cell(parsed, where) for where in ("J29", "J30", "J31"))
    assert {f.scope for f in _holds(_with(parsed, {total.locator: 128_392.0}))} == {(total.locator,)}
    for part in (family, adult):
        (finding,) = _holds(_with(parsed, {part.locator: (part.value or 0.0) + 900}))
        assert finding.scope == (family.locator, adult.locator)


def test_a_mistyped_average_is_said(parsed: Parsed) -> None:
    cell = _cell(parsed, "N96")
    (finding,) = _holds(_with(parsed, {cell.locator: 12_498.0}))
    assert (finding.check, finding.scope) == ("averages_total", (cell.locator,))
    assert finding.words == (
        "xlsx:Detention FY25!N100 says 44,115.8 but its parts (xlsx:Detention FY25!N92, xlsx:Detention FY25!N96) add "
        "to 34,179.4. xlsx:Detention FY25!N96 alone explains it: it stands in each sum that does not add, and in none "
        "that does."
    )


def test_averages_may_be_off_by_their_rounding(parsed: Parsed) -> None:
    rounded = {o.locator: float(round(o.value or 0.0)) for o in _cells(parsed, "adp", "adp_by_facility_type")}
    assert _holds(_with(parsed, rounded)) == []


def test_a_total_that_another_table_prints_otherwise_is_told_of_both(parsed: Parsed) -> None:
    """All of one table is of another edition: its own sums agree, so either total may be wrong."""
    table = {o.locator: (o.value or 0.0) * 2 for o in _cells(parsed, "book_ins_by_criminality")}
    (finding,) = _holds(_with(parsed, table))
    assert (finding.check, finding.scope) == ("equal_totals", ("xlsx:Detention FY25!V20", "xlsx:Detention FY25!E29"))
    assert finding.words == (
        "xlsx:Detention FY25!V20 says 204,297 and xlsx:Detention FY25!E29 says 408,594 for the same count."
    )


def test_a_second_table_may_be_off_by_one_in_a_thousand(parsed: Parsed) -> None:
    by_criminality = _cells(parsed, "book_ins_by_criminality")
    for by, held in ((1.0009, 0), (1.0011, 1)):
        table = {o.locator: (o.value or 0.0) * by for o in by_criminality}
        sums = [f for f in _holds(_with(parsed, table)) if f.check == "equal_totals"]
        assert len(sums) == held


def test_a_number_that_became_blank_is_the_wrong_cell(parsed: Parsed) -> None:
    cell = _cell(parsed, "Q22")
    blank = [o._replace(value=None, status="blank") if o.locator == cell.locator else o for o in parsed.observations]
    assert {f.scope for f in _holds(blank)} == {(cell.locator,)}


def test_two_wrong_cells_are_held_with_all_that_they_break(parsed: Parsed) -> None:
    one, other = _cell(parsed, "J21"), _cell(parsed, "K22")
    found = _holds(_with(parsed, {one.locator: 1.0, other.locator: 2.0}))
    held = {locator for f in found for locator in f.scope}
    assert {one.locator, other.locator} <= held
    assert _cell(parsed, "J29").locator not in held


def test_exchanged_cells_are_not_taken_for_right_because_their_row_adds(parsed: Parsed) -> None:
    one, other = _cell(parsed, "L22"), _cell(parsed, "O22")
    found = _holds(_with(parsed, {one.locator: other.value or 0.0, other.locator: one.value or 0.0}))
    assert {one.locator, other.locator} <= {locator for f in found for locator in f.scope}


def test_a_document_is_asked_for_its_sums(parsed: Parsed) -> None:
    cell = _cell(parsed, "N100")
    wrong = Parsed(tuple(_with(parsed, {cell.locator: 4_420.0})), (), parsed.fiscal_year, parsed.run_date)
    assert ("averages_total", (cell.locator,)) in {(f.check, f.scope) for f in document(wrong)}
