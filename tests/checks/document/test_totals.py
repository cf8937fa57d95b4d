"""Each check with a document that fails it and one beside it that passes."""

from collections.abc import Sequence
from datetime import date

import pytest

from checks.document.totals import static
from figures.periods import MONTHS, Period, fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Finding, Observation, Status
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac import population_table
from replica.workbooks import build
from tests.looped import for_each

THROUGH = date(2025, 5, 17)
DAY = instant(date(2025, 5, 18))
YEAR = fiscal_year_to_date(2025, THROUGH)


def _observation(
    metric: str, dims: dict[str, str], value: float | None, cell: str, table: str, period: Period = DAY
) -> Observation:
    return Observation(
        metric=metric,
        dims=tuple(sorted(dims.items())),
        period=period,
        value=value,
        unit="people",
        status="blank" if value is None else "reported",
        raw="" if value is None else f"{value:.0f}",
        locator=f"xlsx:S!{cell}",
        table=table,
        fiscal_year=2025,
    )


def _detained() -> list[Observation]:
    """Two agencies by two criminal records, adding up in both directions."""
    rows = {"all": (30, 12, 42), "convicted": (20, 5, 25), "pending": (10, 7, 17)}
    return [
        _observation(
            "ice.detained",
            {"agency": agency, "criminality": criminality},
            value,
            f"{column}{row}",
            "detained_by_criminality",
        )
        for row, (criminality, values) in enumerate(rows.items(), start=20)
        for column, agency, value in zip("BDF", ("ICE", "CBP", "all"), values, strict=True)
    ]


def _disposition(total: float) -> list[Observation]:
    return [
        _observation(
            "ice.detained_by_disposition",
            {"disposition": disposition, "facility_type": "all"},
            value,
            f"D{row}",
            "detained_by_disposition",
        )
        for row, (disposition, value) in enumerate([("all", total), ("other", total)], start=10)
    ]


def _book_ins() -> list[Observation]:
    """Eight months of both agencies, 10 and 1 a month; the months to come have no value."""
    made = []
    for row, (agency, each) in enumerate([("all", 11), ("CBP", 1), ("ICE", 10)], start=20):
        for column, month in enumerate(MONTHS):
            period = month_of_fiscal_year(2025, month, THROUGH)
            value = each if period.end else None
            cell = f"{chr(74 + column)}{row}"
            made.append(_observation("ice.book_ins", {"agency": agency}, value, cell, "book_ins_by_month", period))
        made.append(_observation("ice.book_ins", {"agency": agency}, each * 8, f"V{row}", "book_ins_by_month", YEAR))
    return made


def _changed(observations: Sequence[Observation], cell: str, value: float | None) -> list[Observation]:
    made = [
        o._replace(value=value, raw="" if value is None else f"{value:.0f}") if o.locator == f"xlsx:S!{cell}" else o
        for o in observations
    ]
    assert made != list(observations)
    return made


def _held(findings: Sequence[Finding]) -> dict[str, set[str]]:
    """By check the cells that are held, without their sheet."""
    assert {(f.severity, f.scope_kind) for f in findings} <= {("hold", "cells")}
    held: dict[str, set[str]] = {}
    for f in findings:
        held.setdefault(f.check, set()).update(cell.removeprefix("xlsx:S!") for cell in f.scope)
    return held


@pytest.mark.parametrize("sound", [_detained(), _disposition(42), _book_ins(), [*_detained(), *_disposition(42)]])
def test_a_table_that_adds_up_is_held_by_nothing(sound: list[Observation]) -> None:
    assert static(sound) == []


def test_no_figures_are_held_by_nothing() -> None:
    assert static([]) == []


@pytest.mark.parametrize(
    ("cell", "value", "dimensions"),
    [
        ("F20", 43, {"agency", "criminality"}),  # the total of totals: its row and its column
        ("B20", 31, {"agency", "criminality"}),
        ("F21", 26, {"agency", "criminality"}),
        ("D22", 8, {"agency", "criminality"}),
        ("D22", 0, {"agency", "criminality"}),
        ("D22", None, {"agency", "criminality"}),  # a part that is missing leaves a gap
    ],
)
def test_the_figure_that_explains_what_does_not_add_is_held_and_no_other(
    cell: str, value: float | None, dimensions: set[str]
) -> None:
    findings = static(_changed(_detained(), cell, value))
    assert _held(findings) == {"parts_total": {cell}}
    assert all(f.words.endswith(f"The fault lies in xlsx:S!{cell}.") for f in findings)
    assert {d for d in ("agency", "criminality") for f in findings if f" by {d} " in f.words} == dimensions


def test_one_person_is_enough_and_the_cells_are_named() -> None:
    one, _ = static(_changed(_detained(), "D22", 8))
    assert one.words == (
        "xlsx:S!F22 says 17 but its parts by agency (xlsx:S!B22, xlsx:S!D22) add to 18. The fault lies in xlsx:S!D22."
    )
    assert (one.expected, one.found) == ("18", "17")


