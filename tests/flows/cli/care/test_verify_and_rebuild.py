"""The archive looked through, and everything derived from it derived anew."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from figures.registry import SOURCES
from flows.cli.care.verify_and_rebuild import rebuild_all, verify_archive
from flows.context import Line
from replica.editions import edition
from replica.workbooks import build
from storage import schema as t
from storage.archive import ArchiveError
from storage.engine import DatabaseError, reading, writing
from storage.read import reads
from storage.write.findings import set_state
from tests.command import typed
from tests.content import content
from tests.importer import NOW, line_to, take

KEYS = ("FY24", "05232025", "06052025", "08292025")
DERIVED = (t.release, t.observation, t.coverage, t.finding, t.series, t.metric, t.period, t.block, t.text)


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Iterator[Line]:
    paths = []
    for key in KEYS:
        path = tmp_path / edition(key).file_name
        path.write_bytes(build(edition(key)))
        paths.append(path)
    line = line_to(tmp_path / "home", database_url)
    take(line, paths)
    yield line
    line.database.dispose()


def _rows(line: Line) -> dict[str, list[Any]]:
    with reading(line.database) as connection:
        return {table.name: sorted(map(repr, connection.execute(sa.select(table)).all())) for table in DERIVED}


def _rebuild(line: Line) -> dict[str, int]:
    return rebuild_all(line.database, line.archive, SOURCES, datetime(2026, 12, 1, tzinfo=UTC))


def test_rebuilding_reproduces_every_row(line: Line) -> None:
    before = _rows(line)
    assert len(before["observation"]) > 2000
    assert _rebuild(line) == {"ice": len(KEYS)}
    assert _rows(line) == before


@pytest.mark.slow_on_postgres
def test_what_was_damaged_is_made_good_and_what_a_person_lifted_stays(line: Line) -> None:
    with writing(line.database) as connection:
        holds = t.finding.c.severity == "hold"
        values = {"lifted_at": NOW, "lifted_by": "an editor", "lifted_because": "ICE confirmed it"}
        assert connection.execute(sa.update(t.finding).where(holds).values(values)).rowcount > 0
        for release in reads.releases(connection):
            set_state(connection, release.id)
    before, said = _rows(line), content(line.database)
    with writing(line.database) as connection:
        connection.execute(sa.delete(t.observation).where(t.observation.c.row > 20))
        connection.execute(sa.update(t.observation).values(value=1))
        connection.execute(sa.delete(t.finding).where(t.finding.c.severity != "hold"))
    assert content(line.database) != said
    _rebuild(line)
    assert content(line.database) == said
    assert _rows(line)["observation"] == before["observation"]


@pytest.mark.slow_on_postgres
def test_an_altered_file_stops_a_rebuild_and_nothing_has_changed(line: Line) -> None:
    before = _rows(line)
    path = line.archive.path(_first(line))
    path.chmod(0o644)
    path.write_bytes(b"something else")
    with pytest.raises(ArchiveError, match="has been altered"):
        _rebuild(line)
    assert _rows(line) == before


@pytest.mark.slow_on_postgres
def test_releases_of_a_source_that_is_not_known_are_not_passed_over(line: Line) -> None:
    with pytest.raises(DatabaseError, match="There are releases of ice, which this version does not know"):
        rebuild_all(line.database, line.archive, {}, NOW)


def _first(line: Line) -> str:
    with reading(line.database) as connection:
        return str(connection.execute(sa.select(sa.func.min(t.document.c.sha256))).scalar())


@pytest.mark.slow_on_postgres
def test_verify_names_what_is_missing_altered_unrecorded_or_unfinished(line: Line) -> None:
    assert verify_archive(line.database, line.archive).faults == ()
    recorded = sorted(line.archive.held())
    line.archive.path(recorded[0]).unlink()
    altered = line.archive.path(recorded[1])
    altered.chmod(0o644)
    altered.write_bytes(altered.read_bytes() + b"x")
    stray = line.archive.put(b"archived just before a crash")
    unfinished = altered.with_name(".incoming-abc")
    unfinished.write_bytes(b"half")
    found = verify_archive(line.database, line.archive)
    assert found.documents == len(KEYS)
    assert dict(found.faults) == {recorded[0]: "missing", recorded[1]: "altered"}
    assert found.unrecorded == (stray,)
    assert found.unfinished == (str(unfinished),)


def test_the_commands(tmp_path: Path) -> None:
    home = tmp_path / "home"
    line = line_to(home, f"sqlite:///{home / 'onrecord.db'}")
    for key in ("05232025", "06052025"):
        path = tmp_path / edition(key).file_name
        path.write_bytes(build(edition(key)))
        take(line, [path])
    line.database.dispose()
    assert typed(home, "verify").stdout == "2 documents, 0 missing or altered.\n"
    assert typed(home, "rebuild").stdout.startswith("ice: 2 releases read anew.\n")
    done = typed(home, "diff", "FY25_detentionStats05232025.xlsx", "2025-06-06", "--json")
    tables = {table["table"]: table for table in json.loads(done.stdout)["tables"]}
    assert tables["detained_by_criminality"]["new"] > 0
    (change,) = [
        c
        for c in tables["detained_by_criminality"]["changes"]
        if c["series"] == "ice.detained{agency=all, criminality=all}"
    ]
    assert (change["change"], change["before"], change["after"], change["size"]) == ("new", 48870, 51302, 2432)
    assert change["after_locator"] == "xlsx:Detention FY25!F20"
    shown = " ".join(typed(home, "diff").stdout.split())
    assert "FY25_detentionStats05232025.xlsx (2025-05-23) -> FY25_detentionStats06052025.xlsx" in shown
    missing = typed(home, "diff", "a.xlsx", "b.xlsx")
    assert (missing.returncode, missing.stderr.split(";")[0]) == (2, "No stored edition is called a.xlsx")
    assert "1 releases" not in shown
    few = typed(home, "diff", "trac")
    assert few.stderr.startswith("No source of trac has two releases stored; two are needed")
    assert "first to last" in typed(home, "revisions", "ice.book_ins{agency=ICE}").stdout
    nothing = typed(home, "revisions", "ice.nothing{}")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert nothing.stderr.startswith("No figures are stored for 'ice.nothing{}'; ")
    assert nothing.stderr.endswith("`onrecord series` lists the metrics, `onrecord series WORD` the series.\n")
    path = next((home / "archive").glob("??/*"))
    path.unlink()
    done = typed(home, "verify")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"missing: {path}")
    assert typed(home, "rebuild").returncode == 2
