"""The real Datasette on loopback, on a snapshot: what it answers, and what nobody gets from it."""

import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import yaml

from alerts.delivery import enqueue
from alerts.messages.message import Message
from figures.periods import instant
from figures.records import Finding, Observation, Parsed, Target
from flows.keeping.manifest import BackupError
from flows.keeping.snapshot import write_snapshot
from storage import schema as t
from storage.engine import Database, open_database, writing
from storage.views import VIEWS
from storage.write import releases
from storage.write.findings import record_findings
from storage.write.releases import Known
from tests.command import typed
from tests.databases import new_sqlite

DEPLOY = Path(__file__).parents[3] / "deploy" / "datasette"
HELD = "ice.detained{agency=all, criminality=all}"
PROSE = "a sentence that TRAC keeps to itself"
PERSON = "Anna Reporter"
NOW = datetime(2025, 6, 1, tzinfo=UTC)


def _observed(metric: str, day: date, value: float | None, cell: str, shown: str) -> Observation:
    dims = (("agency", "all"), ("criminality", "all")) if metric == "ice.detained" else ()
    status = "reported" if value is not None else "text"
    return Observation(metric, dims, instant(day), value, "people", status, shown, cell, "t", 2025)


def _release(connection: Any, source: str, letter: str, day: int, seen: tuple[Observation, ...]) -> int:
    known = datetime(2025, 5, day, tzinfo=UTC)
    releases.record_document(connection, letter * 64, 1, "xlsx", known)
    target = Target(f"https://{source}.example/{letter}.xlsx", f"{letter}.xlsx", "current")
    stated = Known(known, "stated", "")
    parsed = Parsed(seen, (), 2025)
    return releases.store_release(connection, source, letter * 64, target, stated, parsed, 1, known).release_id


@pytest.fixture
def filled(database: Database) -> Database:
    """Two editions of ICE's, of which the second is held and says another number; a page of TRAC's; a message."""
    cell = "xlsx:Detention FY25!F20"
    with writing(database) as connection:
        _release(connection, "ice", "a", 12, (_observed("ice.detained", date(2025, 5, 11), 48_870.0, cell, "48,870"),))
        _release(connection, "ice", "b", 20, (_observed("ice.detained", date(2025, 5, 11), 48_871.0, cell, "48,871"),))
        third = _observed("ice.detained", date(2025, 5, 18), 51_302.0, cell, "51302")
        held = _release(connection, "ice", "c", 28, (third,))
        hold = Finding("parts_total", "hold", "release", (), "1", "2", "Its parts do not add up.")
        record_findings(connection, "ice", held, "document", [hold], NOW)
        trac = (
            _observed("trac.detained", date(2025, 5, 11), 48_866.0, "json:/3", "48,866"),
            _observed("trac.note", date(2025, 5, 11), None, "json:/4", PROSE),
        )
        page = _release(connection, "trac_quickfacts", "d", 14, trac)
        record_findings(
            connection,
            "trac_quickfacts",
            page,
            "document",
            [Finding("odd", "hold", "cells", ("x",), PROSE, PROSE, "Odd.")],
            NOW,
        )
        message = Message("secret-key", "desk", "A secret subject", (), "", "alert")
        enqueue(connection, message, NOW, NOW, ["screen"])
        connection.execute(
            sa.update(t.finding)
            .where(t.finding.c.check == "odd")
            .values(lifted_at=NOW, lifted_by=PERSON, lifted_because="x")
        )
    return database


def _everything(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump())


def test_a_snapshot_holds_what_may_be_shown_and_no_more(filled: Database, tmp_path: Path) -> None:
    file, count = write_snapshot(filled, tmp_path / "public")
    assert (file.name, count, stat.S_IMODE(file.stat().st_mode)) == ("onrecord.db", 4, 0o444)
    assert [path.name for path in file.parent.iterdir()] == ["onrecord.db"]
    content = file.read_bytes()  # dropped pages too: what was left out is nowhere in the file
    for secret in (PROSE, PERSON, "secret-key", "A secret subject"):
        assert secret.encode() not in content
    with closing(sqlite3.connect(file)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        }
        rows = connection.execute(
            "SELECT series, value, held, cell, attribution FROM figures ORDER BY known_at"
        ).fetchall()
    assert {name for name in tables if not name.startswith("sqlite_")} == set(VIEWS)
    assert [row[:4] for row in rows] == [
        (HELD, 48_870.0, 0, "xlsx:Detention FY25!F20"),
        ("trac.detained{}", 48_866.0, 0, "json:/3"),
        (HELD, 48_871.0, 0, "xlsx:Detention FY25!F20"),
        (HELD, 51_302.0, 1, "xlsx:Detention FY25!F20"),
    ]
    assert [bool(row[4] and "TRAC" in row[4]) for row in rows] == [False, True, False, False]


