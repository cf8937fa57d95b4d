"""Files whose names, bytes or makers are not those expected: what is inside decides what becomes of them."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from checks.history.repeats import SAME_FIGURES
from figures.registry import ICE
from flows.cli.app import app
from flows.importing import ImportFileError, Stated, import_files
from flows.lateness import watched
from flows.pipeline import usable_claims
from replica.editions import edition
from replica.workbooks import build
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.read.compare import compare, revisions
from storage.read.copies import copies
from storage.read.vintages import known
from storage.write import ledger
from tests.flows.fetching.test_page_watch import Site

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

MAY, YEAR = build(edition("05232025")), build(edition("FY24"))
ADP = "ice.adp{agency=ICE, criminality=all}"


@pytest.fixture
def site(tmp_path: Path, httpserver: HTTPServer) -> Site:
    return Site(tmp_path / "home", httpserver)


def _book(*sheets: str, rows: int = 300) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    for title in sheets:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, ["Name", "Address", "City", "State", "Capacity"])
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"FACILITY {row}", f"{row} MAIN STREET", "NATCHEZ", "MS", row])
    book.close()
    return content.getvalue()


def test_a_file_with_a_name_of_no_known_shape_is_read_and_the_year_end_file_is_not_current(site: Site) -> None:
    new = "FY25_detentionStats05232025_0.xlsx"
    site.files = {new: MAY, "FY24_detentionStats.xlsx": YEAR}
    site.look(*site.files)
    with reading(site.line.database) as connection:
        stored = {r.name: (r.role, r.fiscal_year, r.state) for r in reads.releases(connection)}
        assert stored == {
            new: ("current", 2025, "accepted"),
            "FY24_detentionStats.xlsx": ("year_end", 2024, "accepted"),
        }
        assert ledger.messages(connection) == []


def test_what_is_inside_decides_the_fiscal_year_and_not_the_name(site: Site) -> None:
    site.files = {"FY26 final (2).xlsx": MAY, "FY24_detentionStats.xlsx": YEAR}
    site.look(*site.files)
    with reading(site.line.database) as connection:
        years = {r.name: r.fiscal_year for r in reads.releases(connection)}
    assert years == {"FY26 final (2).xlsx": 2025, "FY24_detentionStats.xlsx": 2024}


def test_a_workbook_of_something_else_is_no_release_and_fails_no_look(site: Site) -> None:
    """A list of facilities of 2020 became an edition; beside the current file it is worth a note."""
    site.files = {"FY25_detentionStats05232025.xlsx": MAY, "FacilityList2020.xlsx": _book("Facilities")}
    for _ in range(2):
        site.look(*site.files)
        with reading(site.line.database) as connection:
            assert [r.name for r in reads.releases(connection)] == ["FY25_detentionStats05232025.xlsx"]
            assert journal.last_runs(connection, "ice")["last"]["outcome"] in ("new", "unchanged")
            assert ledger.messages(connection) == []
            (note,) = journal.findings(connection, stage="read", open_only=True)
    assert (note.check, note.severity) == ("not_taken", "note")
    assert "FacilityList2020.xlsx" in note.words
    assert "too little in it is known of ICE's detention statistics: its sheets are 'Facilities'" in note.words
    del site.files["FacilityList2020.xlsx"]
    site.look(*site.files)
    with reading(site.line.database) as connection:
        assert journal.findings(connection, stage="read", open_only=True) == []


def test_a_current_file_that_is_something_else_is_told_once_and_is_no_release(site: Site) -> None:
    """It ends no silence: nothing was published that can be read."""
    name = "FY25_detentionStats05232025.xlsx"
    site.files = {name: _book("Sheet1", "Sheet2")}
    for _ in range(2):
        site.look(name)
        with reading(site.line.database) as connection:
            assert reads.releases(connection) == []
            assert journal.last_runs(connection, "ice")["last"]["outcome"] == "failed"
            assert [m["subject"] for m in ledger.messages(connection)] == ["ice: a file that is no edition"]
    site.files = {name: MAY}
    site.look(name)
    with reading(site.line.database) as connection:
        assert [r.name for r in reads.releases(connection)] == [name]
        assert journal.findings(connection, stage="read", open_only=True) == []


def _old_workbook(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(3000)
        + b"".join(s.encode("utf-16-le") for s in streams)
        + bytes(3000)
    )


BYTES = {
    "old.xls.xlsx": (_old_workbook("Workbook"), "this is an old Excel workbook (.xls)"),
    "locked.xlsx": (_old_workbook("EncryptedPackage"), "this is a workbook that is locked with a password"),
    "page.xlsx": (b"<!DOCTYPE html><html><title>Access Denied</title></html>", "this is a web page (HTML)"),
    "document.xlsx": (b"%PDF-1.7\n" + bytes(500), "this is a PDF document"),
    "table.xlsx": (b"date,people\n2025-05-18,48870\n", "this is a table in text (CSV)"),
    "rows.xlsx": (json.dumps([{"date": "05/18/2025"}]).encode(), "this is a JSON file"),
    "cut.xlsx": (MAY[: len(MAY) // 2], "this is a file that is cut off: it begins as a workbook does"),
    "empty.xlsx": (b"", "this is an empty file"),
    "list.xlsx": (_book("Facilities"), "too little in it is known of ICE's detention statistics"),
    "other.xlsx": (_book("Sheet1"), "too little in it is known of ICE's detention statistics: its sheets are 'Sheet1'"),
}


def test_what_is_no_edition_is_refused_by_import_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: "Desk"
) -> None:
    """Said before any reader's error, with a manifest and without; nothing of it is kept, and the exit code says so."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, (content, _) in BYTES.items():
        (folder / name).write_bytes(content)
    (folder / "manifest.csv").write_text(
        "file,edition_date\n" + "".join(f"{name},2020-06-01\n" for name in BYTES), encoding="utf-8"
    )
    monkeypatch.setenv("ONRECORD_HOME", str(desk.settings.home))
    files = [str(folder / name) for name in BYTES]
    for more in ([], ["--manifest", str(folder / "manifest.csv")]):
        run = CliRunner().invoke(app, ["import", *files, *more])
        assert run.exit_code == 1
        for name, (_, words) in BYTES.items():
            (line,) = [line for line in run.stderr.splitlines() if line.startswith(f"Not imported: {folder / name}: ")]
            assert words in line
    with reading(desk.line.database) as connection:
        assert reads.releases(connection) == []
        assert not journal.documents(connection)
    assert list(desk.line.archive.held()) == []


