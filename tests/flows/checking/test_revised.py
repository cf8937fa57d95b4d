"""What an edition restates beyond the usual is told once, to whoever hears of the sources; known errors are flagged."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.history.revisions import CHECK
from checks.source_errors import UNPROVEN
from figures.records import Finding
from figures.registry import ICE
from flows.cli.care.doctor import _source_errors_fault
from flows.importing import import_files
from flows.notifying.release_news import settle_revised
from replica.editions import Edition, Place, edition
from replica.workbooks import build
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import ledger
from storage.write.findings import add_findings, record_findings

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

MAY, JUNE = edition("05232025"), edition("06052025")
MONTH = "Nov"


def restated(one: Edition, by: float, table: str = "alos") -> Edition:
    """An edition whose lengths of stay, or other table, of one closed month are others: all rows of it alike."""
    moved: dict[Place, float | int | None] = {
        place: value * by if value and place[0] == table and place[2] == MONTH else value
        for place, value in one.figures.items()
    }
    return replace(one, figures=moved)


def take(desk: "Desk", folder: Path, *editions: Edition) -> None:
    folder.mkdir(exist_ok=True)
    paths = [folder / one.file_name for one in editions]
    for path, one in zip(paths, editions, strict=True):
        path.write_bytes(build(one))
    for _ in import_files(ICE, paths, {}, (), desk.line, ["screen"], alert=True, on_error=refuse):
        pass


def refuse(error: Exception) -> None:
    raise error


def messages(desk: "Desk", about: str) -> list[Mapping[str, Any]]:
    with reading(desk.line.database) as connection:
        return [m for m in ledger.messages(connection) if m["key"].startswith(f"{about}:")]


def checks(desk: "Desk") -> list[str]:
    with reading(desk.line.database) as connection:
        return [finding.check for finding in journal.findings(connection, open_only=True)]


def test_a_past_that_is_restated_is_told_once_with_both_cells(desk: "Desk", tmp_path: Path) -> None:
    desk.clock.set(JUNE.published_on)
    take(desk, tmp_path / "in", MAY, restated(JUNE, 0.95))
    (told,) = messages(desk, "revised")
    assert told["audience"] == "sources"
    assert told["subject"] == f"{JUNE.file_name} restates the past in one table"
    take(desk, tmp_path / "in", MAY, restated(JUNE, 0.95))
    assert len(messages(desk, "revised")) == 1
    with reading(desk.line.database) as connection:
        (finding,) = [f for f in journal.findings(connection) if f.check == CHECK]
        release = reads.releases(connection, "ice")[-1]
    assert (finding.severity, finding.release_id, release.state) == ("warn", release.id, "accepted")
    assert f"moved by more than usual since {MAY.file_name}" in finding.words
    assert "of November 2024 from" in finding.words


def test_an_ordinary_edition_restates_nothing_that_is_told(desk: "Desk", tmp_path: Path) -> None:
    desk.clock.set(JUNE.published_on)
    take(desk, tmp_path / "in", MAY, restated(JUNE, 1.0))
    assert messages(desk, "revised") == []
    assert CHECK not in checks(desk)


def test_an_edition_that_comes_in_late_is_what_the_next_is_held_against(desk: "Desk", tmp_path: Path) -> None:
    desk.clock.set(JUNE.published_on)
    take(desk, tmp_path / "in", restated(JUNE, 0.95))
    assert CHECK not in checks(desk)
    take(desk, tmp_path / "in", MAY)
    assert CHECK in checks(desk)
    # The past is told by nobody's leave: only what is new is news.
    assert messages(desk, "revised") == []


def test_what_is_held_in_the_same_edition_is_not_told_as_a_revision(desk: "Desk", tmp_path: Path) -> None:
    """A closed month at four times its figures is a slip: its cells are held, and nobody hears of news."""
    desk.clock.set(JUNE.published_on)
    take(desk, tmp_path / "in", MAY, restated(JUNE, 4.0))
    assert messages(desk, "revised") == []
    with reading(desk.line.database) as connection:
        held = {cell for f in journal.findings(connection, severities=("hold",)) for cell in f.scope}
        (finding,) = [f for f in journal.findings(connection) if f.check == CHECK]
    assert set(finding.scope) <= held
    assert (finding.severity, finding.words.startswith("alos, held back: ")) == ("note", True)


def test_what_is_held_before_the_message_goes_out_is_taken_out_of_it(desk: "Desk", tmp_path: Path) -> None:
    """The second source disputes a table in the same run: the message tells of the other table alone."""
    desk.clock.set(JUNE.published_on)
    take(desk, tmp_path / "in", MAY, restated(restated(JUNE, 0.95), 0.9, "alos_adult"))
    (first,) = messages(desk, "revised")
    assert first["subject"] == f"{JUNE.file_name} restates the past in 2 tables"
    settle_revised(desk.line.database, desk.clock.now)
    assert len(messages(desk, "revised")) == 1  # nothing is held
    doubt = Finding("a_test", "hold", "table", ("alos",), "sense", "none", "TRAC says otherwise.")
    with writing(desk.line.database) as connection:
        release = reads.releases(connection, "ice")[-1]
        record_findings(connection, "ice", release.id, "reconcile", [doubt], desk.clock.now)
    for _ in range(2):
        settle_revised(desk.line.database, desk.clock.now)
    first, rest = messages(desk, "revised")
    assert (first["state"], first["answer"]) == ("withdrawn", "a figure in it was held back before it was sent")
    assert (rest["state"], rest["subject"]) == ("pending", f"{JUNE.file_name} restates the past in one table")
    assert [dict(item["facts"])["What moved"].split()[0] for item in rest["body"]["items"]] == ["alos_adult:"]


def test_an_entry_of_the_register_without_evidence_is_a_fault_of_the_installation(desk: "Desk", tmp_path: Path) -> None:
    desk.clock.set(MAY.published_on)
    take(desk, tmp_path / "in", MAY)
    assert _source_errors_fault(desk.settings) == ""
    wrong = Finding(UNPROVEN, "warn", "release", (), "xlsx:S!A1 '1'", "shows '2'", "The register says otherwise.")
    with writing(desk.line.database) as connection:
        (release,) = reads.releases(connection, "ice")
        add_findings(connection, "ice", release.id, "register", [wrong], desk.clock())
    assert _source_errors_fault(desk.settings) == "The register says otherwise."