def test_what_no_single_figure_explains_is_held_as_far_as_nothing_vouches_for_it() -> None:
    two = _changed(_changed(_detained(), "B21", 21), "B22", 11)  # both are one too many: their rows and column are off
    assert _held(static(two)) == {"parts_total": {"B21", "B22"}}
    exchanged = _changed(_changed(_detained(), "B21", 5), "D21", 20)  # their row adds, two columns do not
    assert _held(static(exchanged)) == {"parts_total": {"B20", "B21", "B22", "D20", "D21", "D22"}}
    fear = [
        _observation("ice.fear_detained", {"facility_type": kind}, value, f"O{row}", "fear_detained")
        for row, (kind, value) in enumerate([("all", 42), ("adult", 40), ("family_center", 1)], start=10)
    ]
    assert _held(static(fear)) == {"parts_total": {"O10", "O11", "O12"}}  # one sum alone says of none which is wrong


def test_what_is_off_all_over_a_table_is_told_as_one() -> None:
    months = _book_ins()
    for column in "JKLMN":
        months = _changed(months, f"{column}21", 2)
    parts, year = static(months)
    assert (parts.check, year.check) == ("parts_total", "months_total")
    assert parts.words.endswith("So in 2 more sums of book_ins_by_month.")
    assert _held([parts]) == {"parts_total": {f"{column}21" for column in "JKLMN"}}


def test_disposition_is_checked_along_both_dimensions() -> None:
    def table(adults: float) -> list[Observation]:
        figures = {("all", "all"): 42, ("all", "adult"): 42, ("other", "all"): 42, ("other", "adult"): adults}
        return [
            _observation(
                "ice.detained_by_disposition",
                {"disposition": disposition, "facility_type": facility},
                value,
                f"B{row}",
                "detained_by_disposition",
            )
            for row, ((disposition, facility), value) in enumerate(figures.items(), start=10)
        ]

    assert static(table(42)) == []
    findings = static(table(41))
    assert _held(findings) == {"parts_total": {"B13"}}
    assert [f.words.partition(" (")[0] for f in findings] == [
        "xlsx:S!B11 says 42 but its parts by disposition",
        "xlsx:S!B12 says 42 but its parts by facility_type",
    ]


def test_a_new_agency_that_is_part_of_the_total_holds_nothing() -> None:
    third = [
        _observation("ice.detained", {"agency": "USMS", "criminality": c}, v, f"G{row}", "detained_by_criminality")
        for row, (c, v) in enumerate([("all", 3), ("convicted", 3), ("pending", 0)], start=20)
    ]
    grown = _changed(_changed(_detained(), "F20", 45), "F21", 28)
    assert static([*grown, *third]) == []
    assert _held(static([*_detained(), *third])).keys() == {"parts_total"}


def test_a_total_that_is_not_there_holds_what_it_would_be_of() -> None:
    findings = static([o for o in _detained() if dict(o.dims) != {"agency": "all", "criminality": "pending"}])
    assert _held(findings)["total_missing"] == {"B22", "D22"}
    assert "xlsx:S!B22, xlsx:S!D22: no single total of agency." in [f.words for f in findings]


def test_a_total_without_a_number_is_held_with_its_parts_where_they_have_one() -> None:
    findings = static(_changed(_detained(), "F22", None))
    assert "xlsx:S!F22 gives no total where its parts add to 17." in [f.words for f in findings]
    assert _held(findings)["total_missing"] == {"B22", "D22", "F22"}


@pytest.mark.parametrize("status", ["blank", "suppressed", "to_come"])
def test_nothing_said_of_parts_and_total_is_no_contradiction(status: Status) -> None:
    assert static([o._replace(value=None, status=status, raw="-") for o in _detained()]) == []


def test_a_part_that_is_no_number_is_no_contradiction_where_the_others_add_up() -> None:
    """FSC cells showed `-` from December 2021 on: nobody was held there."""
    family = _observation(
        "ice.detained_by_disposition",
        {"disposition": "all", "facility_type": "family_center"},
        None,
        "B10",
        "detained_by_disposition",
    )
    adult = family._replace(dims=(("disposition", "all"), ("facility_type", "adult")), value=42.0, locator="xlsx:S!C10")
    assert static([family, adult, _disposition(42)[0]]) == []


def test_two_tables_that_disagree_on_one_count_are_both_held() -> None:
    findings = static([*_detained(), *_disposition(41)])
    assert _held(findings)["equal_totals"] == {*(f"{c}{r}" for c in "BDF" for r in (20, 21, 22)), "D10", "D11"}
    assert [f.words for f in findings] == ["xlsx:S!F20 says 42 and xlsx:S!D10 says 41 for the same count."]


def test_of_two_totals_of_one_count_the_one_that_its_parts_contradict_is_held() -> None:
    findings = static([*_changed(_detained(), "F20", 43), *_disposition(42)])
    assert _held(findings) == {"parts_total": {"F20"}, "equal_totals": {"F20"}}


def test_a_count_that_stands_in_one_table_only_is_no_contradiction() -> None:
    assert static(_disposition(41)) == []
    assert static([*_detained(), *_changed(_disposition(42), "D10", None)[1:]]) != []