def _take(desk: "Desk", paths: list[Path], manifest: dict[str, Stated]) -> list[str]:
    desk.clock.now = datetime(2025, 6, 1, tzinfo=UTC)
    errors: list[ImportFileError] = []
    claims = usable_claims(desk.settings)
    taken = list(import_files(ICE, paths, manifest, claims, desk.line, [], alert=False, on_error=errors.append))
    assert errors == []
    return [words for imported in taken for words in imported.words]


def _told(desk: "Desk") -> tuple[list[object], list[object], int]:
    """The verdicts, what was told, and how many findings of revisions there are."""
    with reading(desk.line.database) as connection:
        rows = ledger.verdicts(connection, history=True)
        verdicts = sorted((r["claim_id"], r["answer"], r["as_of"], r["state"], r["measured"]) for r in rows)
        messages = sorted(m["key"] for m in ledger.messages(connection))
        revised = sum(f.check == "revised_beyond_usual" for f in journal.findings(connection))
    return list(verdicts), list(messages), revised


def test_a_copy_saved_by_a_spreadsheet_program_revises_nothing_and_counts_in_no_calendar(
    desk: "Desk", shared_data: Path
) -> None:
    folder, copy = shared_data / "ice" / "workbooks", shared_data / "cases" / "digits15_FY25_05122025.xlsx"
    names = [f"FY25_detentionStats{day}.xlsx" for day in ("04162025", "05092025", "05122025", "05232025")]
    _take(desk, [folder / name for name in names], {})
    before = _told(desk)
    with writing(desk.line.database) as connection:
        (ice,) = watched(connection, [ICE])
        calendar, awaited = ice.days, ice.expected
        usual = revisions(connection, ADP)
    said = _take(desk, [copy], {copy.name: Stated("FY25_detentionStats05122025.xlsx", date(2025, 5, 14), "")})
    assert len(said) == 1
    assert said[0].startswith("Same figures in other bytes: every figure is that of FY25_detentionStats05122025.xlsx")
    assert _told(desk) == before
    with writing(desk.line.database) as connection:
        releases = reads.releases(connection, "ice")
        first, again = (r for r in releases if r.name == "FY25_detentionStats05122025.xlsx")
        assert (len(releases), first.sha256 != again.sha256, again.state) == (5, True, first.state)
        assert copies(connection, "ice") == {again.id}
        changes = compare(connection, first, again)
        assert (len(changes) > 8000, {change.kind for change in changes}) == (True, {"unchanged"})
        (finding,) = (f for f in journal.findings(connection, release_id=again.id) if f.check == SAME_FIGURES)
        assert (finding.severity, finding.found) == ("note", first.sha256)
        (ice,) = watched(connection, [ICE])
        assert (ice.days, ice.expected) == (calendar, awaited)
        assert revisions(connection, ADP) == usual
    assert desk.line.archive.get(again.sha256) == copy.read_bytes()