def test_the_next_snapshot_takes_its_place_and_the_database_is_never_replaced(tmp_path: Path) -> None:
    database = open_database(new_sqlite(tmp_path))
    first, _ = write_snapshot(database, tmp_path / "public")
    assert write_snapshot(database, tmp_path / "public") == (first, 0)
    with pytest.raises(BackupError, match="is the database itself"):
        write_snapshot(database, tmp_path)
    database.dispose()
    assert typed(tmp_path, "snapshot", "--to", str(tmp_path / "typed")).stdout.startswith("0 figures: ")


@contextmanager
def _datasette(file: Path) -> Iterator[str]:
    """Datasette as the container starts it, on a port of its own."""
    (command,) = [
        line for line in (DEPLOY / "Dockerfile").read_text().replace("\\\n", "").splitlines() if line.startswith("CMD")
    ]
    words: list[str] = json.loads(command.removeprefix("CMD"))
    program = Path(sys.executable).with_name("datasette")
    if not program.exists():
        pytest.skip("datasette is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    changed = {
        "datasette": str(program),
        "/srv/public/onrecord.db": str(file),
        "/etc/datasette/metadata.yaml": str(DEPLOY / "metadata.yaml"),
        "0.0.0.0": "127.0.0.1",
        "8001": str(port),
    }
    home = {**os.environ, "HOME": str(file.parent)}
    with subprocess.Popen([changed.get(word, word) for word in words], env=home, stderr=subprocess.PIPE) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate()


def _asked(address: str) -> tuple[int, Any]:
    """The status and what the answer holds; a server that is starting is waited for."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, None
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_datasette_answers_its_questions_and_refuses_all_others(filled: Database, tmp_path: Path) -> None:
    file, _ = write_snapshot(filled, tmp_path / "public")
    with _datasette(file) as address:

        def rows(path: str, **query: str) -> Any:
            status, found = _asked(f"{address}/onrecord/{path}.json?{urlencode({'_shape': 'array', **query})}")
            assert status == 200, path
            return found

        (held,) = rows("people_held")
        assert (held["day"], held["people"], held["file"], held["cell"]) == (
            "2025-05-11",
            48_871.0,
            "b.xlsx",
            "xlsx:Detention FY25!F20",
        )
        assert (held["sha256"], held["url"]) == ("b" * 64, "https://ice.example/b.xlsx")
        (then,) = rows("known_then", series=HELD, instant="2025-05-15")
        assert (then["value"], then["file"]) == (48_870.0, "a.xlsx")
        assert rows("known_then", series=HELD, instant="2025-05-01") == []
        (revised,) = rows("revisions", metric="ice.detained")
        assert (revised["first_value"], revised["last_value"], revised["change"]) == (48_870.0, 48_871.0, 1.0)
        assert (revised["first_file"], revised["last_file"]) == ("a.xlsx", "b.xlsx")
        assert [row["value"] for row in rows("held_figures")] == [51_302.0]
        assert [row["check"] for row in rows("held_back")] == ["parts_total", "odd"]
        facets = set(_asked(f"{address}/onrecord/figures.json")[1]["facet_results"])
        assert {"source", "metric", "held", "status"} <= facets
        for table in sorted(t.metadata.tables):
            assert _asked(f"{address}/onrecord/{table}.json")[0] in (403, 404), table
        for path in ("onrecord.json?sql=select+1", "onrecord.db", "onrecord/figures.json?_where=1=1"):
            assert _asked(f"{address}/{path}")[0] in (403, 404), path


def test_every_table_and_column_of_the_description_is_there(tmp_path: Path) -> None:
    database = open_database(new_sqlite(tmp_path))
    file, _ = write_snapshot(database, tmp_path / "public")
    database.dispose()
    metadata = yaml.safe_load((DEPLOY / "metadata.yaml").read_text("utf-8"))
    described = metadata["databases"]["onrecord"]["tables"]
    assert set(described) == set(VIEWS)
    assert metadata["allow_sql"] is metadata["databases"]["onrecord"]["allow_sql"] is False
    with closing(sqlite3.connect(file)) as connection:
        for name, said in described.items():
            there = {column[1] for column in connection.execute(f"PRAGMA table_info({name})")}
            assert set(said.get("columns", {})) | set(said["facets"]) <= there


def test_the_container_of_datasette_is_contained_and_its_version_the_one_tested() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for service in services.values():
        assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "mem_limit" in service
        assert all(published.startswith("127.0.0.1:") for published in service.get("ports", []))
    assert services["datasette"]["volumes"] == ["public:/srv/public:ro"]
    locked, tested = (
        [line for line in file.read_text().splitlines() if line.startswith("datasette==")]
        for file in (DEPLOY / "requirements.lock", DEPLOY.parents[1] / "requirements-dev.lock")
    )
    assert locked == tested
