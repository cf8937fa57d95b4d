"""Past editions: their place in time, their order, and what is told about them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from figures.periods import end_of_day
from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.importing import Imported, ImportFileError, Stated, import_files, place, read_manifest
from flows.pipeline import open_line, usable_claims
from replica.editions import edition
from replica.workbooks import build
from scrapers.registry import ICE
from storage.engine import reading
from storage.read import journal, reads
from storage.write import ledger
from tests.flows.conftest import configure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("FY24", "02032025", "05122025", "05232025", "06052025", "06202025", "07312025", "08292025")


def _editions(into: Path) -> Path:
    into.mkdir()
    for key in KEYS:
        (into / edition(key).file_name).write_bytes(build(edition(key)))
    return into


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _editions(tmp_path / "editions")


@dataclass(frozen=True)
class Installation:
    settings: Settings
    line: Line


def _installed(home: Path) -> Installation:
    settings = configure(home, "http://127.0.0.1:1")
    return Installation(settings, open_line(settings, lambda: NOW))


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """All editions imported at once, to be looked at."""
    root = tmp_path_factory.mktemp("in_order")
    made = _installed(root / "home")
    taken, errors = _import(made, sorted(_editions(root / "editions").iterdir(), reverse=True))
    assert errors == []
    assert [i.known.at for i in taken] == sorted(i.known.at for i in taken)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return _installed(tmp_path / "home")


def _import(
    into: Installation, paths: Sequence[Path], manifest: Mapping[str, Stated] | None = None, *, alert: bool = False
) -> tuple[list[Imported], list[str]]:
    errors: list[str] = []
    taken = import_files(
        ICE,
        paths,
        manifest or {},
        usable_claims(into.settings),
        into.line,
        ["screen"],
        alert=alert,
        on_error=lambda error: errors.append(str(error)),
    )
    return list(taken), errors


def _verdicts(of: Installation) -> list[tuple[object, ...]]:
    with reading(of.line.database) as connection:
        rows = ledger.verdicts(connection, history=True)
    return [(r["claim_id"], r["answer"], r["as_of"], r["state"], r["measured"]) for r in rows]


def test_files_are_taken_in_order_of_publication_and_judged_after_each(in_order: Installation) -> None:
    states = [
        state
        for claim, answer, _, state, _ in _verdicts(in_order)
        if claim == "seed-4-almost-49000-in-custody" and answer == "standing"
    ]
    assert states == ["near", "near", "far", "far", "far"]


def test_the_time_of_the_import_is_never_known_at(in_order: Installation) -> None:
    with reading(in_order.line.database) as connection:
        releases = reads.releases(connection)
    assert {r.known_at for r in releases} == {end_of_day(edition(key).published_on) for key in KEYS}
    assert {(r.name, r.known_by) for r in releases if r.fiscal_year == 2024} == {
        ("FY24_detentionStats.xlsx", "document_properties")
    }
    assert {r.known_by for r in releases if r.fiscal_year == 2025} == {"file_name"}


def test_messages_about_the_past_are_kept_and_not_sent(in_order: Installation) -> None:
    with reading(in_order.line.database) as connection:
        messages = ledger.messages(connection)
    assert sorted(m["audience"] for m in messages) == ["desk", "desk", "desk", "ops", *["sources"] * 3]
    assert {(m["quiet"], m["channel"]) for m in messages} == {("a past edition, imported", None)}


def test_with_alert_they_wait_in_the_outbox(empty: Installation, folder: Path) -> None:
    _import(empty, sorted(folder.iterdir()), alert=True)
    with reading(empty.line.database) as connection:
        messages = ledger.messages(connection)
    assert {(m["quiet"], m["channel"], m["state"]) for m in messages} == {("", "screen", "pending")}


def test_importing_twice_changes_nothing(empty: Installation, folder: Path) -> None:
    _import(empty, sorted(folder.iterdir()))
    before = _verdicts(empty)
    taken, _ = _import(empty, sorted(folder.iterdir()))
    assert [i.new for i in taken] == [False] * len(KEYS)
    assert _verdicts(empty) == before
    with reading(empty.line.database) as connection:
        assert len(reads.releases(connection)) == len(KEYS)


@pytest.mark.parametrize("late", ["05122025", "06052025", "07312025", "FY24"])
def test_an_older_edition_that_comes_in_late_takes_its_place_in_the_past(
    tmp_path: Path, in_order: Installation, empty: Installation, folder: Path, late: str
) -> None:
    """The order of imports does not matter: the same verdicts and the same holds as in order."""
    if late == "06052025":  # once with every claim that is shipped
        empty, in_order = _with_every_claim(empty), _with_every_claim(_installed(tmp_path / "in_order"))
        _import(in_order, sorted(folder.iterdir()))
    name = edition(late).file_name
    _import(empty, [path for path in sorted(folder.iterdir()) if path.name != name])
    _import(empty, [folder / name])
    assert _holds(empty) == _holds(in_order)
    assert _moves(_verdicts(empty)) == _moves(_verdicts(in_order))


def _with_every_claim(into: Installation) -> Installation:
    text = into.settings.config_file.read_text("utf-8")
    into.settings.config_file.write_text(re.sub(r"shipped = .*", "", text), "utf-8")
    return replace(into, settings=load_settings(into.settings.home))


def _holds(of: Installation) -> list[tuple[str, str, str]]:
    with reading(of.line.database) as connection:
        return [(f.release_name, f.check, f.found) for f in journal.findings(connection, severities=("hold",))]


def _moves(verdicts: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Without rows that say again what the row before says: an instant that is judged anew is written down anew."""
    kept: list[tuple[object, ...]] = []
    for claim, answer, as_of, *said in verdicts:
        if not kept or (kept[-1][0], kept[-1][1], *kept[-1][3:]) != (claim, answer, *said):
            kept.append((claim, answer, as_of, *said))
    return kept


