"""The revision alarm: what moved beyond the noise of its own series, and what did not."""

from datetime import date

import pytest

from checks.against import compare
from checks.revisions import Noise, alarms, candidates, is_fresh
from figures.periods import Period
from figures.records import Dims, Earlier, Finding, Observation

APRIL = Period("month", date(2025, 4, 1), date(2025, 4, 30))
TOTAL: Dims = (("agency", "all"),)
FRESH, OLD = date(2025, 5, 23), date(2025, 9, 11)


def alarm(
    before: float,
    after: float,
    published: date = OLD,
    noise: Noise | None = None,
    dims: Dims = TOTAL,
    unit: str = "people",
    table: str = "book_ins_by_month",
    periods: tuple[Period, Period] = (APRIL, APRIL),
) -> list[Finding]:
    o = Observation(
        "ice.book_ins", dims, periods[1], after, unit, "reported", f"{after:g}", "xlsx:S!P20", table, fiscal_year=2025
    )
    old = Earlier(o.series, table, periods[0], before, "xlsx:Detention FY25!", 20, 15, 2025, "before.xlsx")
    moved = candidates(compare([o], [old]), published)
    record = {(o.series, is_fresh(o.period, published)): noise} if noise else {}
    return alarms(moved, record, published)


@pytest.mark.parametrize(
    ("after", "published", "told"),
    [
        (20_600, OLD, True),  # 3 %
        (20_560, OLD, False),  # four times the root of 20,000 is 566
        (19_400, OLD, True),
        (20_590, FRESH, False),
        (20_610, FRESH, True),
        (20_000, OLD, False),
    ],
)
def test_a_total_moves_by_a_little_and_by_more_just_after_its_month(after: float, published: date, told: bool) -> None:
    assert bool(alarm(20_000, after, published)) is told


def test_what_is_said_names_both_cells_and_both_figures() -> None:
    (finding,) = alarm(30_324, 28_697)
    assert (finding.check, finding.severity, finding.scope) == ("revised_beyond_usual", "warn", ("xlsx:S!P20",))
    assert finding.words == (
        "book_ins_by_month: 1 figure of a closed period moved by more than usual since before.xlsx: "
        "ice.book_ins{agency=all} of April 2025 from 30,324 (xlsx:Detention FY25!O20) to 28,697 (xlsx:S!P20) (-5.4%), "
        "usual within 696.6."
    )


def test_a_series_that_is_always_revised_is_measured_by_its_own_record() -> None:
    restless = Noise(steps=12, spread=0.05)
    assert alarm(20_000, 23_000, noise=restless) == []
    assert alarm(20_000, 26_000, noise=restless) != []


def test_a_record_of_few_steps_is_none() -> None:
    assert alarm(20_000, 23_000, noise=Noise(steps=5, spread=0.05)) != []


def test_a_part_without_a_record_may_move_by_twice_as_much() -> None:
    part: Dims = (("agency", "CBP"),)
    assert alarm(20_000, 21_000, dims=part) == []
    (coded_anew,) = alarm(20_000, 21_300, dims=part)
    assert coded_anew.severity == "note"  # for the record: no total moved


def test_averages_have_no_root_and_lengths_of_stay_move_by_more() -> None:
    assert alarm(100, 101.1, unit="average people") != []
    assert alarm(100, 100.9, unit="average people") == []
    assert alarm(100, 101.9, unit="days") == []
    assert alarm(100, 102.1, unit="days") != []


def test_a_window_that_never_moved_may_not_move_at_all() -> None:
    assert alarm(8, 9, table="bond", noise=Noise(12, 0.0)) != []
    assert alarm(8, 9, table="bond", noise=Noise(12, 0.01)) == []


def test_a_month_that_ran_on_is_no_revision() -> None:
    running = APRIL._replace(end=date(2025, 4, 19))
    assert alarm(10_000, 20_000, periods=(running, APRIL)) == []
    assert alarm(10_000, 20_000, periods=(running, running)) == []


def test_one_finding_holds_all_that_moved_in_a_table_and_totals_come_first() -> None:
    observations, earlier = [], []
    for number, agency in enumerate(("CBP", "ICE", "all")):
        o = Observation(
            "ice.book_ins", (("agency", agency),), APRIL, 9_000, "people", "reported", "9000", f"xlsx:S!P2{number}", "t"
        )
        observations.append(o)
        earlier.append(Earlier(o.series, "t", APRIL, 30_000, "xlsx:S!", 20, 15, None, "before.xlsx"))
    (finding,) = alarms(candidates(compare(observations, earlier), OLD), {}, OLD)
    assert finding.words.startswith(
        "t: 3 figures of closed periods moved by more than usual since before.xlsx: ice.book_ins{agency=all}"
    )
    assert len(finding.scope) == 3


def recoded(*moves: tuple[str, str, float, float], unit: str = "average people") -> list[Finding]:
    """Figures of April by agency and criminality, before and after."""
    new, old = [], []
    for row, (agency, criminality, before, after) in enumerate(moves, 51):
        dims = (("agency", agency), ("criminality", criminality))
        o = Observation("ice.adp", dims, APRIL, after, unit, "reported", "", f"xlsx:S!H{row}", "adp", fiscal_year=2025)
        new.append(o)
        old.append(Earlier(o.series, "adp", APRIL, before, "xlsx:S!", row, 8, 2025, "before.xlsx"))
    return alarms(candidates(compare(new, old), OLD), {}, OLD)


def test_people_who_moved_from_one_criminality_to_another_are_told_of() -> None:
    stood = ("all", "all", 30_000.0, 30_010.0)
    (finding,) = recoded(stood, ("all", "convicted", 8_579.0, 8_925.0), ("all", "other", 16_000.0, 15_600.0))
    assert finding.severity == "warn"
    assert (
        "since before.xlsx, while their totals hardly moved: people were coded anew: ice.adp{agency=all"
        in finding.words
    )


def test_a_few_of_one_agency_are_for_the_record() -> None:
    agency = ("ICE", "all", 9_000.0, 9_000.0)
    assert [f.severity for f in recoded(agency, ("ICE", "other", 373.0, 405.0))] == ["note"]
    assert [f.severity for f in recoded(agency, ("ICE", "convicted", 6_000.0, 6_150.0))] == ["warn"]


def test_where_the_total_moved_too_nobody_was_coded_anew() -> None:
    (finding,) = recoded(("ICE", "all", 9_000.0, 9_300.0), ("ICE", "convicted", 6_000.0, 6_300.0))
    assert (finding.severity, "coded anew" in finding.words) == ("note", False)


def test_lengths_of_stay_are_no_people() -> None:
    assert [f.severity for f in recoded(("all", "convicted", 45.0, 49.0), unit="days")] == ["note"]
