"""What one document of CBP's says against itself: a file that was cut off still reads well, and must not pass."""

from collections.abc import Callable
from pathlib import Path

from checks.document.cbp import cbp
from checks.document.document_suite import document
from figures.records import Finding
from replica.cbp_files import FILES, FINAL_2025, FINAL_2026, FIRST_OF_2027, RUNNING_2026, aor_file, sbo_file, state_file
from scrapers.cbp.encounters import parse
from tests.border import EDITIONS, SBO, read_published

AUGUST = RUNNING_2026[-1]
SOUTHWEST = b"U.S. Border Patrol,Southwest Land Border"


def found(content: bytes, kind: str = "aor") -> list[Finding]:
    return cbp(parse(content, AUGUST.name(kind)).observations)


def without(content: bytes, test: Callable[[bytes], bool]) -> bytes:
    kept = [line for line in content.splitlines(keepends=True) if not test(line)]
    assert len(kept) < content.count(b"\n")
    return b"".join(kept)


def test_sound_files_of_every_kind_and_of_october_pass() -> None:
    for edition in (FINAL_2025, RUNNING_2026[0], AUGUST, FINAL_2026, FIRST_OF_2027):
        for kind, made in FILES.items():
            assert document(parse(made(edition), edition.name(kind))) == []


def test_published_files_pass(shared_data: Path) -> None:
    for name in (*EDITIONS, SBO):
        assert document(read_published(shared_data, name)) == [], name


def test_a_month_that_is_missing_holds_the_release() -> None:
    over = found(
        without(state_file(AUGUST), lambda line: line.startswith((b"2024,FYTD,MAR", b"2024,FYTD,MAY"))), "state"
    )
    (held,) = over
    assert (held.check, held.severity, held.scope_kind, held.found) == ("month_missing", "hold", "release", "2 missing")
    assert held.words == "Fiscal year 2024 lacks March 2024, May 2024: rows are missing, and its sum is too low."
    (gap,) = found(without(aor_file(AUGUST), lambda line: line.startswith(b"2026 (FYTD),FYTD,DEC")))
    assert gap.words.startswith("Fiscal year 2026 lacks December 2025:")
    assert (gap.expected, gap.found) == ("11 months", "1 missing")


def test_a_region_or_component_that_is_missing_holds_the_release() -> None:
    """What is left of a file that was cut off after a whole line, in CBP's order of rows."""
    content = state_file(AUGUST)
    cut = content[: content.index(b"2026 (FYTD),FYTD,OCT,Southwest")]
    kept = parse(cut, AUGUST.name("state"))
    checks = {f.check for f in [*kept.findings, *cbp(kept.observations)] if f.severity == "hold"}
    assert checks == {"part_missing"}
    (held,) = cbp(kept.observations)
    assert held.words == "No rows of region southwest in October 2025: the file may have been cut off."
    whole = aor_file(AUGUST)
    ofo_only = whole[: whole.index(b"2026 (FYTD),FYTD,OCT,U.S. Border Patrol")]
    said = [f.words for f in found(ofo_only)]
    assert said == ["No rows of component usbp in October 2025: the file may have been cut off."]
    by_component = without(sbo_file(AUGUST), lambda line: b"Office of Field Operations" in line)
    (gone,) = found(by_component, "sbo")
    assert (gone.expected, gone.found) == ("component ofo in each month", "47 without")
    assert gone.words.startswith("No rows of component ofo in October 2022, November 2022,")
    assert "and 41 more months" in gone.words


def test_a_sector_of_the_southwest_that_is_missing_holds_its_month() -> None:
    def yuma_in_june(line: bytes) -> bool:
        return line.startswith(b"2026 (FYTD),FYTD,JUN") and b"Yuma Sector" in line

    (held,) = found(without(aor_file(AUGUST), yuma_in_june))
    assert (held.check, held.severity, held.scope_kind, held.found) == (
        "sector_missing",
        "hold",
        "cells",
        "without yuma",
    )
    assert held.words == "June 2026 has no rows of yuma, of the nine sectors of the southwest."
    assert all("Month (abbv)=JUN" in cell for cell in held.scope)
    assert len(held.scope) == 9


def test_sectors_under_another_region_hold_their_month() -> None:
    line = b"2026 (FYTD),FYTD,JUN," + SOUTHWEST + b",Tucson Sector,TCA,FMUA"
    content = aor_file(AUGUST)
    assert line in content
    (held,) = found(content.replace(line, line.replace(b"Southwest Land Border", b"Northern Land Border")))
    assert (held.check, held.severity) == ("sectors_total", "hold")
    assert "rows stand under another region" in held.words


def test_expulsions_outside_their_years_are_said() -> None:
    line = b"2025,FYTD,JUN," + SOUTHWEST + b",Tucson Sector,TCA,FMUA,MEXICO,"
    content = aor_file(AUGUST)
    changed = content.replace(line + b"Title 8,Apprehensions", line + b"Title 42,Expulsions")
    assert changed != content
    (said,) = found(changed)
    assert (said.check, said.severity) == ("title_42_dates", "warn")
    assert "expulsions under Title 42, which stood from 21 March 2020 to 11 May 2023" in said.words
