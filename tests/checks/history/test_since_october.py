"""Editions against the ones before them: what may move and what may not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from checks.history.since_october import against_history
from figures.periods import end_of_day
from figures.records import Figure, Finding, Observation
from figures.registry import SOURCES
from replica.editions import Edition, edition, editions
from replica.trac import population_table
from replica.workbooks import build

MAY = edition("05232025")
REMOVALS = ("removals", "Total", "Total")
BOOK_INS = ("book_ins_by_month", "Total", "Total")
OF_CBP = ("book_ins_by_month", "CBP", "Total")
OF_ICE = ("book_ins_by_month", "ICE", "Total")
CHECKED = ("detained_by_disposition", "detained_by_criminality", "book_ins_by_month", "removals")


def _observations(one: Edition) -> list[Observation]:
    """Of an edition's tables those that are checked here; read once for each of those on record."""
    return _on_record(one.key) if one is edition(one.key) else _read(one)


@cache
def _on_record(key: str) -> list[Observation]:
    return _read(edition(key))


def _read(one: Edition) -> list[Observation]:
    return [o for o in SOURCES["ice"].parse(build(one), one.file_name).observations if o.table in CHECKED]


def _figures(one: Edition, release: int = 1) -> list[Figure]:
    """An edition as it is read from the store."""
    return [
        Figure(
            series=o.series,
            period=o.period,
            value=o.value,
            unit=o.unit,
            status=o.status,
            raw=o.raw,
            locator=o.locator,
            period_locator=o.period_locator,
            fiscal_year=o.fiscal_year,
            run_date=o.run_date,
            held=False,
            release_id=release,
            release_name=one.file_name,
            sha256=f"{release:064x}",
            url="",
            known_at=end_of_day(one.published_on),
            known_by="stated",
            table=o.table,
        )
        for o in _observations(one)
    ]


def _check(one: Edition, *before: Edition) -> list[Finding]:
    earlier = [figure for release, old in enumerate(before, 1) for figure in _figures(old, release)]
    return against_history(_observations(one), one.fiscal_year, earlier, end_of_day(one.published_on))


def _held(findings: Sequence[Finding]) -> set[tuple[str, tuple[str, ...]]]:
    assert {f.severity for f in findings} <= {"hold"}
    return {(f.check, f.scope) for f in findings}


def _with(one: Edition, **figures: float) -> Edition:
    """An edition with other figures: `removals`, `book_ins`, `cbp`, `ice`, `held`."""
    places = {"removals": REMOVALS, "book_ins": BOOK_INS, "cbp": OF_CBP, "ice": OF_ICE}
    changed = {places[name]: value for name, value in figures.items()}
    return replace(one, figures={**one.figures, **changed})


def _later(one: Edition, days: int) -> Edition:
    """The same figures in an edition of some days later, dated anew."""
    by = timedelta(days=days)
    blocks = {
        name: replace(
            getattr(one, name),
            through=getattr(one, name).through + by,
            run=getattr(one, name).run + by,
        )
        for name in ("docket", "book_ins", "removals")
    }
    return replace(one, published_on=one.published_on + by, file_name="later.xlsx", **blocks)


def _in_turn() -> list[tuple[Edition, set[tuple[str, tuple[str, ...]]]]]:
    clean: list[Figure] = []
    out = []
    for release, one in enumerate(editions(), 1):
        findings = against_history(_observations(one), one.fiscal_year, clean, end_of_day(one.published_on))
        held = {table for f in findings for table in f.scope}
        clean.extend(f for f in _figures(one, release) if f.table not in held)
        out.append((one, _held(findings)))
    return out


def test_of_all_editions_on_record_only_one_table_is_held() -> None:
    held = {one.key: what for one, what in _in_turn() if what}
    assert held == {"08292025": {("block_behind", ("removals",))}}