def test_the_manifest_states_the_day_and_the_name(tmp_path: Path, folder: Path) -> None:
    path = folder / edition("05232025").file_name
    manifest = tmp_path / "manifest.csv"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(f"file,published_name,sha256,edition_date\n{path.name},FY25.xlsx,{sha256},2025-05-24\n")
    file = place(ICE, path, read_manifest(manifest))
    assert (file.name, file.known.by, file.known.at) == ("FY25.xlsx", "stated", end_of_day(date(2025, 5, 24)))
    assert file.findings == ()


def test_bytes_that_the_manifest_does_not_mean_are_refused(tmp_path: Path, folder: Path) -> None:
    path = folder / edition("05232025").file_name
    with pytest.raises(ImportFileError, match="is not the abc that the manifest states"):
        place(ICE, path, {path.name: Stated(path.name, date(2025, 5, 23), "abc")})


def test_a_name_that_contradicts_the_document_is_a_finding(folder: Path) -> None:
    path = folder / edition("05232025").file_name
    moved = path.with_name("FY25_detentionStats05122025.xlsx")
    moved.write_bytes(path.read_bytes())
    file = place(ICE, moved, {})
    assert file.known.at == end_of_day(date(2025, 5, 12))
    assert [f.words for f in file.findings] == [
        "FY25_detentionStats05122025.xlsx: its name says 12 May 2025, its properties say it was saved on 23 May 2025."
    ]


def test_a_name_a_year_before_the_document_was_written_is_not_believed(folder: Path) -> None:
    moved = folder / "FY25_detentionStats05232024.xlsx"
    moved.write_bytes((folder / edition("05232025").file_name).read_bytes())
    file = place(ICE, moved, {})
    assert (file.known.by, file.known.at) == ("document_properties", end_of_day(date(2025, 5, 23)))
    assert len(file.findings) == 1


def test_one_bad_file_does_not_stop_the_others(empty: Installation, folder: Path) -> None:
    (folder / "FY25_detentionStats06302025.xlsx").write_bytes(b"<html>Access Denied</html>")
    taken, errors = _import(empty, sorted(folder.iterdir()))
    assert len(taken) == len(KEYS)
    assert len(errors) == 1
    assert "FY25_detentionStats06302025.xlsx: this is a web page (HTML)" in errors[0]


def test_a_file_that_changes_while_it_waits_is_refused(empty: Installation, folder: Path) -> None:
    """Its bytes are read anew when its turn comes: many large files do not lie in memory at once."""
    first, *_, last = sorted(folder.iterdir())
    errors: list[str] = []
    waiting = import_files(
        ICE, [first, last], {}, (), empty.line, [], alert=False, on_error=lambda error: errors.append(str(error))
    )
    next(waiting)
    last.write_bytes(first.read_bytes())
    assert list(waiting) == []
    assert errors == [f"{last}: it changed while it was imported; import it again"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,day\n", "the columns edition_date, file are missing"),
        ("file,edition_date\na.xlsx,23 May\n", "line 2: edition_date"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(text)
    with pytest.raises(ImportFileError, match=words):
        read_manifest(path)