def test_a_copy_is_told_apart_whichever_of_the_two_came_in_first(desk: "Desk", shared_data: Path) -> None:
    """An edition that comes in late takes its place before its copy."""
    folder, copy = shared_data / "ice" / "workbooks", shared_data / "cases" / "digits15_FY25_05122025.xlsx"
    _take(desk, [copy], {copy.name: Stated("FY25_detentionStats05122025.xlsx", date(2025, 5, 14), "")})
    with reading(desk.line.database) as connection:
        assert copies(connection, "ice") == set()
    _take(desk, [folder / "FY25_detentionStats05122025.xlsx"], {})
    with reading(desk.line.database) as connection:
        first, again = reads.releases(connection, "ice")
        assert copies(connection, "ice") == {again.id}
        found = [f.release_id for f in journal.findings(connection) if f.check == SAME_FIGURES]
        assert found == [again.id]
        assert first.known_at < again.known_at


def test_an_edition_that_differs_in_one_figure_is_no_copy(desk: "Desk", edited: Callable[..., bytes]) -> None:
    """Counts are compared to the unit, shares to the last digit that a spreadsheet keeps."""

    def one_more(book: openpyxl.Workbook) -> None:
        book["Detention FY25"]["P29"] = book["Detention FY25"]["P29"].value + 1

    folder = desk.settings.home / "files"
    folder.mkdir()
    resaved, other = edited(MAY, lambda book: None), edited(MAY, one_more)
    stated = {}
    for day, (name, content) in enumerate((("a.xlsx", MAY), ("b.xlsx", resaved), ("c.xlsx", other)), 23):
        (folder / name).write_bytes(content)
        stated[name] = Stated(name, date(2025, 5, day), "")
    _take(desk, [folder / name for name in stated], stated)
    with reading(desk.line.database) as connection:
        first, again, differs = reads.releases(connection, "ice")
        assert copies(connection, "ice") == {again.id}
        changed = [c for c in compare(connection, first, differs) if c.kind != "unchanged"]
        assert [(c.kind, c.size) for c in changed] == [("revised", 1.0)]
        assert known(connection, "ice.removals{group=all}")[-1].release_name == "c.xlsx"


def test_an_edition_put_out_again_the_same_day_counts_once_and_is_not_said_to_be_missing(
    desk: "Desk", shared_data: Path
) -> None:
    """04122023b differs from 04122023 in no cell; others have seen both, and both are held here."""
    folder = shared_data / "ice" / "workbooks"
    _take(desk, [folder / f"FY23_detentionStats{day}.xlsx" for day in ("02282023", "04122023", "04122023b")], {})
    with writing(desk.line.database) as connection:
        first, again = reads.releases(connection, "ice")[1:]
        assert copies(connection, "ice") == {again.id}
        (ice,) = watched(connection, [ICE])
    counted = [each for each in ice.calendar if each.sha256 in (first.sha256, again.sha256)]
    assert [(each.sha256, each.release is not None) for each in counted] == [(first.sha256, True)]