def test_29_august_2025_removals_moved_under_the_day_of_the_edition_before() -> None:
    """266,377 through 9 August, then 283,295 through 9 August: +16,918."""
    august = edition("08292025")
    before = replace(
        _with(august, removals=266_377),
        file_name="FY25_detentionStats08152025.xlsx",
        published_on=date(2025, 8, 15),
        docket=replace(august.docket, through=date(2025, 8, 10), run=date(2025, 8, 11)),
        book_ins=replace(august.book_ins, through=date(2025, 8, 9), run=date(2025, 8, 11)),
    )
    findings = _check(august, before)
    assert _held(findings) == {("date_stands_still", ("removals",)), ("block_behind", ("removals",))}
    words = {f.check: f.words for f in findings}
    assert words["date_stands_still"] == (
        "xlsx:Detention FY25!P29 moved by +16,918 to 283,295 since FY25_detentionStats08152025.xlsx, but its block "
        "still says 2025-08-09 (xlsx:Footnotes!B65): the day it runs through is not known."
    )
    assert words["block_behind"] == (
        "xlsx:Detention FY25!P29 moved since FY25_detentionStats08152025.xlsx, but its block says 2025-08-09 "
        "(xlsx:Footnotes!B65) where the other counts of the sheet run through 2025-08-23: "
        "the day it runs through is not known."
    )


def test_29_august_2025_against_the_last_edition_on_record() -> None:
    findings = _check(edition("08292025"), edition("07312025"))
    assert _held(findings) == {("block_behind", ("removals",))}


def test_29_august_2025_alone_is_held_too() -> None:
    (finding,) = _check(edition("08292025"))
    assert (finding.check, finding.scope) == ("block_behind", ("removals",))
    assert "has no earlier edition to compare with, but its block says 2025-08-09" in finding.words


def test_a_block_that_lags_and_did_not_move_is_held_by_nothing() -> None:
    august = edition("08292025")
    july = _with(edition("07312025"), removals=283_295)
    assert _check(august, july) == []


@pytest.mark.parametrize(
    ("moved", "held"),
    [(50, False), (-50, False), (51, True), (-51, True), (0, False)],
)
def test_a_count_of_one_day_may_be_revised_by_fifty(moved: int, held: bool) -> None:
    again = replace(_with(MAY, removals=169_956 + moved), published_on=date(2025, 5, 24), file_name="again.xlsx")
    checks = {f.check for f in _check(again, MAY)}
    assert ("date_stands_still" in checks) is (held and moved > 0)
    assert ("cumulative_falls" in checks) is (moved < 0)


def test_people_held_on_one_day_may_not_move_by_more_than_fifty_either() -> None:
    def held(by: int) -> Edition:
        figures = dict(MAY.figures)
        for place, value in MAY.figures.items():
            if place[:2] == ("detained_by_criminality", "Total") and place[2] == "Total":
                figures[place] = (value or 0) + by
        return replace(MAY, figures=figures, file_name="again.xlsx")

    assert _check(held(50), MAY) == []
    assert _held(_check(held(-51), MAY)) == {("date_stands_still", ("detained_by_criminality",))}
    assert _check(held(50_000), edition("05122025")) == []  # another day: people come and go


def test_a_total_that_falls_by_one_is_held() -> None:
    after = _with(_later(MAY, 14), removals=169_955)
    (finding,) = _check(after, MAY)
    assert (finding.check, finding.scope_kind, finding.scope) == ("cumulative_falls", "table", ("removals",))
    assert finding.words == (
        "xlsx:Detention FY25!P29 says 169,955 since 1 October; FY25_detentionStats05232025.xlsx said 169,956 "
        "(xlsx:Detention FY25!P29). A count since 1 October cannot fall."
    )
    assert (finding.expected, finding.found) == ("169956 or more", "169955")


def test_a_total_that_stands_still_or_grows_is_not() -> None:
    assert _check(_later(MAY, 14), MAY) == []
    assert _check(_with(_later(MAY, 14), removals=189_000), MAY) == []


def test_a_part_may_fall_a_little_when_an_agency_is_coded_anew() -> None:
    recoded = _with(_later(MAY, 14), cbp=68_111 - 50, ice=101_911 + 50)
    assert _check(recoded, MAY) == []
    fallen = _with(_later(MAY, 14), cbp=68_111 - 51, ice=101_911 + 51)
    assert _held(_check(fallen, MAY)) == {("cumulative_falls", ("book_ins_by_month",))}


def test_a_new_fiscal_year_begins_again() -> None:
    year_end = edition("FY24")
    assert _check(edition("01162025"), year_end) == []
    assert (year_end.figures[REMOVALS] or 0) > (edition("01162025").figures[REMOVALS] or 0)


