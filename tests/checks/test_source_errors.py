"""The register of known source errors: read strictly, flagging and never altering, and standing on its evidence."""

from datetime import date

import pytest

from checks.source_errors import KNOWN, UNPROVEN, load, register, source_errors
from figures.periods import instant
from figures.records import Observation

ENTRY = f"""
[[error]]
id = "total-below-its-parts"
sha256 = "{"ab" * 32}"
edition = "FY22.xlsx"
tables = ["atd_status"]
what = "The total says 182,607, its parts add to 189,727."
since = 2022-03-02
corrected_in = "FY22_later.xlsx"
evidence = [{{ cell = "xlsx:ATD!B11", shows = "182607" }}]
"""


def shown(raw: str) -> list[Observation]:
    day = instant(date(2022, 2, 26))
    return [
        Observation("ice.atd_by_status", (), day, float(raw), "people", "reported", raw, "xlsx:ATD!B11", "atd_status")
    ]


def test_an_edition_with_a_known_error_is_flagged_and_nothing_is_held() -> None:
    observations = shown("182607")
    (finding,) = source_errors("ab" * 32, observations, load(ENTRY))
    assert (finding.check, finding.severity, finding.scope) == (KNOWN, "note", ("atd_status",))
    assert finding.words == (
        "Known error of the publisher since 2 March 2022 (total-below-its-parts): The total says 182,607, its parts "
        "add to 189,727. Corrected in FY22_later.xlsx."
    )
    assert observations == shown("182607")


@pytest.mark.parametrize(
    ("observations", "seen"), [(shown("189727"), "shows '189727'"), ([], "was not read")], ids=["other", "gone"]
)
def test_an_entry_that_its_evidence_does_not_bear_out_is_a_fault(observations: list[Observation], seen: str) -> None:
    (finding,) = source_errors("ab" * 32, observations, load(ENTRY))
    assert (finding.check, finding.severity) == (UNPROVEN, "warn")
    assert finding.words == (
        "The register of source errors says of FY22.xlsx (total-below-its-parts) that xlsx:ATD!B11 shows '182607', but "
        f"it {seen}: the entry or the reader is wrong."
    )


def test_other_bytes_under_the_same_name_are_another_edition() -> None:
    assert source_errors("cd" * 32, shown("182607"), load(ENTRY)) == []


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('corrected_in = "FY22_later.xlsx"\n', "", "expected the keys"),
        ("since = 2022-03-02", 'since = "2022-03-02"', "since is '2022-03-02', expected a date"),
        ("ab" * 32, "ab", "a sha256 of 64 digits"),
        ('evidence = [{ cell = "xlsx:ATD!B11", shows = "182607" }]', "evidence = []", "at least one cell"),
        ('shows = "182607"', "shows = 182607", "both texts"),
        ("[[error]]", "[[mistake]]", "found mistake"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(was: str, becomes: str, words: str) -> None:
    assert was in ENTRY
    with pytest.raises(ValueError, match="source errors") as refused:
        load(ENTRY.replace(was, becomes))
    assert words in str(refused.value)


def test_an_id_stands_once() -> None:
    with pytest.raises(ValueError, match="total-below-its-parts stands twice"):
        load(ENTRY + ENTRY)


def test_the_shipped_register_can_be_read() -> None:
    assert len(register()) >= 20
    assert all(error.evidence and error.since for error in register())