def test_one_doubtful_month_is_held_and_not_the_months_beside_it() -> None:
    findings = static(_changed(_book_ins(), "L22", 12))
    assert _held(findings) == {"parts_total": {"L22"}, "months_total": {"L22"}}


def test_months_that_do_not_add_to_the_year_are_held() -> None:
    swapped = _changed(_changed(_book_ins(), "J21", 2), "J22", 9)  # ICE and CBP still add to the month's total
    findings = static(swapped)
    assert set(_held(findings)) == {"months_total"}
    assert [f.words for f in findings] == [
        "xlsx:S!V21 says 8 but the months beside it add to 9.",
        "xlsx:S!V22 says 80 but the months beside it add to 79.",
    ]


def test_the_agencies_of_one_month_are_checked_too() -> None:
    findings = static(_changed(_book_ins(), "J20", 12))
    assert _held(findings) == {"parts_total": {"J20"}, "months_total": {"J20"}}


def test_figures_after_the_stated_day_count_in_the_year() -> None:
    """06052025: `updated through 05/31/2025`, and nine people of June already in the total."""
    grown = _book_ins()
    for cell, value in {"R20": 9, "R21": 6, "R22": 3, "V20": 97, "V21": 14, "V22": 83}.items():
        grown = _changed(grown, cell, value)
    assert static(grown) == []
    assert _held(static(_changed(grown, "R22", 4))) == {"parts_total": {"R22"}, "months_total": {"R22"}}


def _reasons(*new: tuple[str, float]) -> list[Observation]:
    """Three reasons and their total; `new` are rows that nobody declared, without a word of what they are part of."""
    declared = {"all": 30.0, "paroled": 10.0, "bonded_out": 20.0}
    of_bond = {"bond_set_by_ice": 5.0, "bond_set_by_immigration_judge": 15.0}
    rows = [({"reason": r, "part_of": "all"}, v) for r, v in declared.items()]
    rows += [({"reason": r, "part_of": "bonded_out"}, v) for r, v in of_bond.items()]
    rows += [({"reason": r}, v) for r, v in new]
    return [
        _observation(
            "ice.final_book_outs_by_reason",
            {**dims, "criminality": "all"},
            value,
            f"C{row}",
            "book_outs_by_reason",
            YEAR,
        )
        for row, (dims, value) in enumerate(rows, start=37)
    ]


def test_a_new_reason_belongs_into_the_sum_before_it_is_judged() -> None:
    assert static(_reasons()) == []
    grown = _changed(_reasons(("Voluntary Departure", 7)), "C37", 37)
    assert static(grown) == []
    assert static(_changed(_reasons(("Voluntary Departure", 7), ("Other Agency", 4)), "C37", 41)) == []
    part_of_bonds = _changed(_changed(_reasons(("Bond Set by BIA", 3)), "C39", 23), "C37", 33)
    assert static(part_of_bonds) == []
    assert _held(static(_changed(grown, "C37", 38))) != {}


def _share(raw: str) -> list[Observation]:
    o = _observation("ice.detained_share", {"agency": "ICE", "criminality": "all"}, float(raw), "C20", "t")
    return [o._replace(unit="fraction", raw=raw, table="detained_by_criminality")]


@pytest.mark.parametrize("raw", [repr(30 / 42), "0.714", "0.71"])
def test_a_percentage_is_compared_as_far_as_it_is_printed(raw: str) -> None:
    assert static([*_detained(), *_share(raw)]) == []


@pytest.mark.parametrize("raw", ["0.716", "0.72", "0.17"])
def test_a_percentage_that_is_not_that_of_its_count_is_held_without_the_count(raw: str) -> None:
    findings = static([*_detained(), *_share(raw)])
    assert _held(findings) == {"share_of_count": {"C20"}}
    assert f"xlsx:S!C20 says {float(raw):.4f} but xlsx:S!B20 is 0.7143 of xlsx:S!F20." in findings[0].words


def test_what_is_not_current_is_never_judged() -> None:
    broken = [o._replace(status="not_current") for o in _changed(_detained(), "F20", 99)]
    assert static(broken) == []
    assert static([*_detained(), *broken]) == []


@for_each("one", editions, lambda one: one.key)
def test_no_edition_on_record_contradicts_itself(one) -> None:  # type: ignore[no-untyped-def]
    observations = SOURCES["ice"].parse(build(one), one.file_name).observations
    assert len(observations) > 60
    assert static(observations) == []


def test_tracs_table_is_checked_row_by_row() -> None:
    table = population_table(date(2025, 6, 30))
    assert static(SOURCES["trac_population"].parse(table, "t").observations) == []
    broken = table.replace(b'"cbp_pend":', b'"cbp_pend":1', 1)
    findings = static(SOURCES["trac_population"].parse(broken, "t").observations)
    assert {(f.check, f.severity, f.scope_kind) for f in findings} == {("parts_total", "hold", "cells")}
    # The file holds years of releases: one that does not add holds back none of the others.
    assert all(cell.startswith("json:/0/") for f in findings for cell in f.scope)
    assert len(findings) == 2