def test_a_year_end_file_posted_again_later_is_compared_with_its_own_year() -> None:
    year_end = replace(edition("FY24"), published_on=date(2025, 6, 1))
    assert _check(year_end, edition("FY24"), MAY) == []
    assert _held(_check(_with(year_end, removals=271_000), edition("FY24"), MAY)) == {
        ("cumulative_falls", ("removals",))
    }


def test_the_last_number_counts_where_an_edition_between_gave_none() -> None:
    blank = replace(_later(MAY, 7), figures={**MAY.figures, REMOVALS: None})
    fallen = _with(_later(MAY, 14), removals=169_000)
    assert _held(_check(fallen, MAY, blank)) == {("cumulative_falls", ("removals",))}


def test_an_older_sheet_published_again_is_held_as_a_whole() -> None:
    """FY21_detentionStats11122021 carried the sheet of two months before."""
    stale = replace(edition("05122025"), published_on=date(2025, 6, 20), file_name="FY25_detentionStats06202025.xlsx")
    (finding,) = _check(stale, edition("05122025"), MAY)
    assert (finding.check, finding.scope_kind, finding.scope) == ("run_date_back", "release", ())
    assert finding.words == (
        "Its queries were run on 2025-05-05, those of FY25_detentionStats05232025.xlsx, published before it, on "
        "2025-05-19: an older sheet of FY2025 was published again."
    )


def test_the_same_run_date_is_no_step_back() -> None:
    assert _check(replace(MAY, published_on=date(2025, 5, 24), file_name="again.xlsx"), MAY) == []


def test_one_block_run_earlier_than_the_others_is_no_step_back() -> None:
    lagging = replace(_later(MAY, 14), removals=MAY.removals)
    assert "run_date_back" not in {f.check for f in _check(lagging, MAY)}


def test_a_day_after_the_publication_is_held() -> None:
    ahead = replace(MAY, docket=replace(MAY.docket, through=date(2025, 5, 24), run=date(2025, 5, 24)))
    findings = _check(ahead)
    assert _held(findings) == {
        ("date_in_future", ("detained_by_criminality",)),
        ("date_in_future", ("detained_by_disposition",)),
    }
    assert findings[0].words == (
        "detained_by_criminality is said to run through 2025-05-24, after the release of 2025-05-23."
    )
    on_the_day = replace(MAY, docket=replace(MAY.docket, through=date(2025, 5, 23), run=date(2025, 5, 23)))
    assert _check(on_the_day) == []


@pytest.mark.parametrize(
    ("run", "held"),
    [
        (date(2025, 5, 16), True),
        (date(2025, 5, 17), False),
        (date(2025, 5, 31), False),
        (date(2025, 6, 1), True),
    ],
)
def test_a_query_is_run_on_its_last_day_or_within_a_fortnight(run: date, held: bool) -> None:
    findings = _check(replace(MAY, removals=replace(MAY.removals, run=run)))
    assert _held(findings) == ({("run_date_gap", ("removals",))} if held else set())
    if held:
        assert findings[0].words == f"removals runs through 2025-05-17 but its query is dated {run}."


def test_what_is_not_current_is_never_judged() -> None:
    broken = _with(_later(MAY, 14), removals=1)
    observations = [o._replace(status="not_current") for o in _observations(broken)]
    assert against_history(observations, None, _figures(MAY), end_of_day(broken.published_on)) == []


def test_tracs_revision_of_an_old_row_is_left_to_be_told_as_one() -> None:
    """Its table restates the whole history: a figure that moves under its day is no stale label."""
    table = population_table(date(2025, 6, 30))
    observations = SOURCES["trac_population"].parse(table, "t").observations
    template = _figures(MAY)[0]
    earlier = [
        replace(template, series=o.series, period=o.period, value=(o.value or 0) + 500, fiscal_year=None)
        for o in observations
    ]
    assert against_history(observations, None, earlier, end_of_day(date(2025, 6, 30))) == []


def test_a_row_of_tracs_dated_after_its_release_is_held() -> None:
    observations = SOURCES["trac_population"].parse(population_table(date(2025, 6, 30)), "t").observations
    findings = against_history(observations, None, [], end_of_day(date(2025, 6, 14)))
    assert _held(findings) == {("date_in_future", ("trac_population",))}
