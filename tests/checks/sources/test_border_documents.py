"""What a document of the border is held against, and what follows for a file by area without its witness."""

from checks.sources.border_documents import (
    BY_AREA,
    BY_STATE,
    COUNTERPARTS,
    SOUTHWEST,
    Beside,
    against_editions,
    without_confirmation,
)
from checks.sources.cbp_pairs import AGREES
from figures.periods import Period, month_of_fiscal_year
from figures.records import Finding, Observation
from figures.registry import SOURCES


def _month(value: float, table: str) -> Observation:
    period: Period = month_of_fiscal_year(2026, "Oct", None)
    dims = (("component", "usbp"), ("region", "southwest"))
    return Observation("cbp.encounters", dims, period, value, "people", "reported", str(value), "csv:x", table)


def _finding(check: str, severity: str) -> Finding:
    return Finding(check, "hold" if severity == "hold" else "note", "release", (), "", "", "words")


def test_every_source_that_is_held_against_others_has_a_counterpart_or_is_of_files() -> None:
    assert {source.id for source in SOURCES.values() if source.held_beside} == {*COUNTERPARTS, "cbp_encounters"}
    assert COUNTERPARTS["ohss"].kinds == (BY_STATE, BY_AREA)
    assert COUNTERPARTS["cbp_apprehensions"].kinds == (BY_AREA, SOUTHWEST)


def test_a_file_is_compared_with_the_last_of_its_own_kind_where_there_is_one() -> None:
    mine = [_month(100.0, "cbp_aor")]
    newer_of_another = Beside("a state file", BY_STATE, [_month(150.0, "cbp_state")])
    older_alike = Beside("a file by area", BY_AREA, [_month(101.0, "cbp_aor")])
    (alike,) = [f for f in against_editions(mine, [newer_of_another, older_alike]) if f.check == "revised"]
    assert alike.words.endswith("and 101 in a file by area.")
    (other,) = [f for f in against_editions(mine, [newer_of_another]) if f.check == "revised"]
    assert other.words.endswith("and 150 in a state file.")


def test_a_file_by_area_without_its_witness_is_held_until_one_was_ever_confirmed() -> None:
    agreed, contradicted = [_finding(AGREES, "note")], [_finding("witness_differs", "hold")]
    for found, by_state, is_first, expected in (
        ([], [], True, [("witness_absent", "hold")]),
        ([], [], False, [("witness_absent", "warn")]),
        (agreed, agreed, True, []),
        (contradicted, contradicted, True, [("never_confirmed", "hold")]),
        # What another file of the edition contradicts is not confirmed by the file by state.
        ([*agreed, *contradicted], agreed, True, [("never_confirmed", "hold")]),
        (contradicted, contradicted, False, []),  # held by that finding itself
    ):
        made = list(without_confirmation("aor.csv", found, by_state, [], is_first=is_first))
        assert [(f.check, f.severity) for f in made] == expected
        assert all(f.words.endswith("it is held until one is.") == is_first for f in made)
    (unread,) = without_confirmation("aor.csv", [], [], ["state.csv could not be read: cut off"], is_first=False)
    assert unread.words.endswith("which is not at hand. state.csv could not be read: cut off.")
